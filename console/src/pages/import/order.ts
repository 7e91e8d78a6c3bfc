/** What a person says about a file, and what is still wrong with it. */
import { imports as texts } from "../../texts/import";
import type { Kind, Target } from "./data";

export const EXTRA = "metadata.";

export type Order = {
  kind: Kind;
  targetId: string | null;
  source: string;
  /** By column: a field, `metadata.<key>`, or nothing for a column that is left out. */
  mapping: Record<string, string>;
};

export type Problems = {
  target?: string;
  source?: string;
  nothing?: string;
  /** By column. */
  columns: Record<string, string>;
};

export function problemsOf(order: Order, targets: readonly Target[]): Problems {
  return {
    target: shownTarget(order, targets) ? undefined : texts.targetMissing,
    source: order.source.trim() ? undefined : texts.sourceMissing,
    nothing: Object.values(order.mapping).some(Boolean) ? undefined : texts.notes.nothing,
    columns: columnProblems(order.mapping),
  };
}

export function isMended({ target, source, nothing, columns }: Problems): boolean {
  return !target && !source && !nothing && Object.keys(columns).length === 0;
}

/** The target as it is listed; one that takes no leads any more is none. */
export function shownTarget({ kind, targetId }: Order, targets: readonly Target[]): Target | undefined {
  return targets.find((target) => target.kind === kind && target.id === targetId);
}

export function extraName(meaning: string): string | undefined {
  return meaning.startsWith(EXTRA) ? meaning.slice(EXTRA.length) : undefined;
}

function columnProblems(mapping: Record<string, string>): Record<string, string> {
  const taken = new Map<string, string>();
  const problems: Record<string, string> = {};
  for (const [column, meaning] of Object.entries(mapping)) {
    const first = taken.get(meaning);
    if (meaning === EXTRA) problems[column] = texts.extraMissing;
    else if (meaning && first !== undefined) problems[column] = texts.taken(first);
    else if (meaning) taken.set(meaning, column);
  }
  return problems;
}
