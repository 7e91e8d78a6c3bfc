/** What the pages of one workflow share: its heading with the way to its other pages, and its status. */
import { ArrowLeft } from "lucide-react";
import type { ReactNode } from "react";
import { Link, NavLink, useParams } from "react-router";
import { isMissing } from "../../api/problem";
import { workflows as texts } from "../../texts/workflows";
import { Badge, type Tone } from "../../ui/badge";
import { classes } from "../../ui/classes";
import { Loading } from "../../ui/loading";
import { NotFound } from "../../ui/not-found";
import { Page } from "../../ui/page";
import { ProblemBox } from "../../ui/problem";
import { type StoredDrawing, useDrawing } from "./canvas/api";

export type Drawn = StoredDrawing;
export type Workflow = Drawn["workflow"];

const TONES: Record<string, Tone> = { active: "good", paused: "warn", cancelled: "bad", completed: "info" };

export function StatusBadge({ status }: { status: string }) {
  return <Badge tone={TONES[status] ?? "plain"}>{texts.statuses[status] ?? status}</Badge>;
}

export function useWorkflowId(): string {
  return useParams().id ?? "";
}

type FrameProps = {
  workflowId: string;
  actions?: (drawing: Drawn) => ReactNode;
  isWide?: boolean;
  children: (drawing: Drawn) => ReactNode;
};

/** A page of one workflow; its content is shown as soon as the workflow is there. */
export function WorkflowPage({ workflowId, actions, isWide, children }: FrameProps) {
  const drawing = useDrawing(workflowId);
  if (isMissing(drawing.error)) return <Missing />;
  if (!drawing.data) {
    return (
      <Page title={texts.title}>
        {drawing.error ? (
          <ProblemBox error={drawing.error} onRetry={drawing.refetch} />
        ) : (
          <Loading label={texts.loading} />
        )}
      </Page>
    );
  }
  const { workflow } = drawing.data;
  const hint = (
    <span className="flex flex-wrap items-center gap-2">
      <StatusBadge status={workflow.status} />
      {workflow.description && <span className="break-words">{workflow.description}</span>}
    </span>
  );
  return (
    <Page title={workflow.title} hint={hint} actions={actions?.(drawing.data)} isWide={isWide ?? false}>
      <Parts workflowId={workflowId} />
      {children(drawing.data)}
    </Page>
  );
}

/** What the pages of a workflow show when there is none of that id. */
export function Missing() {
  return <NotFound title={texts.notFound} hint={texts.notFoundHint} back={texts.back} backTo="/workflows" />;
}

function Parts({ workflowId }: { workflowId: string }) {
  const at = `/workflows/${workflowId}`;
  const parts = [
    { to: at, label: texts.nav.overview },
    { to: `${at}/draw`, label: texts.nav.draw },
    { to: `${at}/simulate`, label: texts.nav.simulate },
    { to: `${at}/settings`, label: texts.nav.settings },
  ];
  return (
    <nav aria-label={texts.nav.label} className="-mt-1 flex items-center gap-1 overflow-x-auto border-line border-b">
      <Link to="/workflows" aria-label={texts.back} className="p-2 text-muted hover:text-ink">
        <ArrowLeft aria-hidden className="size-4" />
      </Link>
      {parts.map(({ to, label }) => (
        <NavLink
          key={to}
          to={to}
          end
          className={({ isActive }) =>
            classes(
              "-mb-px whitespace-nowrap border-b-2 px-3 py-2",
              isActive ? "border-accent text-ink" : "border-transparent text-muted hover:text-ink",
            )
          }
        >
          {label}
        </NavLink>
      ))}
    </nav>
  );
}
