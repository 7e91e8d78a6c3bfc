import type { ReactNode } from "react";
import { Link } from "react-router";
import { home } from "../../texts/home";
import { classes } from "../../ui/classes";
import { formatNumber, formatShare, formatSpan } from "../../ui/format";
import type { Overview } from "./live";

const WORRYING_SHARE = 0.05;
/** Below this a share says little. */
const ENOUGH_DECISIONS = 20;

export function Tiles({ overview }: { overview: Overview }) {
  const { fallback, first_response: response, runs } = overview;
  const decisions = fallback.decided + fallback.routed;
  const isWorrying = decisions >= ENOUGH_DECISIONS && fallback.share > WORRYING_SHARE;
  const minutes = (value: number | null) => (value === null ? "–" : formatSpan(value * 60));
  return (
    <section aria-label={home.figures}>
      <dl className="grid grid-cols-2 gap-3 md:grid-cols-3">
        <Tile label={home.leads} value={formatNumber(overview.leads)} note={home.leadsNote} to="/leads" />
        <Tile
          label={home.fallback}
          value={decisions === 0 ? "–" : formatShare(fallback.share)}
          note={
            decisions === 0
              ? home.noDecisions
              : isWorrying
                ? home.fallbackHigh
                : home.fallbackNote(formatNumber(fallback.by_default + fallback.unassigned), formatNumber(decisions))
          }
          isBad={isWorrying}
          to="/rules"
        />
        <Tile
          label={home.response}
          value={minutes(response.median_minutes)}
          note={response.median_minutes === null ? home.noResponse : home.responseNote(minutes(response.p90_minutes))}
          to="/analytics"
        />
        <Tile
          label={home.runs}
          value={formatNumber(runs.moving)}
          note={home.runsNote(formatNumber(runs.waiting))}
          to="/workflows"
        />
        <Tile label={home.calls} value={formatNumber(overview.calls_now)} note={home.callsNote} />
        <Tile
          label={home.breaches}
          value={formatNumber(overview.sla_breaches)}
          note={home.breachesNote}
          isBad={overview.sla_breaches > 0}
          to="/analytics"
        />
      </dl>
    </section>
  );
}

type TileProps = { label: string; value: string; note: ReactNode; isBad?: boolean; to?: string };

function Tile({ label, value, note, isBad, to }: TileProps) {
  return (
    <div className="relative flex flex-col rounded-xl border border-line bg-surface px-4 py-3 has-[a:hover]:border-line-strong">
      <dt className="text-muted text-xs">
        {to ? (
          <Link to={to} className="after:absolute after:inset-0">
            {label}
          </Link>
        ) : (
          label
        )}
      </dt>
      <dd className={classes("mt-1 font-semibold text-2xl tabular-nums", isBad && "text-bad")}>{value}</dd>
      <dd className={classes("mt-0.5 text-xs", isBad ? "text-bad" : "text-muted")}>{note}</dd>
    </div>
  );
}
