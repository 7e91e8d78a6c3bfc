/** Analytics: every figure of one period, drawn and as a table. */
import { keepPreviousData } from "@tanstack/react-query";
import { api } from "../../api/client";
import { analytics } from "../../texts/analytics";
import { common } from "../../texts/common";
import { Loading } from "../../ui/loading";
import { Page } from "../../ui/page";
import { ProblemBox } from "../../ui/problem";
import { Choice, type Query, useChoice } from "./choice";
import { Fairness } from "./fairness";
import { Funnel } from "./funnel";
import { PeriodFigures } from "./period-figures";

export default function AnalyticsPage() {
  const { query, isComplete, choose, workflow } = useChoice();
  return (
    <Page title={common.analytics} hint={analytics.hint}>
      <Choice query={query} choose={choose} />
      {isComplete ? (
        <>
          <Figures query={query} />
          <Funnel query={query} chosen={workflow} onChoose={(id) => choose({ workflow: id })} />
        </>
      ) : (
        <p className="text-muted">{analytics.chooseDays}</p>
      )}
    </Page>
  );
}

function Figures({ query }: { query: Query }) {
  const found = api.useQuery("get", "/console/analytics", { params: { query } }, { placeholderData: keepPreviousData });
  if (found.error) return <ProblemBox error={found.error} onRetry={found.refetch} />;
  if (!found.data) return <Loading />;
  const names = new Map(found.data.summary.routing_efficiency.by_rep.map((rep) => [rep.rep_id, rep.name]));
  return (
    <div aria-busy={found.isPlaceholderData} className="flex flex-col gap-5">
      <PeriodFigures found={found.data} />
      <Fairness query={query} names={names} />
    </div>
  );
}
