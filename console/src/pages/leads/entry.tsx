/** One entry of a timeline, in words. */
import { CircleHelp } from "lucide-react";
import type { components } from "../../api/schema";
import { leads as texts } from "../../texts/leads";
import { Button } from "../../ui/button";
import { formatNumber, formatSpan } from "../../ui/format";
import { Moment } from "../../ui/moment";

export type Entry = components["schemas"]["TimelineEntry"];

export function titleOf(entry: Entry): string {
  const { step } = entry;
  if (!step) return texts.kinds[entry.kind] ?? entry.title;
  const [said, label] = [texts.steps[step.node_type] ?? step.node_type, step.label];
  return label && label !== said ? `${said}: ${label}` : said;
}

export function EntryBody({ entry, onWhy }: { entry: Entry; onWhy: () => void }) {
  const text = wordsOf(entry);
  return (
    <div className="flex flex-col gap-1">
      <p className="flex flex-wrap gap-x-2 text-muted text-xs">
        <Moment at={entry.at} />
        {entry.kind !== "lead_created" && <span>{texts.by[entry.actor] ?? entry.actor}</span>}
        {entry.workflow && <span className="truncate">{entry.workflow.workflow_name}</span>}
      </p>
      {text && <p className="whitespace-pre-line break-words">{text}</p>}
      {entry.step && <StepBody step={entry.step} />}
      {entry.call && <CallBody call={entry.call} />}
      {entry.decision_id && (
        <span className="-ml-3">
          <Button kind="quiet" icon={CircleHelp} onPress={onWhy}>
            {texts.whyThis}
          </Button>
        </span>
      )}
    </div>
  );
}

function wordsOf(entry: Entry): string | null {
  const { kind, details, description } = entry;
  if (kind === "lead_created" && typeof details.source === "string") return texts.fromSource(details.source);
  if (kind === "kept_owner" && typeof details.owner === "string") return texts.keptBy(details.owner);
  if (typeof details.minutes === "number" && kind !== "sla_breached") {
    return texts.afterMinutes(formatNumber(details.minutes));
  }
  return description;
}

function StepBody({ step }: { step: NonNullable<Entry["step"]> }) {
  const isOpen = step.exited_at === null;
  return (
    <p className="flex flex-wrap gap-x-3 text-muted">
      {step.attempt > 1 && <span>{texts.attempt(step.attempt)}</span>}
      {step.outcome && <span>{texts.stepOutcome(step.outcome)}</span>}
      {!step.outcome && texts.stepStates[step.status] && <span>{texts.stepStates[step.status]}</span>}
      {step.release_at && (
        <span>
          {isOpen ? texts.waitsUntil : texts.waitedUntil} <Moment at={step.release_at} />
        </span>
      )}
    </p>
  );
}

function CallBody({ call }: { call: NonNullable<Entry["call"]> }) {
  const recording = call.recording_url && /^https?:/i.test(call.recording_url) ? call.recording_url : null;
  return (
    <div className="flex flex-col gap-1">
      <p className="flex flex-wrap gap-x-3 text-muted">
        {call.to_phone_number && <span>{texts.callTo(call.to_phone_number)}</span>}
        {call.duration_seconds !== null && <span>{texts.lasted(formatSpan(call.duration_seconds))}</span>}
      </p>
      {recording && (
        <a href={recording} target="_blank" rel="noreferrer noopener" className="text-accent hover:underline">
          {texts.recording}
        </a>
      )}
      {call.transcript && (
        <details>
          <summary className="cursor-pointer text-accent">{texts.transcript}</summary>
          <p className="mt-1 max-h-80 overflow-auto whitespace-pre-line rounded-lg bg-sunken p-3">{call.transcript}</p>
        </details>
      )}
    </div>
  );
}
