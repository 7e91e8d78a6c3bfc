/** The test bench: what the rules, as they are here, would do with a lead. Nothing is stored. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { FlaskConical } from "lucide-react";
import { useState } from "react";
import { ListBox, ListBoxItem } from "react-aria-components";
import { call } from "../../api/client";
import { common } from "../../texts/common";
import { rules } from "../../texts/rules";
import { Button } from "../../ui/button";
import { TextArea, TextField } from "../../ui/field";
import { Card } from "../../ui/page";
import { ProblemBox } from "../../ui/problem";
import { Segments } from "../../ui/segments";
import { type Choices, type Router, toDraft } from "./model";
import { type Result, Tried } from "./tried";
import { useSettled } from "./use-checks";

const texts = rules.bench;
const SHOWN_LEADS = 20;

type Source = "paste" | "pick";
type Lead = { lead: never } | { lead_id: string };

export function Bench({ router, choices }: { router: Router; choices: Choices | undefined }) {
  const [source, setSource] = useState<Source>("paste");
  const [json, setJson] = useState<string>(texts.sample[router.kind]);
  const [leadId, setLeadId] = useState<string | null>(null);
  const [result, setResult] = useState<{ tried: Result; router: Router }>();
  const [isPending, setPending] = useState(false);
  const [error, setError] = useState<unknown>();
  const parsed = source === "paste" ? parse(json) : undefined;
  const lead: Lead | undefined = source === "pick" ? (leadId ? { lead_id: leadId } : undefined) : parsed?.lead;
  const run = async () => {
    if (!lead) return;
    setPending(true);
    setError(undefined);
    try {
      const { data } = await call.POST("/console/rules/try", {
        body: { ...toDraft(router), lead: null, lead_id: null, ...lead },
      });
      if (!data) throw new Error(common.failed);
      setResult({ tried: data, router });
    } catch (problem) {
      setError(problem);
    } finally {
      setPending(false);
    }
  };
  return (
    <Card title={texts.title} hint={texts.hint}>
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(18rem,2fr)_minmax(0,5fr)]">
        <div className="flex flex-col gap-3">
          <div className="flex">
            <Segments
              label={texts.title}
              items={[
                { id: "paste", label: texts.paste },
                { id: "pick", label: texts.pick },
              ]}
              value={source}
              onChange={setSource}
            />
          </div>
          {source === "paste" ? (
            <TextArea
              label={texts.json}
              description={router.kind === "processor" ? texts.jsonHintProcessor : texts.jsonHintRuleset}
              isCode
              rows={8}
              value={json}
              onChange={setJson}
              error={parsed?.problem}
            />
          ) : (
            <PickLead value={leadId} onChange={setLeadId} />
          )}
          <div>
            <Button icon={FlaskConical} onPress={run} isPending={isPending} isDisabled={!lead}>
              {texts.run}
            </Button>
          </div>
          <ProblemBox error={error} />
        </div>
        <div aria-live="polite" className="min-w-0">
          {result && <Tried {...result} isStale={result.router.rules !== router.rules} choices={choices} />}
        </div>
      </div>
    </Card>
  );
}

function parse(json: string): { lead?: Lead; problem?: string } {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return { problem: texts.notObject };
    return { lead: { lead: value as never } };
  } catch {
    return { problem: texts.wrong };
  }
}

type PickProps = { value: string | null; onChange: (id: string | null) => void };

function PickLead({ value, onChange }: PickProps) {
  const [typed, setTyped] = useState("");
  const search = useSettled(typed.trim(), 250);
  const found = useQuery({
    queryKey: ["rules", "leads", search],
    queryFn: async ({ signal }) => {
      const query = { search, limit: SHOWN_LEADS, columns: ["email", "phone"] };
      const { data } = await call.GET("/console/leads", { params: { query }, signal });
      return data?.data ?? [];
    },
    placeholderData: keepPreviousData,
  });
  const items = (found.data ?? []).map((lead) => ({
    id: lead.id,
    label: [lead.first_name, lead.last_name].filter(Boolean).join(" "),
    hint: [lead.email, lead.phone].filter(Boolean).join(" · "),
  }));
  return (
    <>
      <TextField label={texts.search} type="search" value={typed} onChange={setTyped} />
      <ListBox
        aria-label={texts.leads}
        items={items}
        selectionMode="single"
        selectedKeys={value ? [value] : []}
        onSelectionChange={(keys) => onChange(keys === "all" ? null : String([...keys][0] ?? "") || null)}
        renderEmptyState={() => (
          <p className="px-3 py-2 text-muted">{found.isPending ? common.loading : texts.noLeads}</p>
        )}
        className="max-h-48 overflow-auto rounded-lg border border-line p-1"
      >
        {(lead) => (
          <ListBoxItem
            id={lead.id}
            textValue={lead.label}
            className="cursor-pointer rounded-md px-2 py-1.5 outline-none hover:bg-canvas focus-visible:-outline-offset-2 selected:bg-accent-soft"
          >
            <span className="block truncate">{lead.label}</span>
            {lead.hint && <span className="block truncate text-muted text-xs">{lead.hint}</span>}
          </ListBoxItem>
        )}
      </ListBox>
      <ProblemBox error={found.error} />
    </>
  );
}
