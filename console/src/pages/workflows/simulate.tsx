/** Trying a workflow before leads go through it: nobody is called and nothing is stored. */
import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { call } from "../../api/client";
import { Problem } from "../../api/problem";
import type { components } from "../../api/schema";
import { workflows } from "../../texts/workflows";
import { Button, LinkButton } from "../../ui/button";
import { useDraft } from "../../ui/draft";
import { Card } from "../../ui/page";
import { messageOf, ProblemBox } from "../../ui/problem";
import { type Drawn, useWorkflowId, WorkflowPage } from "./parts";
import { emptyOrder, type Order, SimulateForm } from "./simulate-form";
import { orderBody } from "./simulate-order";
import { SimulationReport } from "./simulate-report";

const texts = workflows.simulate;

export type Report = components["schemas"]["Report"];

export default function Simulate() {
  const workflowId = useWorkflowId();
  return (
    <WorkflowPage workflowId={workflowId}>
      {(drawing) => <Simulator workflowId={workflowId} drawing={drawing} />}
    </WorkflowPage>
  );
}

function useSimulation(workflowId: string) {
  const asked = useRef<AbortController>(undefined);
  useEffect(() => () => asked.current?.abort(), []);
  const run = useMutation({
    mutationFn: async (order: Order) => {
      const body = orderBody(order);
      asked.current?.abort();
      asked.current = new AbortController();
      const { data } = await call.POST("/v1/workflows/{workflow_id}/simulate", {
        params: { path: { workflow_id: workflowId } },
        body: body as never,
        signal: asked.current.signal,
      });
      return { report: data, order };
    },
  });
  const giveUp = () => asked.current?.abort();
  return { run, giveUp };
}

function Simulator({ workflowId, drawing }: { workflowId: string; drawing: Drawn }) {
  const { draft: order, change } = useDraft<Order>(`simulate:${workflowId}`, emptyOrder);
  const { run, giveUp } = useSimulation(workflowId);
  const report = run.data?.report;
  const isGivenUp = run.error instanceof DOMException && run.error.name === "AbortError";
  return (
    <>
      <p className="max-w-2xl text-muted">{texts.hint}</p>
      <div className="flex items-start gap-5 max-lg:flex-col">
        <div className="w-full shrink-0 lg:w-80">
          <SimulateForm
            drawing={drawing}
            order={order}
            onChange={change}
            onRun={() => run.mutate(order)}
            isRunning={run.isPending}
            hasRun={report !== undefined}
          />
        </div>
        <div className="flex w-full min-w-0 flex-1 flex-col gap-4">
          <p role="status" className="sr-only">
            {report && !run.isPending ? texts.done : ""}
          </p>
          {run.isPending && <Running onGiveUp={giveUp} />}
          {isGivenUp && !run.isPending && <p role="status">{texts.gaveUp}</p>}
          {run.error && !isGivenUp && (
            <Refused error={run.error} workflowId={workflowId} isEmpty={drawing.nodes.length === 0} />
          )}
          {report && run.data && (
            <div className="flex flex-col gap-4">
              {run.data.order !== order && <p className="text-muted text-xs">{texts.stale}</p>}
              <SimulationReport report={report} hasHours={"calling_hours" in drawing.workflow.settings} />
            </div>
          )}
          {!report && !run.isPending && !run.error && <Waiting />}
        </div>
      </div>
    </>
  );
}

function Waiting() {
  return (
    <div className="rounded-xl border border-line border-dashed px-6 py-16 text-center text-muted">
      {texts.figures}: {texts.funnel}, {texts.hourly.toLowerCase()}, {texts.conversion.toLowerCase()}.
    </div>
  );
}

function Running({ onGiveUp }: { onGiveUp: () => void }) {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const began = Date.now();
    const timer = window.setInterval(() => setSeconds(Math.round((Date.now() - began) / 1000)), 1000);
    return () => window.clearInterval(timer);
  }, []);
  return (
    <Card>
      <div className="flex items-center justify-between gap-4">
        <div>
          <p role="timer" className="font-medium">
            {texts.running(seconds)}
          </p>
          <p className="text-muted text-xs">{texts.runningHint}</p>
          <div aria-hidden className="mt-3 h-1 w-56 overflow-hidden rounded-full bg-sunken">
            <div className="h-full w-1/3 animate-pulse rounded-full bg-accent motion-reduce:animate-none" />
          </div>
        </div>
        <Button onPress={onGiveUp}>{texts.giveUp}</Button>
      </div>
    </Card>
  );
}

/** A workflow that is not fit to run is refused with everything that is wrong with it. */
function Refused({ error, workflowId, isEmpty }: { error: unknown; workflowId: string; isEmpty: boolean }) {
  const isUnfit = error instanceof Problem && error.status === 400 && messageOf(error).includes("node");
  if (!isUnfit) return <ProblemBox error={error} />;
  return (
    <Card title={texts.cannot} hint={texts.cannotHint}>
      <ProblemBox error={isEmpty ? new Error(texts.noSteps) : error} />
      <div className="mt-3">
        <LinkButton to={`/workflows/${workflowId}/draw`}>{workflows.life.mend}</LinkButton>
      </div>
    </Card>
  );
}
