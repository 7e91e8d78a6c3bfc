import type { ReactNode } from "react";
import { classes } from "./classes";

export type Tone = "plain" | "good" | "warn" | "bad" | "info";

const TONES: Record<Tone, string> = {
  plain: "bg-sunken text-ink",
  good: "bg-good-soft text-good",
  warn: "bg-warn-soft text-warn",
  bad: "bg-bad-soft text-bad",
  info: "bg-info-soft text-info",
};

export function Badge({ tone = "plain", children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span
      className={classes("inline-block whitespace-nowrap rounded-md px-1.5 py-0.5 font-medium text-xs", TONES[tone])}
    >
      {children}
    </span>
  );
}
