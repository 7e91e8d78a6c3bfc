/** Hours of a week: which days, from when until when. The server writes midnight at the end of a day as 24:00. */
import { Plus, Trash2 } from "lucide-react";
import { ToggleButton, ToggleButtonGroup } from "react-aria-components";
import { week } from "../../../texts/settings";
import { Button, IconButton } from "../../../ui/button";
import { TextField } from "../../../ui/field";
import { GroupError } from "./editor";

export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Day = (typeof DAYS)[number];
export type Hours = { days?: Day[]; start: string; end: string };

export const OFFICE: Hours = { days: ["mon", "tue", "wed", "thu", "fri"], start: "09:00", end: "18:00" };
const MIDNIGHT = "24:00";

type Props = { value: readonly Hours[]; onChange: (value: Hours[]) => void; error?: string; isDisabled?: boolean };

export function WeekField({ value, onChange, error, isDisabled }: Props) {
  const put = (index: number, part: Partial<Hours>) =>
    onChange(value.map((entry, at) => (at === index ? { ...entry, ...part } : entry)));
  return (
    <div className="flex flex-col gap-3">
      {value.map((entry, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: entries have no name of their own
        <fieldset key={index} aria-label={week.entry(index + 1)} className="flex flex-col gap-2">
          <ToggleButtonGroup
            aria-label={week.days}
            selectionMode="multiple"
            disallowEmptySelection
            isDisabled={isDisabled}
            selectedKeys={entry.days ?? DAYS}
            onSelectionChange={(keys) => put(index, { days: DAYS.filter((day) => keys.has(day)) })}
            className="flex overflow-hidden rounded-lg border border-line-strong"
          >
            {DAYS.map((day) => (
              <ToggleButton
                key={day}
                id={day}
                className="h-9 flex-1 border-line border-r text-muted text-xs last:border-r-0 hover:bg-sunken selected:bg-accent selected:text-on-accent"
              >
                {week.day[day]}
              </ToggleButton>
            ))}
          </ToggleButtonGroup>
          <div className="flex items-center gap-2">
            <Clock label={week.start} value={entry.start} onChange={(start) => put(index, { start })} />
            <span aria-hidden className="text-muted">
              –
            </span>
            <Clock
              label={week.end}
              value={entry.end === MIDNIGHT ? "00:00" : entry.end}
              onChange={(end) => put(index, { end: end === "00:00" ? MIDNIGHT : end })}
            />
            <IconButton
              label={week.remove(index + 1)}
              icon={Trash2}
              isDisabled={isDisabled || value.length === 1}
              onPress={() => onChange(value.filter((_, at) => at !== index))}
            />
          </div>
        </fieldset>
      ))}
      <GroupError>{error}</GroupError>
      <div>
        <Button kind="quiet" icon={Plus} isDisabled={isDisabled} onPress={() => onChange([...value, OFFICE])}>
          {week.add}
        </Button>
      </div>
    </div>
  );
}

function Clock({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  return (
    <div className="w-36">
      <TextField label={label} isLabelHidden type="time" isRequired value={value} onChange={onChange} />
    </div>
  );
}

/** Hours in one line: "Mon–Fri 09:00–18:00, Sat 10:00–12:00". */
export function describeHours(hours: readonly Hours[]): string {
  return linesOfHours(hours).join(", ");
}

export function linesOfHours(hours: readonly Hours[]): string[] {
  return hours.map((entry) => `${describeDays(entry.days ?? DAYS)} ${entry.start}–${entry.end}`);
}

function describeDays(days: readonly Day[]): string {
  if (days.length === DAYS.length) return week.daily;
  const runs: Day[][] = [];
  for (const day of DAYS.filter((one) => days.includes(one))) {
    const last = runs.at(-1);
    const before = last?.at(-1);
    if (last && before && DAYS.indexOf(day) === DAYS.indexOf(before) + 1) last.push(day);
    else runs.push([day]);
  }
  return runs
    .map((run) => (run.length > 2 ? `${name(run[0])}–${name(run.at(-1))}` : run.map(name).join(", ")))
    .join(", ");
}

function name(day: Day | undefined): string {
  return day ? week.day[day] : "";
}
