/** What happened to a lead, newest first. */
import {
  CalendarClock,
  CircleDot,
  Flag,
  GitBranch,
  type LucideIcon,
  Mail,
  MessageSquare,
  Phone,
  StickyNote,
  Timer,
  TriangleAlert,
  UserRound,
} from "lucide-react";
import { call } from "../../api/client";
import { useParts } from "../../api/pages";
import { leads as texts } from "../../texts/leads";
import { Button } from "../../ui/button";
import { Loading } from "../../ui/loading";
import { Card } from "../../ui/page";
import { ProblemBox } from "../../ui/problem";
import { type Entry, EntryBody, titleOf } from "./entry";

const TIMELINE = "/console/leads/{lead_id}/timeline";

const ICONS: Record<string, LucideIcon> = {
  lead_created: CircleDot,
  workflow_assigned: GitBranch,
  workflow_completed: Flag,
  workflow_dropped: Flag,
  note_added: StickyNote,
  call: Phone,
  call_missed: Phone,
  call_deferred: CalendarClock,
  call_completed: Phone,
  call_attempted: Phone,
  message: MessageSquare,
  email_sent: Mail,
  email_received: Mail,
  lead_assigned: UserRound,
  lead_parked: UserRound,
  kept_owner: UserRound,
  still_waiting: UserRound,
  sla_warning: TriangleAlert,
  sla_breached: TriangleAlert,
  stale: TriangleAlert,
  step: Timer,
};

export function Timeline({ leadId, onWhy }: { leadId: string; onWhy: () => void }) {
  const found = useParts<Entry>(["get", TIMELINE, leadId], (cursor, signal) =>
    call.GET(TIMELINE, { params: { path: { lead_id: leadId }, query: { cursor } }, signal }),
  );
  const entries = found.data?.rows ?? [];
  return (
    <Card>
      <ProblemBox error={found.error} onRetry={found.refetch} />
      {found.isPending && <Loading />}
      <ol className="flex flex-col">
        {entries.map((entry) => (
          <Line key={entry.id} entry={entry} onWhy={onWhy} />
        ))}
      </ol>
      {found.hasNextPage && (
        <Button onPress={() => found.fetchNextPage()} isPending={found.isFetchingNextPage}>
          {texts.older}
        </Button>
      )}
      {found.data && !found.hasNextPage && <p className="pl-11 text-muted text-xs">{texts.beginning}</p>}
    </Card>
  );
}

function Line({ entry, onWhy }: { entry: Entry; onWhy: () => void }) {
  const Icon = ICONS[entry.kind] ?? CircleDot;
  return (
    <li className="group relative flex gap-4 pb-5">
      <span aria-hidden className="absolute top-7 bottom-0 left-3.5 w-px bg-line" />
      <span className="z-10 grid size-7 shrink-0 place-items-center rounded-full bg-sunken text-muted">
        <Icon aria-hidden className="size-4" />
      </span>
      <div className="min-w-0 flex-1 pt-0.5">
        <h3 className="font-medium">{titleOf(entry)}</h3>
        <EntryBody entry={entry} onWhy={onWhy} />
      </div>
    </li>
  );
}
