/** A plot that is also a table: the same figures, whichever one would rather read. */
import { ChartColumn, Table } from "lucide-react";
import { type ReactNode, useState } from "react";
import { common } from "../texts/common";
import { Button } from "./button";
import { formatNumber } from "./format";
import { lazyPart } from "./lazy";
import { Card } from "./page";
import { DataTable } from "./table";

const Drawn = lazyPart(() => import("./plot-drawn"));

/** `share` of each series' values is drawn against the same axis, so they must have the same unit. */
export type Series = { key: string; label: string };
export type PlotRow = { x: string; [series: string]: string | number | null };

export type PlotProps = {
  title: string;
  /** What the first column holds: "Day", "Rep". */
  xLabel: string;
  series: readonly Series[];
  rows: readonly PlotRow[];
  kind?: "bars" | "stacked" | "lines" | "lying";
  format?: (value: number) => string;
  hint?: ReactNode;
  actions?: ReactNode;
  empty?: ReactNode;
};

export function Plot({
  title,
  xLabel,
  series,
  rows,
  kind = "bars",
  format = formatNumber,
  hint,
  actions,
  empty,
}: PlotProps) {
  const [isTable, setTable] = useState(false);
  const toggle = (
    <Button kind="quiet" icon={isTable ? ChartColumn : Table} onPress={() => setTable(!isTable)}>
      {isTable ? common.asPlot : common.asTable}
    </Button>
  );
  return (
    <Card
      title={title}
      hint={hint}
      isFlush={isTable}
      actions={
        <>
          {actions}
          {rows.length > 0 && toggle}
        </>
      }
    >
      {rows.length === 0 && <p className="py-8 text-center text-muted">{empty ?? common.none}</p>}
      {rows.length > 0 && isTable && <PlotTable {...{ title, xLabel, series, rows, format }} />}
      {rows.length > 0 && !isTable && <Drawn {...{ title, xLabel, series, rows, kind, format }} />}
    </Card>
  );
}

type TableProps = Pick<PlotProps, "title" | "xLabel" | "series" | "rows"> & { format: (value: number) => string };

function PlotTable({ title, xLabel, series, rows, format }: TableProps) {
  const value = (row: PlotRow, key: string) => {
    const cell = row[key];
    return typeof cell === "number" ? format(cell) : (cell ?? "–");
  };
  return (
    <DataTable
      label={title}
      rowKey={(row) => row.x}
      rows={rows}
      columns={[
        { id: "x", label: xLabel, isHeader: true, cell: (row) => row.x },
        ...series.map(({ key, label }) => ({
          id: key,
          label,
          isNumber: true,
          cell: (row: PlotRow) => value(row, key),
        })),
      ]}
    />
  );
}
