/** The settings of a workflow, as the form holds them. */
import { workflows } from "../../texts/workflows";
import { formatNumber } from "../../ui/format";
import { describeHours, type Hours } from "../settings/kit/week";
import type { Stored } from "./settings";

const texts = workflows.settings;

export type Fields = {
  name: string;
  description: string;
  goal: string;
  zone: string | null;
  hours: Hours[];
  attempts: number | null;
  lines: number | null;
};

export function fieldsOf(stored: Stored): Fields {
  const { settings } = stored;
  return {
    name: stored.name,
    description: stored.description ?? "",
    goal: stored.goal_type,
    zone: typeof settings.timezone === "string" ? settings.timezone : null,
    hours: Array.isArray(settings.calling_hours) ? (settings.calling_hours as Hours[]) : [],
    attempts: asNumber(settings.max_attempts_per_day),
    lines: asNumber(settings.max_simultaneous_calls),
  };
}

export function settingsBody(fields: Fields, base: Stored) {
  return {
    name: fields.name,
    description: fields.description === "" ? null : fields.description,
    goal_type: fields.goal,
    settings: {
      ...(fields.zone !== null && { timezone: fields.zone }),
      ...(fields.hours.length > 0 && { calling_hours: fields.hours }),
      ...(fields.attempts !== null && { max_attempts_per_day: fields.attempts }),
      ...(fields.lines !== null && { max_simultaneous_calls: fields.lines }),
    },
    expected: base.digest,
  };
}

/** What each setting is called and says, for showing two versions beside each other. */
export function describeFields(fields: Fields): { id: string; label: string; value: string }[] {
  const count = (value: number | null) => (value === null ? "–" : formatNumber(value));
  return [
    { id: "name", label: texts.name, value: fields.name },
    { id: "description", label: texts.description, value: fields.description || "–" },
    { id: "goal", label: texts.goal, value: texts.goals[fields.goal] ?? fields.goal },
    { id: "zone", label: texts.zone, value: fields.zone ?? texts.zoneNone },
    { id: "hours", label: texts.calling, value: describeHours(fields.hours) || texts.anyHour },
    { id: "attempts", label: texts.attempts, value: count(fields.attempts) },
    { id: "lines", label: texts.lines, value: count(fields.lines) },
  ];
}

function asNumber(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}
