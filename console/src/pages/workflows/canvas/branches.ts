/** The ways out of a node: which branches it has by what it does, and which more its edges name. */
import { steps as texts } from "../../../texts/canvas-steps";
import { type Config, type DrawnEdge, type DrawnNode, isEnd, type NodeType, OTHERWISE } from "./drawing";

/** Outcomes of a call in the order in which people think of them; `DNP` stands for the three before it. */
export const CALL_OUTCOMES = ["COMPLETED", "NO_ANSWER", "BUSY", "VOICEMAIL", "DNP", "FAILED"] as const;

const USUAL: Record<NodeType, readonly string[]> = {
  VOICE_CALL: ["COMPLETED", "DNP", OTHERWISE],
  TIME: [OTHERWISE],
  CONDITIONAL: [],
  APPLICATION: [OTHERWISE, "failure"],
  CONVERTED: [],
  DROPPED: [],
};

const ORDER: readonly string[] = [...CALL_OUTCOMES, "true", "false", "success", "failure"];

export const isRules = (config: Config): boolean => "rules" in config;

/** The branches that the config of a CONDITIONAL names. */
export function conditionBranches(config: Config): string[] {
  if (isRules(config)) return ["true", "false"];
  const names = Array.isArray(config.branches) ? config.branches : [];
  return [...new Set(names.filter((name): name is string => typeof name === "string" && name !== ""))];
}

function ownBranches(node: DrawnNode): readonly string[] {
  if (node.node_type !== "CONDITIONAL") return USUAL[node.node_type] ?? [OTHERWISE];
  const named = conditionBranches(node.config);
  return isRules(node.config) ? named : [...named, OTHERWISE];
}

/** The branches to show at a node: its own, and those that edges out of it are labelled with. */
export function branchesOf(node: DrawnNode, out: readonly DrawnEdge[]): string[] {
  const own = ownBranches(node);
  const used = out.map((edge) => edge.label ?? OTHERWISE);
  const all = [...new Set([...own, ...used])];
  if (node.node_type === "CONDITIONAL") {
    return [...all.filter((name) => name !== OTHERWISE), ...all.filter((name) => name === OTHERWISE)];
  }
  return all.sort((a, b) => rank(node.node_type, a) - rank(node.node_type, b));
}

/** Every branch that a node of a kind can have, for the list of ways in its panel. */
export function possibleBranches(node: DrawnNode, out: readonly DrawnEdge[]): string[] {
  const more: Partial<Record<NodeType, readonly string[]>> = { VOICE_CALL: CALL_OUTCOMES, APPLICATION: ["success"] };
  const shown = branchesOf(node, out);
  return (more[node.node_type] ?? []).filter((name) => !shown.includes(name));
}

function rank(type: NodeType, name: string): number {
  if (name === OTHERWISE) return type === "APPLICATION" ? -1 : ORDER.length + 1;
  const at = ORDER.indexOf(name);
  return at < 0 ? ORDER.length : at;
}

/** Say a branch in plain words. */
export function branchWords(type: NodeType, branch: string, isOnly = false): string {
  if (branch === OTHERWISE) return isOnly || type === "APPLICATION" || isEnd(type) ? texts.onward : texts.otherwise;
  const known: Record<string, string> | undefined = texts.branches[type];
  return known?.[branch] ?? branch;
}
