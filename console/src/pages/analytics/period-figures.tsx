import type { components } from "../../api/schema";
import { analytics } from "../../texts/analytics";
import { formatShare } from "../../ui/format";
import { distinct, Figure } from "./figure";
import { Tiles } from "./tiles";
import { formatDay, formatMs } from "./words";

export type Found = components["schemas"]["AnalyticsAnswer"];
type Summary = Found["summary"];

export function PeriodFigures({ found }: { found: Found }) {
  const { summary, days } = found;
  return (
    <>
      <Tiles found={found} />
      <Figure
        title={analytics.perDay}
        xLabel={analytics.day}
        series={[{ key: "leads", label: analytics.leads }]}
        rows={days.some(({ leads }) => leads > 0) ? days.map(({ day, leads }) => ({ x: formatDay(day), leads })) : []}
        kind={days.length > 62 ? "lines" : "bars"}
        empty={analytics.noLeads}
      />
      <div className="grid gap-5 xl:grid-cols-2">
        <Conversion summary={summary} />
        <Origins summary={summary} />
        <Responses summary={summary} />
        <Kept summary={summary} />
      </div>
      <Rules summary={summary} />
    </>
  );
}

function Conversion({ summary }: { summary: Summary }) {
  return (
    <Figure
      title={analytics.conversion}
      hint={analytics.conversionHint}
      xLabel={analytics.rep}
      series={[
        { key: "given", label: analytics.given },
        { key: "converted", label: analytics.converted },
      ]}
      rows={distinct(
        summary.routing_efficiency.by_rep.map((rep) => ({
          x: rep.name,
          given: rep.leads_assigned,
          converted: rep.leads_converted,
        })),
      )}
      empty={analytics.nobodyGiven}
    />
  );
}

function Origins({ summary }: { summary: Summary }) {
  return (
    <Figure
      title={analytics.origins}
      hint={analytics.originsHint}
      xLabel={analytics.rep}
      series={[
        { key: "routed", label: analytics.byRules },
        { key: "from_queue", label: analytics.fromQueue },
        { key: "rerouted", label: analytics.rerouted },
        { key: "by_hand", label: analytics.byHand },
      ]}
      rows={distinct(
        summary.routing_efficiency.by_rep.map(({ name, routed, from_queue, rerouted, by_hand }) => ({
          x: name,
          routed,
          from_queue,
          rerouted,
          by_hand,
        })),
      )}
      kind="stacked"
      empty={analytics.nobodyGiven}
    />
  );
}

function Responses({ summary }: { summary: Summary }) {
  const rows = shares(summary)
    .filter((rep) => rep.avg_first_response_minutes !== null)
    .map((rep) => ({ x: rep.name, minutes: rep.avg_first_response_minutes }));
  return (
    <Figure
      title={analytics.responses}
      hint={analytics.responsesHint}
      xLabel={analytics.rep}
      series={[{ key: "minutes", label: analytics.averageMinutes }]}
      rows={distinct(rows)}
      empty={analytics.noResponses}
    />
  );
}

function Kept({ summary }: { summary: Summary }) {
  const rows = shares(summary)
    .filter((rep) => rep.sla_met_rate !== null)
    .map((rep) => ({ x: rep.name, kept: (rep.sla_met_rate ?? 0) * 100 }));
  return (
    <Figure
      title={analytics.kept}
      hint={analytics.keptHint}
      xLabel={analytics.rep}
      series={[{ key: "kept", label: analytics.keptShare }]}
      rows={distinct(rows)}
      format={(percent) => formatShare(percent / 100)}
      empty={analytics.noKept}
    />
  );
}

function Rules({ summary }: { summary: Summary }) {
  const { by_rule: rules, routing_ms: took } = summary.routing_efficiency;
  const hint =
    took.median === null || took.p90 === null
      ? analytics.rulesHintNone
      : analytics.rulesHint(formatMs(took.median), formatMs(took.p90));
  const rows = rules.map(({ ruleset_id, rule, leads, fallback }) => {
    const name = rule ?? (fallback > 0 ? analytics.queue : analytics.noRule);
    return { x: ruleset_id === null ? name : `${ruleset_id} · ${name}`, leads };
  });
  return (
    <Figure
      title={analytics.rules}
      hint={hint}
      xLabel={analytics.rule}
      series={[{ key: "leads", label: analytics.leads }]}
      rows={distinct(rows)}
      kind="lying"
      empty={analytics.noRules}
    />
  );
}

/** The reps with their names, those with most leads first. */
function shares(summary: Summary) {
  const names = new Map(summary.routing_efficiency.by_rep.map((rep) => [rep.rep_id, rep.name]));
  return summary.rep_distribution.map((rep) => ({ ...rep, name: names.get(rep.rep_id) ?? rep.rep_id }));
}
