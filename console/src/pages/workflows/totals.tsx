/** How the leads of a workflow stand, in numbers. */
import { useEffect, useRef, useState } from "react";
import { workflows } from "../../texts/workflows";
import { classes } from "../../ui/classes";
import { formatNumber } from "../../ui/format";
import type { Live } from "./live";

const texts = workflows.overview;

/** How often the numbers are read out at most. */
const READ_OUT_MS = 30_000;

export function Totals({ live }: { live: Live }) {
  const { runs } = live;
  const figures = [
    { label: texts.moving, hint: texts.movingHint, value: runs.moving },
    { label: texts.waiting, hint: texts.waitingHint, value: runs.waiting },
    { label: texts.onCall, hint: texts.onCallHint, value: live.on_call },
    { label: texts.converted, hint: texts.convertedHint, value: runs.completed, colour: "text-good" },
    { label: texts.dropped, hint: texts.droppedHint, value: runs.dropped },
    { label: texts.removed, hint: texts.removedHint, value: runs.removed },
    { label: texts.failed, hint: texts.failedHint, value: runs.failed, colour: "text-bad" },
  ].filter(({ label, value }) => value > 0 || ![texts.removed, texts.failed].includes(label as never));
  return (
    <section aria-label={texts.totals} className="flex flex-col gap-2">
      <dl className="grid grid-cols-[repeat(auto-fit,minmax(9.5rem,1fr))] gap-3">
        {figures.map(({ label, hint, value, colour }) => (
          <Figure key={label} {...{ label, hint, value }} colour={value > 0 ? colour : undefined} />
        ))}
      </dl>
      {live.held > 0 && <p className="text-muted text-xs">{texts.held(live.held)}</p>}
      {live.elsewhere > 0 && <p className="text-warn text-xs">{texts.elsewhere(live.elsewhere)}</p>}
      <ReadOut text={texts.heard(runs.moving, runs.waiting, runs.completed)} />
    </section>
  );
}

type FigureProps = { label: string; hint: string; value: number; colour: string | undefined };

function Figure({ label, hint, value, colour }: FigureProps) {
  return (
    <div className="rounded-xl border border-line bg-surface px-4 py-3">
      <dt className="text-muted text-xs">{label}</dt>
      <dd className={classes("font-semibold text-xl tabular-nums", colour)}>{formatNumber(value)}</dd>
      <dd className="text-muted text-xs">{hint}</dd>
    </div>
  );
}

/** Says numbers that change by themselves, but not at every change. */
function ReadOut({ text }: { text: string }) {
  const [said, setSaid] = useState("");
  const latest = useRef(text);
  latest.current = text;
  useEffect(() => {
    const timer = window.setInterval(() => setSaid(latest.current), READ_OUT_MS);
    return () => window.clearInterval(timer);
  }, []);
  return (
    <p className="sr-only" aria-live="polite">
      {said}
    </p>
  );
}
