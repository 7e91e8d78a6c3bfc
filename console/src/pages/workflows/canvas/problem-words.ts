/** Says what keeps a drawing from being activated to somebody who has never seen a config. */
import { steps as texts } from "../../../texts/canvas-steps";
import type { DrawingProblem } from "./api";
import { branchWords } from "./branches";
import type { DrawnNode } from "./drawing";

const INDEXED = /^(\w+)\[(\d+)\](?:\.(\w+))?$/;
const WANTED = /is required|must be an array of 1/;

export function problemWords(problem: DrawingProblem, node: DrawnNode | undefined): string {
  if (problem.kind === "config") return configWords(problem.field ?? "", problem.reason);
  if (problem.kind === "branch_without_way") {
    return texts.problems.branchWithoutWay(node ? branchWords(node.node_type, problem.field ?? "") : "");
  }
  return texts.problems.kinds[problem.kind] ?? problem.reason;
}

/** The name of a field as the config has it: `config.rules[0].value` is `rules[0].value`. */
export function fieldOf(problem: DrawingProblem): string {
  return problem.kind === "config" ? (problem.field ?? "").replace(/^config\.(action_config\.)?/, "") : "";
}

function configWords(path: string, reason: string): string {
  const field = path.replace(/^config\.(action_config\.)?/, "");
  const indexed = INDEXED.exec(field);
  if (indexed) {
    const [, list = "", at = "0", inner] = indexed;
    return texts.problems.inList(list, Number(at) + 1, inner ? fieldWords(inner) : "", tidy(reason));
  }
  if (WANTED.test(reason)) return texts.problems.missing[field] ?? texts.problems.isMissing(fieldWords(field));
  return `${fieldWords(field)} ${tidy(reason)}`;
}

function fieldWords(field: string): string {
  return texts.fields[field] ?? field;
}

function tidy(reason: string): string {
  return WANTED.test(reason) ? texts.problems.isMissingHere : reason;
}
