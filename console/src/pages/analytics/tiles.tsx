import { analytics } from "../../texts/analytics";
import { formatNumber, formatShare, formatSpan } from "../../ui/format";
import type { Found } from "./period-figures";
import { formatDay, formatMoney } from "./words";

export function Tiles({ found }: { found: Found }) {
  const { summary, days } = found;
  const { conversions, speed_to_lead: speed } = summary;
  const leads = days.reduce((sum, day) => sum + day.leads, 0);
  const minutes = (value: number | null | undefined) =>
    value === null || value === undefined ? "–" : formatSpan(value * 60);
  const target = speed?.sla_target_minutes;
  const kept = speed?.sla_met_rate;
  const amounts = Object.entries(conversions.amount);
  return (
    <section aria-label={analytics.figures}>
      <p className="mb-2 text-muted text-xs">
        {analytics.days(formatDay(days[0]?.day ?? ""), formatDay(days.at(-1)?.day ?? ""), summary.timezone)}
      </p>
      <dl className="grid grid-cols-2 gap-3 md:grid-cols-3">
        <Tile label={analytics.leads} value={formatNumber(leads)} note={analytics.leadsNote} />
        <Tile
          label={analytics.routed}
          value={formatNumber(summary.total_leads_routed)}
          note={analytics.routedNote(formatShare(summary.fallback_rate))}
        />
        <Tile
          label={analytics.converted}
          value={formatShare(conversions.conversion_rate)}
          note={analytics.convertedNote(
            formatNumber(conversions.leads_converted),
            formatNumber(summary.total_leads_routed),
          )}
        />
        <Tile
          label={analytics.money}
          value={amounts.map(([currency, amount]) => formatMoney(amount, currency)).join(" · ") || "–"}
          note={amounts.length === 0 ? analytics.noMoney : ""}
        />
        <Tile
          label={analytics.response}
          value={minutes(speed?.median_minutes)}
          note={
            speed?.p90_minutes === null || speed?.p90_minutes === undefined
              ? analytics.noResponse
              : analytics.responseNote(minutes(speed.p90_minutes))
          }
        />
        <Tile
          label={analytics.promises}
          value={kept === null || kept === undefined ? "–" : formatShare(kept)}
          note={
            kept === null || kept === undefined
              ? analytics.noPromises
              : target
                ? analytics.promisesNote(formatSpan(target * 60))
                : analytics.promisesMixed
          }
        />
      </dl>
    </section>
  );
}

function Tile({ label, value, note }: { label: string; value: string; note: string }) {
  return (
    <div className="rounded-xl border border-line bg-surface px-4 py-3">
      <dt className="text-muted text-xs">{label}</dt>
      <dd className="mt-1 break-words font-semibold text-xl tabular-nums">{value}</dd>
      <dd className="mt-0.5 text-muted text-xs">{note}</dd>
    </div>
  );
}
