/** Rules as they are in the editor. */
import { newKey } from "../../api/new-key";
import type { components } from "../../api/schema";
import type { Tree } from "./tree";

export type Kind = "processor" | "ruleset";
export type Field = { path: string; kind: string; is_core: boolean; values: readonly unknown[] };
export type Choices = components["schemas"]["RuleChoices"];
export type Remark = { key: string | null; message: string; isProblem: boolean };
type Stored = components["schemas"]["ProcessorToEdit"] | components["schemas"]["RulesetToEdit"];
type StoredRule = components["schemas"]["EditedRule"];

export type Member = string | { rep_id: string; weight?: number };
export type Assignment = {
  type: "specific_rep" | "round_robin" | "territory" | "match";
  rep_id?: string;
  pool?: Member[];
  method?: string;
  territory_field?: string;
  territory_map?: Record<string, Member[]>;
  where?: string | unknown[];
};

/** A rule that is being edited. `text` is there while it was typed and says more than, or not yet, the condition. */
export type Rule = {
  key: string;
  id: string | null;
  name: string;
  condition: Tree;
  isActive: boolean;
  workflowId: string | null;
  assignment: Assignment | null;
  text?: string;
  isUnread?: boolean;
};

/** A processor or a ruleset that is being edited; `expected` is the digest of what the editing began with. */
export type Router = {
  kind: Kind;
  id: string;
  name: string;
  expected: string;
  isActive: boolean;
  defaultWorkflowId: string;
  queueId: string;
  onUnavailable: string;
  rules: Rule[];
};

export function fromStored(kind: Kind, stored: Stored): Router {
  const isProcessor = "default_workflow_id" in stored;
  return {
    kind,
    id: stored.id,
    name: stored.name,
    expected: stored.digest,
    isActive: isProcessor ? stored.is_active : true,
    defaultWorkflowId: isProcessor ? stored.default_workflow_id : "",
    queueId: isProcessor ? "" : stored.queue_id,
    onUnavailable: isProcessor ? "" : stored.on_unavailable,
    rules: stored.rules.map(fromStoredRule),
  };
}

// What a condition and an assignment look like inside is said here; the document of the API calls them objects.
function fromStoredRule(rule: StoredRule): Rule {
  return {
    key: rule.id ?? newKey(),
    id: rule.id,
    name: rule.name,
    condition: rule.condition as unknown as Tree,
    isActive: rule.is_active,
    workflowId: rule.workflow_id,
    assignment: rule.assignment as unknown as Assignment | null,
  };
}

export function toRules(router: Router): StoredRule[] {
  return router.rules.map((rule) => ({
    id: rule.id,
    name: rule.name,
    condition: rule.condition as never,
    is_active: rule.isActive,
    workflow_id: router.kind === "processor" ? rule.workflowId : null,
    assignment: router.kind === "ruleset" ? (rule.assignment as never) : null,
  }));
}

/** What the server looks through and tries: the rules as they are here, saved or not. */
export function toDraft(router: Router) {
  return {
    kind: router.kind,
    id: router.id,
    default_workflow_id: router.defaultWorkflowId,
    on_unavailable: router.onUnavailable,
    rules: toRules(router),
  };
}

export function newRule(router: Router, name: string, choices: Choices | undefined): Rule {
  const only = choices?.workflows.length === 1 ? choices.workflows[0] : undefined;
  return {
    key: newKey(),
    id: null,
    name,
    condition: { all: [] },
    isActive: true,
    workflowId: router.kind === "processor" ? (only?.id ?? null) : null,
    assignment: router.kind === "ruleset" ? { type: "specific_rep" } : null,
  };
}

export function repOf(member: Member): string {
  return typeof member === "string" ? member : member.rep_id;
}

export function weightOf(member: Member): number {
  return typeof member === "string" ? 1 : (member.weight ?? 1);
}

/** Move the rules of these keys before or after another one. */
export function moveRules(
  rules: readonly Rule[],
  keys: ReadonlySet<unknown>,
  target: unknown,
  place: "before" | "after",
) {
  const moved = rules.filter((rule) => keys.has(rule.key));
  const rest = rules.filter((rule) => !keys.has(rule.key));
  const at = rest.findIndex((rule) => rule.key === target);
  if (at < 0) return [...rules];
  rest.splice(place === "before" ? at : at + 1, 0, ...moved);
  return rest;
}
