/**
 * A lead's run drawn on its workflow: the way it took, when it was where, and where it is now.
 *
 *     <RunOnWorkflow workflowId={run.workflow_id} runId={run.id} />
 *
 * It has a height of its own and needs no card around it.
 */
import { useMemo, useState } from "react";
import { api } from "../../api/client";
import type { components } from "../../api/schema";
import { workflows } from "../../texts/workflows";
import { Badge } from "../../ui/badge";
import { TextLink } from "../../ui/button";
import { formatMoment } from "../../ui/format";
import { Loading } from "../../ui/loading";
import { Moment } from "../../ui/moment";
import { Card } from "../../ui/page";
import { ProblemBox } from "../../ui/problem";
import { Segments } from "../../ui/segments";
import { DataTable } from "../../ui/table";
import { useDrawing } from "./canvas/api";
import { branchWords } from "./canvas/branches";
import { Drawing, type EdgeOverlay, type NodeOverlay, type Overlay } from "./canvas/canvas";
import type { NodeType } from "./canvas/drawing";

const texts = workflows.run;
const REFRESH_MS = 10_000;

type Path = components["schemas"]["RunPath"];

export function RunOnWorkflow({ workflowId, runId }: { workflowId: string; runId: string }) {
  const drawing = useDrawing(workflowId);
  const path = api.useQuery(
    "get",
    "/console/runs/{run_id}/path",
    { params: { path: { run_id: runId } } },
    { refetchInterval: (query) => (query.state.data?.ended_at === null ? REFRESH_MS : false) },
  );
  const overlay = useMemo(
    () => (path.data && drawing.data ? overlayOf(path.data, drawing.data) : undefined),
    [path.data, drawing.data],
  );
  const [chosen, setChosen] = useState<View>("drawing");
  const view = drawing.data ? chosen : "table";
  if (path.error) return <ProblemBox error={path.error} onRetry={path.refetch} />;
  if (!path.data || drawing.isPending) return <Loading label={texts.loading} />;
  return (
    <Card
      title={texts.title}
      hint={<Where path={path.data} workflowId={workflowId} />}
      actions={drawing.data && <View value={chosen} onChange={setChosen} />}
      isFlush
    >
      {view === "table" && <StepTable path={path.data} />}
      {drawing.data && view === "drawing" && (
        <div className="border-line border-t">
          <Drawing
            nodes={drawing.data.nodes}
            edges={drawing.data.edges}
            overlay={overlay}
            focus={path.data.now?.node_id ?? path.data.steps.at(-1)?.node_id}
          />
        </div>
      )}
      {!drawing.data && <p className="px-5 py-2 text-muted text-xs">{texts.gone}</p>}
      {path.data.is_cut && <p className="px-5 py-2 text-muted text-xs">{texts.cut}</p>}
    </Card>
  );
}

function Where({ path, workflowId }: { path: Path; workflowId: string }) {
  const at = path.steps.at(-1);
  return (
    <span className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-1 text-sm">
      <TextLink to={`/workflows/${workflowId}`}>{path.workflow_name}</TextLink>
      {path.now ? (
        <>
          <Badge tone="info">{texts.now}</Badge>
          {at && <span className="font-medium text-ink">{at.node_label}</span>}
          <span>{path.now.says}</span>
          {path.now.until && (
            <span>
              {texts.until} <Moment at={path.now.until} />
            </span>
          )}
        </>
      ) : (
        <>
          <Badge tone={path.state === "completed" ? "good" : "plain"}>
            {texts.ended(texts.states[path.state] ?? path.state)}
          </Badge>
          {path.ended_at && <Moment at={path.ended_at} />}
          {path.reason && <span>{path.reason}</span>}
        </>
      )}
    </span>
  );
}

type View = "drawing" | "table";

function View({ value, onChange }: { value: View; onChange: (view: View) => void }) {
  return (
    <Segments
      label={workflows.overview.view}
      value={value}
      onChange={onChange}
      items={[
        { id: "drawing", label: workflows.overview.asDrawing },
        { id: "table", label: workflows.overview.asTable },
      ]}
    />
  );
}

function StepTable({ path }: { path: Path }) {
  if (path.steps.length === 0) return <p className="px-5 pb-4 text-muted">{texts.notStarted}</p>;
  return (
    <DataTable
      label={texts.steps}
      rows={path.steps}
      rowKey={(step) => `${step.number}`}
      columns={[
        { id: "step", label: texts.step, isHeader: true, cell: (step) => step.node_label },
        { id: "came", label: texts.came, cell: (step) => <Moment at={step.entered_at} /> },
        { id: "left", label: texts.left, cell: (step) => (step.exited_at ? <Moment at={step.exited_at} /> : "–") },
        { id: "outcome", label: texts.outcome, cell: (step) => <Outcome step={step} /> },
      ]}
    />
  );
}

function Outcome({ step }: { step: Path["steps"][number] }) {
  return (
    <>
      {step.outcome ? branchWords(step.node_type as NodeType, step.outcome) : "–"}
      {step.reason && <span className="block text-muted text-xs">{step.reason}</span>}
    </>
  );
}

/** Highlight where the run was; everything else steps back. */
function overlayOf(
  path: Path,
  drawing: { nodes: readonly { id: string }[]; edges: readonly { id: string }[] },
): Overlay {
  const visits = new Map<string, Path["steps"]>();
  const taken = new Map<string, number>();
  for (const step of path.steps) {
    visits.set(step.node_id, [...(visits.get(step.node_id) ?? []), step]);
    if (step.edge_id) taken.set(step.edge_id, (taken.get(step.edge_id) ?? 0) + 1);
  }
  const nodes = drawing.nodes.map(({ id }) => [id, nodeOverlay(visits.get(id), path.now?.node_id === id)] as const);
  const edges = drawing.edges.map(({ id }) => [id, edgeOverlay(taken.get(id))] as const);
  return { nodes: Object.fromEntries(nodes), edges: Object.fromEntries(edges) };
}

function nodeOverlay(steps: Path["steps"] | undefined, isNow: boolean): NodeOverlay {
  const last = steps?.at(-1);
  if (!steps || !last) return { tone: "faded" };
  const at = formatMoment(last.entered_at);
  return {
    tone: "marked",
    says: texts.says(at, isNow),
    content: (
      <span className="flex w-full items-center gap-2">
        {isNow && <Badge tone="info">{texts.now}</Badge>}
        <span className="text-muted">{at}</span>
        {steps.length > 1 && <span className="ml-auto text-muted">{texts.visits(steps.length)}</span>}
      </span>
    ),
  };
}

function edgeOverlay(times: number | undefined): EdgeOverlay {
  if (!times) return { tone: "faded" };
  return times > 1 ? { tone: "marked", content: texts.visits(times) } : { tone: "marked" };
}
