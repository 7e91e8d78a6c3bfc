/** The filters of the list, in a panel at its side. They count when they are applied, all at once. */
import { useEffect, useState } from "react";
import { api } from "../../api/client";
import { leads as texts } from "../../texts/leads";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Form, TextField } from "../../ui/field";
import { type Choice, ComboBox, Select } from "../../ui/select";
import type { Choices } from "./choices";
import type { FilterName, Filters } from "./filters";

type Props = {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  filters: Filters;
  apply: (filters: Filters) => void;
  choices: Choices;
};

const ANY: Choice = { id: "", label: texts.any };
const worded = (words: Record<string, string>): Choice[] => Object.entries(words).map(([id, label]) => ({ id, label }));
const NOBODY = worded(texts.ownerships).map((choice) => ({ ...choice, id: `:${choice.id}` }));

export function FilterPanel({ isOpen, onOpenChange, filters, apply, choices }: Props) {
  const [draft, setDraft] = useState(filters);
  useEffect(() => {
    if (isOpen) setDraft(filters);
  }, [isOpen, filters]);
  const set = (name: FilterName) => (value: string) => setDraft((before) => ({ ...before, [name]: value.trim() }));
  const field = (name: FilterName) => ({
    label: texts.fields[name] ?? name,
    value: draft[name] ?? "",
    onChange: set(name),
  });
  const done = (chosen: Filters) => {
    apply(Object.fromEntries(Object.entries(chosen).filter(([, value]) => value)));
    onOpenChange(false);
  };
  const setOwner = (id: string) =>
    setDraft((before) => ({
      ...before,
      owner: id.startsWith(":") ? "" : id,
      ownership: id.startsWith(":") ? id.slice(1) : "",
    }));
  const statuses = useStatuses(draft.workflow_id);
  const footer = (
    <>
      <Button kind="quiet" onPress={() => done({})}>
        {texts.clearFilters}
      </Button>
      <Button kind="primary" onPress={() => done(draft)}>
        {texts.applyFilters}
      </Button>
    </>
  );
  return (
    <Dialog title={texts.filters} place="side" isOpen={isOpen} onOpenChange={onOpenChange} footer={footer}>
      <Form onSubmit={() => done(draft)}>
        <Select {...field("workflow_id")} items={[ANY, ...choices.workflows]} />
        <Select {...field("run_state")} items={[ANY, ...worded(texts.states)]} />
        {statuses.length > 0 ? (
          <Select {...field("status")} items={[ANY, ...statuses]} />
        ) : (
          <TextField {...field("status")} description={texts.statusHint} />
        )}
        <Select
          label={texts.fields.owner ?? ""}
          value={draft.ownership ? `:${draft.ownership}` : (draft.owner ?? "")}
          onChange={setOwner}
          items={[ANY, ...NOBODY, ...choices.reps.map((rep) => ({ ...rep, isDisabled: false }))]}
        />
        <Select {...field("tag")} items={[ANY, ...choices.tags]} />
        <Select {...field("campaign_id")} items={[ANY, ...choices.campaigns]} />
        <ComboBox {...field("source")} items={choices.sources} isFree />
        <div className="grid grid-cols-2 gap-4">
          <TextField {...field("created_from")} type="date" />
          <TextField {...field("created_to")} type="date" />
        </div>
        <Select {...field("do_not_call")} items={[ANY, ...worded(texts.doNotCall)]} />
      </Form>
    </Dialog>
  );
}

/** The stages of a workflow, by their keys. */
function useStatuses(workflowId: string | undefined): Choice[] {
  const { data } = api.useQuery(
    "get",
    "/api/public/workflows/{workflow_id}",
    { params: { path: { workflow_id: workflowId ?? "" } } },
    { enabled: Boolean(workflowId) },
  );
  if (!workflowId) return [];
  return (data?.workflow.statuses ?? []).map(({ key, label }) => ({ id: key, label }));
}
