/** What a simulation found: every plot is also a table. */
import { workflows } from "../../texts/workflows";
import { formatDate, formatNumber, formatShare, formatSpan } from "../../ui/format";
import { Plot, type PlotRow } from "../../ui/plot";
import type { Report } from "./simulate";

const texts = workflows.simulate;
const HOUR = 3600;
const DAY_MS = 86_400_000;

export function SimulationReport({ report, hasHours }: { report: Report; hasHours: boolean }) {
  const { calls, time_to_conversion: conversion } = report;
  return (
    <>
      <Figures report={report} hasHours={hasHours} />
      <Plot
        title={texts.funnel}
        hint={texts.funnelHint}
        xLabel={texts.step}
        series={[{ key: "leads", label: texts.reached }]}
        rows={distinct(report.funnel.map((stage) => ({ x: stage.label, leads: stage.leads })))}
        kind="lying"
      />
      <Plot
        title={texts.hourly}
        hint={texts.hourlyHint}
        xLabel={texts.hour}
        series={[{ key: "calls", label: texts.callsSeries }]}
        rows={calls.placed > 0 ? calls.per_hour.map((count, hour) => ({ x: clock(hour), calls: count })) : []}
        empty={texts.noCalls}
      />
      <Plot
        title={texts.daily}
        xLabel={texts.day}
        series={[{ key: "calls", label: texts.callsSeries }]}
        rows={
          calls.placed > 0 ? calls.per_day.map((count, day) => ({ x: dayOf(report.start, day), calls: count })) : []
        }
        empty={texts.noCalls}
      />
      <Plot
        title={texts.conversion}
        hint={texts.conversionHint}
        xLabel={texts.day}
        series={[{ key: "count", label: texts.conversions }]}
        rows={conversion.histogram.map(({ day, count }) => ({ x: texts.after(day), count }))}
        empty={texts.never}
      />
      <Counted title={texts.outcomes} xLabel={texts.outcome} counts={calls.by_outcome} words={texts.outcomeWords} />
      <Counted title={texts.deferred} xLabel={texts.cause} counts={calls.deferred} words={texts.causeWords} />
    </>
  );
}

function Figures({ report, hasHours }: { report: Report; hasHours: boolean }) {
  const { terminal, calls, population, time_to_conversion: conversion } = report;
  const share = (count: number) => formatShare(count / population);
  const hours = (value: number | null) => (value === null ? texts.never : formatSpan(value * HOUR));
  const figures = [
    { label: texts.converted, value: formatNumber(terminal.completed), note: share(terminal.completed) },
    { label: texts.dropped, value: formatNumber(terminal.dropped), note: share(terminal.dropped) },
    { label: texts.active, value: formatNumber(terminal.active), note: share(terminal.active) },
    ...(terminal.failed > 0
      ? [{ label: texts.failed, value: formatNumber(terminal.failed), note: share(terminal.failed) }]
      : []),
    { label: texts.calls, value: formatNumber(calls.placed) },
    {
      label: texts.outside,
      value: formatNumber(calls.outside_hours),
      note: hasHours ? (calls.outside_hours > 0 ? texts.outsideSome : texts.outsideNone) : texts.outsideAny,
      isBad: calls.outside_hours > 0,
    },
    { label: texts.median, value: hours(conversion.median_hours) },
    { label: texts.p90, value: hours(conversion.p90_hours) },
  ];
  return (
    <section aria-label={texts.figures}>
      <dl className="grid grid-cols-[repeat(auto-fit,minmax(9.25rem,1fr))] gap-3">
        {figures.map(({ label, value, note, isBad }) => (
          <div key={label} className="rounded-xl border border-line bg-surface px-4 py-3">
            <dt className="text-muted text-xs">{label}</dt>
            <dd className={`font-semibold text-xl tabular-nums ${isBad ? "text-bad" : ""}`}>{value}</dd>
            {note && <dd className="text-muted text-xs">{note}</dd>}
          </div>
        ))}
      </dl>
    </section>
  );
}

type CountedProps = { title: string; xLabel: string; counts: Record<string, number>; words: Record<string, string> };

function Counted({ title, xLabel, counts, words }: CountedProps) {
  const rows = Object.entries(counts).map(([key, count]) => ({ x: words[key] ?? key, count }));
  if (rows.every(({ count }) => count === 0)) return null;
  return (
    <Plot
      title={title}
      xLabel={xLabel}
      series={[{ key: "count", label: texts.callsSeries }]}
      rows={rows}
      kind="lying"
    />
  );
}

/** Steps may be called alike; rows of a plot may not. */
function distinct(rows: PlotRow[]): PlotRow[] {
  const seen = new Map<string, number>();
  return rows.map((row) => {
    const count = (seen.get(row.x) ?? 0) + 1;
    seen.set(row.x, count);
    return count > 1 ? { ...row, x: `${row.x} (${count})` } : row;
  });
}

function clock(hour: number): string {
  return `${String(hour).padStart(2, "0")}:00`;
}

function dayOf(start: string, day: number): string {
  return formatDate(new Date(new Date(start).getTime() + day * DAY_MS).toISOString());
}
