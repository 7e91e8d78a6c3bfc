/** The last step: a lead is sent as a website would send it, and where it went is told in words. */

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api, call } from "../../api/client";
import { newKey } from "../../api/new-key";
import type { components } from "../../api/schema";
import { useMayWrite } from "../../session/session";
import { home } from "../../texts/home";
import { leads } from "../../texts/leads";
import { Badge, type Tone } from "../../ui/badge";
import { Button, LinkButton } from "../../ui/button";
import { Form, TextField } from "../../ui/field";
import { Loading } from "../../ui/loading";
import { ProblemBox } from "../../ui/problem";
import type { Setup } from "./live";

const texts = home.test;

type LeadInput = components["schemas"]["LeadInput"];
type Draft = { first_name: string; email: string; phone: string };
type Sent = { id: string; name: string };

/** Send a lead through the processor, or else through the ruleset; the answer says what it is called. */
async function sendLead(setup: Setup, draft: Draft): Promise<Sent> {
  if (setup.processor) {
    const { data } = await call.POST("/api/public/processors/{processor_id}/leads", {
      params: { path: { processor_id: setup.processor.id ?? "" } },
      body: { ...draft, source: texts.source } as LeadInput,
    });
    if (!data || !("lead" in data)) throw new Error("no lead in the answer");
    return { id: data.lead.id, name: draft.first_name };
  }
  const name = newKey();
  await call.POST("/api/v1/leads", {
    body: {
      lead_id: name,
      ruleset_id: setup.ruleset?.id ?? "",
      attributes: { ...draft, source: texts.source },
    },
  });
  const { data } = await call.GET("/console/leads", { params: { query: { search: draft.email } } });
  const found = data?.data[0];
  if (!found) throw new Error("the lead was not found");
  return { id: found.id, name: draft.first_name };
}

export function TestLead({ setup, onSend }: { setup: Setup; onSend: () => void }) {
  const mayWrite = useMayWrite();
  const target = setup.processor ?? setup.ruleset;
  const [draft, setDraft] = useState<Draft>({
    first_name: texts.nameExample,
    email: texts.emailExample,
    phone: texts.phoneExample,
  });
  const send = useMutation({ mutationFn: () => sendLead(setup, draft), onMutate: onSend });
  const set = (field: keyof Draft) => (value: string) => setDraft({ ...draft, [field]: value });
  if (!target) return <p className="mt-3 ml-8 text-muted">{texts.needsRules}</p>;
  if (!mayWrite) return <p className="mt-3 ml-8 text-muted">{texts.mayNot}</p>;
  return (
    <div className="mt-3 ml-8 flex max-w-2xl flex-col gap-4">
      {send.data ? (
        <Result sent={send.data} onAgain={send.reset} />
      ) : (
        <Form onSubmit={() => send.mutate()}>
          <p className="text-muted">{texts.to(target.name)}</p>
          <div className="grid gap-3 sm:grid-cols-3">
            <TextField label={texts.name} value={draft.first_name} onChange={set("first_name")} isRequired />
            <TextField label={texts.email} type="email" value={draft.email} onChange={set("email")} isRequired />
            <TextField label={texts.phone} type="tel" value={draft.phone} onChange={set("phone")} isRequired />
          </div>
          <p className="text-muted text-xs">{texts.phoneHint}</p>
          <ProblemBox error={send.error} />
          <div>
            <Button kind="primary" type="submit" isPending={send.isPending}>
              {texts.send}
            </Button>
          </div>
        </Form>
      )}
    </div>
  );
}

function Result({ sent, onAgain }: { sent: Sent; onAgain: () => void }) {
  const why = api.useQuery("get", "/console/leads/{lead_id}/why", { params: { path: { lead_id: sent.id } } });
  const tale = why.data?.data[0];
  return (
    <div role="status" className="flex flex-col gap-3 rounded-lg bg-sunken p-4">
      <p className="font-medium">{texts.arrived(sent.name)}</p>
      {why.isPending && <Loading label={texts.waiting} />}
      <ProblemBox error={why.error} onRetry={why.refetch} />
      {tale && <Told tale={tale} />}
      <div className="flex gap-2">
        <LinkButton to={`/leads/${sent.id}`} kind="primary">
          {texts.open}
        </LinkButton>
        <Button onPress={onAgain}>{texts.again}</Button>
      </div>
    </div>
  );
}

type Tale = components["schemas"]["DecisionTale"];

const TONES: Record<string, Tone> = { matched: "good", passed_over: "warn" };

function Told({ tale }: { tale: Tale }) {
  const matched = tale.rules.find(({ fate }) => fate === "matched");
  return (
    <>
      <p>
        {whereTo(tale)} {because(tale, matched)}
      </p>
      {tale.rules.length > 0 && (
        <ol aria-label={texts.rules} className="flex flex-col gap-1">
          {tale.rules.map((rule) => (
            <li key={rule.place} className="flex items-baseline gap-2">
              <span className="text-muted tabular-nums">{rule.place}.</span>
              <span className="min-w-0 break-words">{rule.name}</span>
              <Badge tone={TONES[rule.fate] ?? "plain"}>{leads.fates[rule.fate]}</Badge>
            </li>
          ))}
        </ol>
      )}
      {tale.not_reached > 0 && <p className="text-muted text-xs">{leads.notReached(tale.not_reached)}</p>}
    </>
  );
}

function whereTo(tale: Tale): string {
  if (tale.existing_owner) return leads.kept(tale.by_name, tale.rep?.name ?? tale.existing_owner);
  if (tale.rep) return leads.gave(tale.by_name, tale.rep.name ?? tale.rep.rep_id);
  if (tale.queue) return leads.queued(tale.by_name, tale.queue);
  return tale.workflow ? leads.sent(tale.by_name, tale.workflow.name) : leads.sentNowhere(tale.by_name);
}

function because(tale: Tale, matched: Tale["rules"][number] | undefined): string {
  if (tale.existing_owner) return leads.becauseOwner;
  if (matched) return leads.becauseRule(matched.place, matched.name);
  return tale.workflow ? leads.becauseDefault : leads.becauseNobody;
}
