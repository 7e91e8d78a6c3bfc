/** Decisions in plain sentences. */
import type { components } from "../../api/schema";
import { leads as texts } from "../../texts/leads";

type Decision = components["schemas"]["DecisionTale"];
type Condition = components["schemas"]["ConditionTold"];

const PREFIX = /^(metadata|attributes|variables)\./;

export function outcomeOf(decision: Decision): string {
  const { by_name: by, workflow, rep, queue, existing_owner: owner } = decision;
  if (decision.kind === "processor") return workflow ? texts.sent(by, workflow.name) : texts.sentNowhere(by);
  if (owner) return texts.kept(by, owner);
  return rep ? texts.gave(by, rep.name ?? rep.rep_id) : texts.queued(by, queue ?? "");
}

export function reasonOf(decision: Decision): string {
  if (decision.existing_owner) return texts.becauseOwner;
  const matched = decision.rules.find((rule) => rule.fate === "matched");
  if (matched) return texts.becauseRule(matched.place, matched.name);
  return decision.kind === "processor" ? texts.becauseDefault : texts.becauseNobody;
}

/** A field by the name its owner gave it: `metadata.country` is "country". */
export function fieldName(path: string): string {
  return path.replace(PREFIX, "").replaceAll("_", " ");
}

export function conditionText({ operator, value }: Condition): string {
  const said = texts.operators[operator ?? ""] ?? operator ?? "";
  if (operator === "exists" || operator === "not_exists") return said;
  if (operator === "between" && Array.isArray(value)) return `${said} ${value.map(valueText).join(` ${texts.and} `)}`;
  return `${said} ${valueText(value)}`;
}

export function seenText({ seen }: Condition): string {
  return seen === null || seen === undefined ? texts.hadNothing : texts.had(valueText(seen));
}

export function verdictText(verdict: string): string {
  return texts.verdicts[verdict] ?? verdict;
}

function valueText(value: unknown): string {
  if (Array.isArray(value)) return value.map(valueText).join(", ");
  if (typeof value === "string") return `“${value}”`;
  return JSON.stringify(value);
}
