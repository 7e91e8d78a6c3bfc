import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Waypoints } from "lucide-react";
import { api } from "../../api/client";
import { everyWorkflow } from "../../api/pages";
import { analytics } from "../../texts/analytics";
import { LinkButton } from "../../ui/button";
import { formatNumber } from "../../ui/format";
import { Loading } from "../../ui/loading";
import { Card, Empty } from "../../ui/page";
import { ProblemBox } from "../../ui/problem";
import { Select } from "../../ui/select";
import type { Query } from "./choice";
import { distinct, Figure } from "./figure";

type Props = { query: Query; chosen: string | null; onChoose: (id: string) => void };

export function Funnel({ query, chosen, onChoose }: Props) {
  const listed = useQuery(everyWorkflow);
  if (listed.error) return <ProblemBox error={listed.error} onRetry={listed.refetch} />;
  if (!listed.data) return <Loading />;
  const workflows = listed.data.map(({ id, title }) => ({ id, label: title }));
  const id = chosen ?? workflows[0]?.id;
  if (!id) {
    return (
      <Card title={analytics.funnel}>
        <Empty
          icon={Waypoints}
          title={analytics.noWorkflows}
          action={<LinkButton to="/workflows">{analytics.drawOne}</LinkButton>}
        />
      </Card>
    );
  }
  return (
    <>
      <div className="w-72">
        <Select label={analytics.workflow} items={workflows} value={id} onChange={onChoose} />
      </div>
      <OneFunnel query={query} id={id} />
    </>
  );
}

function OneFunnel({ query, id }: { query: Query; id: string }) {
  const found = api.useQuery(
    "get",
    "/console/analytics/funnels/{workflow_id}",
    { params: { path: { workflow_id: id }, query } },
    { placeholderData: keepPreviousData },
  );
  if (found.error) return <ProblemBox error={found.error} onRetry={found.refetch} />;
  if (!found.data) return <Loading />;
  const { name, runs, nodes, statuses } = found.data.data;
  return (
    <div className="grid gap-5 xl:grid-cols-2">
      <Figure
        title={analytics.funnelOf(name)}
        hint={analytics.funnelHint(formatNumber(runs), runs)}
        xLabel={analytics.step}
        series={[
          { key: "runs", label: analytics.reached },
          { key: "here", label: analytics.hereNow },
        ]}
        rows={
          runs === 0
            ? []
            : distinct(
                nodes.map((node) => ({
                  x: node.is_deleted ? analytics.removedStep(node.label) : node.label,
                  runs: node.runs,
                  here: node.here_now,
                })),
              )
        }
        kind="lying"
        empty={analytics.noRuns}
      />
      <Figure
        title={analytics.statuses}
        xLabel={analytics.status}
        series={[{ key: "runs", label: analytics.leads }]}
        rows={runs === 0 ? [] : distinct(statuses.map((status) => ({ x: status.label, runs: status.runs })))}
        kind="lying"
        empty={analytics.noRuns}
      />
    </div>
  );
}
