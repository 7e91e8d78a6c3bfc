/** The page of one lead: who it is, what happened, why it is here, and what can be done. */
import { ArrowLeft, UserX } from "lucide-react";
import { Link, useParams, useSearchParams } from "react-router";
import { api } from "../../api/client";
import { Problem } from "../../api/problem";
import type { components } from "../../api/schema";
import { leads as texts } from "../../texts/leads";
import { Badge } from "../../ui/badge";
import { LinkButton } from "../../ui/button";
import { lazyPart } from "../../ui/lazy";
import { Loading } from "../../ui/loading";
import { Empty, Page } from "../../ui/page";
import { ProblemBox } from "../../ui/problem";
import { Tabs } from "../../ui/tabs";
import { LeadActions } from "./actions";
import { leadName, stateTone, statusTone } from "./columns";
import { Details, RunsCard, TagsCard } from "./details";
import { MetadataCard } from "./metadata";
import { Timeline } from "./timeline";
import { Why } from "./why";

export type Lead = components["schemas"]["LeadInFull"];

export function LeadPage() {
  const { leadId = "" } = useParams();
  const [params, setParams] = useSearchParams();
  const found = api.useQuery("get", "/console/leads/{lead_id}", { params: { path: { lead_id: leadId } } });
  const lead = found.data;
  if (!lead) return <NotShown error={found.error} retry={found.refetch} />;
  const run = lead.runs[0];
  const show = (tab: string) => setParams(tab === "timeline" ? {} : { tab }, { replace: true });
  const tabs = [
    {
      id: "timeline",
      label: texts.tabs.timeline,
      content: <Timeline leadId={lead.id} onWhy={() => show("why")} />,
    },
    { id: "why", label: texts.tabs.why, content: <Why leadId={lead.id} /> },
    ...(run
      ? [{ id: "run", label: texts.tabs.run, content: <Drawn workflowId={run.workflow_id} runId={run.id} /> }]
      : []),
  ];
  const tab = tabs.some(({ id }) => id === params.get("tab")) ? (params.get("tab") ?? undefined) : "timeline";
  return (
    <Page title={leadName(lead)} hint={<Standing lead={lead} />} isWide actions={<LeadActions lead={lead} />}>
      <Link to="/leads" className="order-first inline-flex items-center gap-1 self-start text-accent hover:underline">
        <ArrowLeft aria-hidden className="size-4" />
        {texts.back}
      </Link>
      <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <Tabs label={leadName(lead)} items={tabs} value={tab} onChange={show} />
        <div className="flex flex-col gap-5">
          <Details lead={lead} />
          <TagsCard lead={lead} />
          <RunsCard lead={lead} />
          <MetadataCard lead={lead} />
        </div>
      </div>
    </Page>
  );
}

/** Where the lead stands, in one line. */
function Standing({ lead }: { lead: Lead }) {
  const run = lead.runs[0];
  return (
    <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <span>{ownerText(lead)}</span>
      {run && (
        <span className="flex flex-wrap items-center gap-1.5">
          {run.status_label && <Badge tone={statusTone(run.status_category)}>{run.status_label}</Badge>}
          <span>
            {texts.inWorkflow} <Link to={`/workflows/${run.workflow_id}`}>{run.workflow_name}</Link>
          </span>
          <Badge tone={stateTone(run.state)}>{texts.states[run.state]}</Badge>
        </span>
      )}
      {lead.do_not_call && <Badge tone="bad">{texts.mustNotBeCalled}</Badge>}
    </span>
  );
}

export function ownerText(lead: Lead): string {
  if (lead.owner?.name) return texts.ownedBy(lead.owner.name);
  return lead.owner?.queue_id ? texts.waitsIn(lead.owner.queue_id) : texts.unnamedOwner;
}

function NotShown({ error, retry }: { error: unknown; retry: () => void }) {
  if (error instanceof Problem && error.status === 404) {
    return (
      <Page title={texts.missing}>
        <Empty icon={UserX} title={texts.missing} action={<LinkButton to="/leads">{texts.back}</LinkButton>}>
          {texts.missingHint}
        </Empty>
      </Page>
    );
  }
  return <Page title={texts.title}>{error ? <ProblemBox error={error} onRetry={retry} /> : <Loading />}</Page>;
}

const Drawn = lazyPart(async () => ({ default: (await import("../workflows/run-on-workflow")).RunOnWorkflow }));
