/** Where leads of a hook can go: processors, workflows and rulesets, by their names. */
import { useQuery } from "@tanstack/react-query";
import { api } from "../../api/client";
import { everyWorkflow } from "../../api/pages";
import type { Choice } from "../../ui/select";
import type { Hook } from "./lead-hooks";

export const KINDS = ["processor_id", "workflow_id", "ruleset_id"] as const;
export type Kind = (typeof KINDS)[number];
export type Targets = Record<Kind, readonly Choice[]>;

export function useTargets(): Targets {
  const processors = api.useQuery("get", "/api/public/processors", {});
  const workflows = useQuery(everyWorkflow);
  const rulesets = useRulesets();
  return {
    processor_id: (processors.data?.processors ?? []).map(({ id, name }) => ({ id, label: name })),
    workflow_id: (workflows.data ?? []).map(({ id, title }) => ({ id, label: title })),
    ruleset_id: rulesets,
  };
}

export function useRulesets(): readonly Choice[] {
  const rulesets = api.useQuery("get", "/api/v1/rules", {});
  return (rulesets.data?.data ?? []).map(({ rulesetId, name }) => ({ id: rulesetId, label: name, hint: rulesetId }));
}

export function targetOf(hook: Hook): { kind: Kind; id: string } {
  const kind = KINDS.find((one) => hook[one] !== null) ?? "processor_id";
  return { kind, id: hook[kind] ?? "" };
}

export function nameOf(choices: readonly Choice[], id: string): string | undefined {
  return choices.find((choice) => choice.id === id)?.label;
}
