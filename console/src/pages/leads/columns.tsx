/** The columns of the list: what each shows, and which ones this browser shows. */
import { type ReactNode, useState } from "react";
import type { components } from "../../api/schema";
import { leads as texts } from "../../texts/leads";
import { Badge, type Tone } from "../../ui/badge";
import { Moment } from "../../ui/moment";

export type LeadRow = components["schemas"]["LeadRow"];

export const COLUMNS = Object.keys(texts.columnNames);
const USUAL = ["email", "company", "owner", "workflow", "status", "tags", "created_at"];
const METADATA = "metadata.";
const KEPT_AS = "leads:columns";
const LONGEST_CELL = 120;

export function columnLabel(name: string): string {
  return name.startsWith(METADATA) ? name.slice(METADATA.length) : (texts.columnNames[name] ?? name);
}

export const metadataColumn = (key: string) => `${METADATA}${key}`;

/** The columns chosen in this browser, and a way to choose others. */
export function useColumns() {
  const [columns, setColumns] = useState<string[]>(readColumns);
  const choose = (chosen: string[]) => {
    setColumns(chosen);
    localStorage.setItem(KEPT_AS, JSON.stringify(chosen));
  };
  return { columns, choose, reset: () => choose(USUAL) };
}

function readColumns(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEPT_AS) ?? "null");
    if (!Array.isArray(kept)) return USUAL;
    return kept.filter((name) => typeof name === "string" && (name.startsWith(METADATA) || COLUMNS.includes(name)));
  } catch {
    return USUAL;
  }
}

export function leadName(lead: { first_name: string; last_name: string | null }): string {
  return [lead.first_name, lead.last_name].filter(Boolean).join(" ");
}

const TONES: Record<string, Tone> = { won: "good", lost: "bad", paused: "warn", deferred: "warn" };
const STATES: Record<string, Tone> = { completed: "good", dropped: "bad", failed: "bad", stopped: "warn" };

export function statusTone(category: string | null | undefined): Tone {
  return TONES[category ?? ""] ?? "plain";
}

export function stateTone(state: string): Tone {
  return STATES[state] ?? "plain";
}

export function cellOf(lead: LeadRow, column: string): ReactNode {
  if (column.startsWith(METADATA)) return plain(lead.metadata?.[column.slice(METADATA.length)]);
  const show = CELLS[column];
  return show ? show(lead) : plain((lead as Record<string, unknown>)[column]);
}

const CELLS: Record<string, (lead: LeadRow) => ReactNode> = {
  campaign: (lead) => lead.campaign?.name,
  owner: (lead) => lead.owner && (lead.owner.name ?? texts.inQueue(lead.owner.queue_id ?? "")),
  workflow: (lead) => lead.run?.workflow_name,
  state: (lead) => lead.run && <Badge tone={stateTone(lead.run.state)}>{texts.states[lead.run.state]}</Badge>,
  status: (lead) =>
    lead.run?.status_label && <Badge tone={statusTone(lead.run.status_category)}>{lead.run.status_label}</Badge>,
  tags: (lead) => (
    <span className="flex gap-1 overflow-hidden">
      {lead.tags?.map((tag) => (
        <Badge key={tag.id}>{tag.name}</Badge>
      ))}
    </span>
  ),
  do_not_call: (lead) => (lead.do_not_call ? <Badge tone="bad">{texts.yes}</Badge> : texts.no),
  last_activity: (lead) => lead.last_activity && <Moment at={lead.last_activity} isAgo />,
  created_at: (lead) => lead.created_at && <Moment at={lead.created_at} isAgo />,
  updated_at: (lead) => lead.updated_at && <Moment at={lead.updated_at} />,
};

function plain(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > LONGEST_CELL ? `${text.slice(0, LONGEST_CELL)}…` : text;
}
