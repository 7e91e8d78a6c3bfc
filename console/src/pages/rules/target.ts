/** Who gets the leads of a rule: other kinds of it, and how it is said. */
import { rules as texts } from "../../texts/rules";
import { type Assignment, type Choices, type Member, type Rule, repOf } from "./model";

const words = texts.target.words;
const MOST_NAMED = 2;

/** Another way to choose, with the people that were named already. */
export function withType(assignment: Assignment | null, type: Assignment["type"]): Assignment {
  const people = peopleOf(assignment);
  switch (type) {
    case "specific_rep":
      return { type, rep_id: people[0] ? repOf(people[0]) : "" };
    case "round_robin":
      return { type, pool: [...people], method: "equal_distribution" };
    case "territory":
      return {
        type,
        territory_field: "",
        territory_map: people.length > 0 ? { default: [...people] } : {},
        method: "equal_distribution",
      };
    case "match":
      return { type, where: "", method: "round_robin" };
  }
}

function peopleOf(assignment: Assignment | null): readonly Member[] {
  if (!assignment) return [];
  if (assignment.rep_id) return [assignment.rep_id];
  return assignment.pool ?? assignment.territory_map?.default ?? Object.values(assignment.territory_map ?? {})[0] ?? [];
}

export function targetInWords(rule: Rule, choices: Choices | undefined): string {
  if (!rule.assignment) {
    const workflow = choices?.workflows.find((item) => item.id === rule.workflowId);
    return workflow?.name ?? (rule.workflowId ? "…" : texts.rule.workflowNone);
  }
  return assignmentInWords(rule.assignment, choices);
}

function assignmentInWords(assignment: Assignment, choices: Choices | undefined): string {
  switch (assignment.type) {
    case "specific_rep":
      return assignment.rep_id ? nameOf(assignment.rep_id, choices) : words.nobody;
    case "round_robin":
      return poolInWords(assignment.pool ?? [], assignment.method, choices);
    case "territory":
      return words.territory(
        (assignment.territory_field || "…").replace(/^attributes\./, ""),
        Object.keys(assignment.territory_map ?? {}).filter((name) => name !== "default").length,
      );
    case "match":
      return words.match;
  }
}

function poolInWords(pool: readonly Member[], method: string | undefined, choices: Choices | undefined): string {
  if (pool.length === 0) return words.nobody;
  const names = pool.slice(0, MOST_NAMED).map((member) => nameOf(repOf(member), choices));
  if (pool.length > MOST_NAMED) names.push(words.more(pool.length - MOST_NAMED));
  const listed = names.join(", ");
  if (method === "least_loaded") return words.least(listed);
  return method === "weighted" ? words.weighted(listed) : words.turn(listed);
}

export function nameOf(rep: string, choices: Choices | undefined): string {
  return choices?.reps.find((item) => item.rep_id === rep)?.name ?? rep;
}
