/** A plot whose figures can be taken away as a file. */
import { Download } from "lucide-react";
import { analytics } from "../../texts/analytics";
import { Button } from "../../ui/button";
import { Plot, type PlotProps, type PlotRow } from "../../ui/plot";

/** Spreadsheets take text that begins so for a formula. */
const FORMULA = /^[=+\-@\t\r]/;

export function Figure(props: PlotProps) {
  const save = (
    <Button kind="quiet" icon={Download} aria-label={analytics.csvOf(props.title)} onPress={() => saveCsv(props)}>
      {analytics.csv}
    </Button>
  );
  return <Plot {...props} actions={props.rows.length > 0 && save} />;
}

/** Give every row a name of its own: two nodes or reps may be called alike. */
export function distinct(rows: readonly PlotRow[]): PlotRow[] {
  const seen = new Map<string, number>();
  return rows.map((row) => {
    const count = (seen.get(row.x) ?? 0) + 1;
    seen.set(row.x, count);
    return count === 1 ? row : { ...row, x: `${row.x} (${count})` };
  });
}

function saveCsv({ title, xLabel, series, rows }: PlotProps): void {
  const lines = [
    [xLabel, ...series.map(({ label }) => label)],
    ...rows.map((row) => [row.x, ...series.map(({ key }) => row[key])]),
  ];
  const text = lines.map((line) => line.map(cell).join(",")).join("\r\n");
  const address = URL.createObjectURL(new Blob([`\uFEFF${text}\r\n`], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = `${title.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-")}.csv`;
  link.click();
  URL.revokeObjectURL(address);
}

function cell(value: string | number | null | undefined): string {
  if (typeof value !== "string") return value === null || value === undefined ? "" : `${value}`;
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
