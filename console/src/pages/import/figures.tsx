/** What became of the rows, as three numbers. */
import { imports as texts } from "../../texts/import";
import { formatNumber } from "../../ui/format";
import type { Import } from "./data";

export function Figures({ one }: { one: Import }) {
  const figures = [
    { label: texts.accepted, value: one.accepted_rows, tone: "text-good" },
    { label: texts.known, value: one.known_rows, tone: "text-ink" },
    { label: texts.rejected, value: one.rejected_rows, tone: one.rejected_rows ? "text-bad" : "text-ink" },
  ];
  return (
    <dl className="grid grid-cols-1 gap-4 sm:grid-cols-3">
      {figures.map(({ label, value, tone }) => (
        <div key={label} className="rounded-xl border border-line bg-surface px-5 py-4">
          <dt className="text-muted">{label}</dt>
          <dd className="mt-1 tabular-nums">
            <span className={`font-semibold text-2xl ${tone}`}>{formatNumber(value)}</span>{" "}
            <span className="text-muted">{texts.doneOf(one.total_rows)}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}
