/** A workflow while leads go through it: where they are, who waits where, and what can be done with all of it. */
import { useMemo, useState } from "react";
import { workflows } from "../../texts/workflows";
import { LinkButton } from "../../ui/button";
import { Card, Empty } from "../../ui/page";
import { ProblemBox } from "../../ui/problem";
import { Segments } from "../../ui/segments";
import { Drawing } from "./canvas/canvas";
import { LifeActions } from "./life";
import { type Live, useLive } from "./live";
import { LiveTable } from "./live-table";
import { type Drawn, useWorkflowId, WorkflowPage } from "./parts";
import { Totals } from "./totals";
import { useOverlay, type Window } from "./traffic";
import { WaitingPanel } from "./waiting";

const texts = workflows.overview;

export default function Overview() {
  const workflowId = useWorkflowId();
  return (
    <WorkflowPage workflowId={workflowId} isWide actions={({ workflow }) => <LifeActions workflow={workflow} />}>
      {(drawing) => <Watched workflowId={workflowId} drawing={drawing} />}
    </WorkflowPage>
  );
}

function Watched({ workflowId, drawing }: { workflowId: string; drawing: Drawn }) {
  const live = useLive(workflowId);
  const { status } = drawing.workflow;
  const note = texts.notActive[live.data?.status ?? status];
  return (
    <>
      <ProblemBox error={live.error} onRetry={live.refetch} />
      {note && <p className="rounded-lg bg-sunken px-3 py-2">{note}</p>}
      {live.data && <Totals live={live.data} />}
      {drawing.nodes.length === 0 ? (
        <Card>
          <Empty
            title={texts.emptyTitle}
            action={
              <LinkButton kind="primary" to={`/workflows/${workflowId}/draw`}>
                {texts.emptyAction}
              </LinkButton>
            }
          >
            {texts.emptyHint}
          </Empty>
        </Card>
      ) : (
        <Places workflowId={workflowId} drawing={drawing} live={live.data} />
      )}
    </>
  );
}

type PlacesProps = { workflowId: string; drawing: Drawn; live: Live | undefined };

function Places({ workflowId, drawing, live }: PlacesProps) {
  const [span, setSpan] = useState<Window>("passed_24h");
  const [view, setView] = useState<"drawing" | "table">("drawing");
  const [chosen, setChosen] = useState<string | null>(null);
  const overlay = useOverlay(live, span);
  const node = useMemo(() => drawing.nodes.find((one) => one.id === chosen), [drawing.nodes, chosen]);
  const actions = (
    <>
      <Segments
        label={texts.window}
        value={span}
        onChange={setSpan}
        items={[
          { id: "passed_24h", label: texts.windows.passed_24h },
          { id: "passed_7d", label: texts.windows.passed_7d },
        ]}
      />
      <Segments
        label={texts.view}
        value={view}
        onChange={setView}
        items={[
          { id: "drawing", label: texts.asDrawing },
          { id: "table", label: texts.asTable },
        ]}
      />
    </>
  );
  return (
    <div className="flex min-h-0 gap-4 max-lg:flex-col">
      <div className="min-w-0 flex-1">
        <Card title={texts.drawing} hint={texts.drawingHint} actions={actions} isFlush>
          {view === "drawing" ? (
            <div className="border-line border-t">
              <Drawing
                nodes={drawing.nodes}
                edges={drawing.edges}
                overlay={overlay}
                selected={chosen}
                onSelect={setChosen}
              />
            </div>
          ) : (
            <LiveTable nodes={drawing.nodes} live={live} span={span} onChoose={setChosen} />
          )}
        </Card>
      </div>
      {node && (
        <WaitingPanel
          key={node.id}
          workflowId={workflowId}
          nodeId={node.id}
          label={node.label}
          count={live?.nodes.find((one) => one.node_id === node.id)?.waiting}
          onClose={() => setChosen(null)}
        />
      )}
    </div>
  );
}
