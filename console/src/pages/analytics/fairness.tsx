import { keepPreviousData } from "@tanstack/react-query";
import { api } from "../../api/client";
import type { components } from "../../api/schema";
import { analytics } from "../../texts/analytics";
import { formatNumber } from "../../ui/format";
import { Card } from "../../ui/page";
import { ProblemBox } from "../../ui/problem";
import type { Query } from "./choice";
import { distinct, Figure } from "./figure";

type Pool = components["schemas"]["PoolFairness"];
type Names = ReadonlyMap<string, string>;

/** A deviation below one lead is rounding: nobody needs a reason for it. */
const WORTH_A_REASON = 1;

export function Fairness({ query, names }: { query: Query; names: Names }) {
  const found = api.useQuery(
    "get",
    "/console/analytics/fairness",
    { params: { query } },
    { placeholderData: keepPreviousData },
  );
  if (found.error) return <ProblemBox error={found.error} onRetry={found.refetch} />;
  const pools = (found.data?.data ?? []).flatMap((ruleset) =>
    ruleset.pools.map((pool, index) => ({ key: `${ruleset.ruleset_id}-${index}`, ruleset: ruleset.ruleset_id, pool })),
  );
  if (found.data && pools.length === 0) {
    return (
      <Card title={analytics.fairness}>
        <p className="py-4 text-center text-muted">{analytics.noFairness}</p>
      </Card>
    );
  }
  return pools.map(({ key, ruleset, pool }) => <OnePool key={key} {...{ ruleset, pool, names }} />);
}

function OnePool({ ruleset, pool, names }: { ruleset: string; pool: Pool; names: Names }) {
  const called = (id: string) => names.get(id) ?? id;
  const off = pool.reps.filter(({ deviation }) => Math.abs(deviation) >= WORTH_A_REASON);
  return (
    <div className="flex flex-col gap-2">
      <Figure
        title={analytics.fairnessOf(ruleset, pool.rule)}
        hint={analytics.fairnessHint}
        xLabel={analytics.rep}
        series={[
          { key: "assigned", label: analytics.assigned },
          { key: "expected", label: analytics.expected },
        ]}
        rows={distinct(pool.reps.map(({ rep_id, assigned, expected }) => ({ x: called(rep_id), assigned, expected })))}
      />
      {off.length > 0 && (
        <ul className="flex flex-col gap-1 px-5 text-muted text-xs">
          {off.map((rep) => (
            <li key={rep.rep_id}>
              <span className="font-medium text-ink">{analytics.causesOf(called(rep.rep_id))}</span>{" "}
              {rep.causes
                .filter(({ leads }) => Math.abs(leads) >= WORTH_A_REASON / 2)
                .map(({ cause, leads }) => `${amount(leads)} ${analytics.because} ${analytics.causes[cause] ?? cause}`)
                .join("; ")}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function amount(leads: number): string {
  return leads < 0 ? analytics.fewer(formatNumber(-leads)) : analytics.more(formatNumber(leads));
}
