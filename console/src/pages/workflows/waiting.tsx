/** Who waits at a node: beside the drawing, refreshed by itself. */
import { X } from "lucide-react";
import { call } from "../../api/client";
import { useParts } from "../../api/pages";
import type { components } from "../../api/schema";
import { workflows } from "../../texts/workflows";
import { Button, IconButton, TextLink } from "../../ui/button";
import { Loading } from "../../ui/loading";
import { Moment } from "../../ui/moment";
import { Empty } from "../../ui/page";
import { ProblemBox } from "../../ui/problem";

const texts = workflows.waiting;
const REFRESH_MS = 10_000;

type WaitingLead = components["schemas"]["WaitingLead"];
type Props = {
  workflowId: string;
  nodeId: string;
  label: string;
  /** How many wait as the drawing shows it: another number is a reason to look again. */
  count: number | undefined;
  onClose: () => void;
};

export function WaitingPanel({ workflowId, nodeId, label, count, onClose }: Props) {
  const path = { workflow_id: workflowId, node_id: nodeId };
  const listed = useParts<WaitingLead>(
    ["waiting", workflowId, nodeId, count],
    (cursor, signal) =>
      call.GET("/console/workflows/{workflow_id}/nodes/{node_id}/waiting", {
        params: { path, query: { cursor } },
        signal,
      }),
    { isKept: true, refetchInterval: REFRESH_MS },
  );
  const leads = listed.data?.rows;
  const total = listed.data?.total ?? 0;
  return (
    <aside
      aria-label={texts.title(label)}
      className="flex max-h-[40rem] w-full shrink-0 flex-col rounded-xl border border-line bg-surface lg:w-88"
    >
      <header className="flex items-start justify-between gap-2 px-4 pt-3 pb-2">
        <div className="min-w-0">
          <h2 className="break-words font-semibold">{texts.title(label)}</h2>
          {leads && <p className="text-muted text-xs">{texts.count(total)}</p>}
        </div>
        <IconButton label={texts.close} icon={X} onPress={onClose} isSmall />
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto border-line border-t">
        <ProblemBox error={listed.error} onRetry={listed.refetch} />
        {!leads && !listed.error && (
          <div className="px-4">
            <Loading />
          </div>
        )}
        {leads?.length === 0 && <Empty title={texts.none}>{texts.noneHint}</Empty>}
        {leads && leads.length > 0 && (
          <ul aria-label={texts.list}>
            {leads.map((lead) => (
              <Lead key={lead.run_id} lead={lead} />
            ))}
          </ul>
        )}
        {listed.hasNextPage && (
          <div className="flex justify-center p-3">
            <Button onPress={() => listed.fetchNextPage()} isPending={listed.isFetchingNextPage}>
              {texts.more}
            </Button>
          </div>
        )}
      </div>
    </aside>
  );
}

function Lead({ lead }: { lead: WaitingLead }) {
  const known = lead.phone ?? lead.email;
  return (
    <li className="border-line border-b px-4 py-2.5 last:border-b-0">
      <div className="flex items-baseline justify-between gap-3">
        <span className="min-w-0 truncate font-medium">
          <TextLink to={`/leads/${lead.lead_id}`}>{lead.name || known || texts.nameless}</TextLink>
        </span>
        {known && lead.name !== known && <span className="shrink-0 text-muted text-xs">{known}</span>}
      </div>
      <p>{lead.says}</p>
      <p className="text-muted text-xs">
        {texts.since} <Moment at={lead.since} />
        {lead.until && (
          <>
            , {texts.until} <Moment at={lead.until} />
          </>
        )}
      </p>
    </li>
  );
}
