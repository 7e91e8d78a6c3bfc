/** How imports are spoken of. */
import { Problem } from "../../api/problem";
import { sentence, imports as texts } from "../../texts/import";
import { Badge, type Tone } from "../../ui/badge";
import { formatShare } from "../../ui/format";
import { type Import, isKind, type State, type Target } from "./data";

const TONES: Record<State, Tone> = {
  uploaded: "plain",
  running: "info",
  done: "good",
  failed: "bad",
  cancelled: "warn",
};

export function StateBadge({ one }: { one: Import }) {
  const words = one.state === "running" ? texts.runningAt(formatShare(shareOf(one))) : texts.states[one.state];
  return <Badge tone={TONES[one.state]}>{words}</Badge>;
}

export function shareOf({ done_rows, total_rows }: Import): number {
  return total_rows ? done_rows / total_rows : 0;
}

export function targetWords({ kind, name }: Target): string {
  return isKind(kind) ? `${texts.kinds[kind]} ${name}` : name;
}

/** The address of the page that shows where leads went. */
export function targetPage({ kind, id }: Target): string {
  if (kind === "workflow") return `/workflows/${id}`;
  return kind === "processor" ? `/rules/processors/${id}` : `/rules/rulesets/${id}`;
}

/** A problem whose message begins like a sentence. */
export function asSentence(error: unknown): unknown {
  if (error instanceof Problem && error.status < 500 && error.status !== 403) return new Error(sentence(error.message));
  return error;
}
