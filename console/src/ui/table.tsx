/** A short list as a table. Long ones are drawn by the page of leads. */
import type { ReactNode } from "react";
import { classes } from "./classes";

export type Column<Row> = {
  id: string;
  label: string;
  cell: (row: Row) => ReactNode;
  isNumber?: boolean;
  /** The column that names the row, for screen readers. */
  isHeader?: boolean;
  isLabelHidden?: boolean;
};

type Props<Row> = {
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
};

export function DataTable<Row>({ label, columns, rows, rowKey }: Props<Row>) {
  return (
    <table aria-label={label} className="w-full text-left">
      <thead className="text-muted text-xs">
        <tr className="border-line border-b">
          {columns.map((column) => (
            <th
              key={column.id}
              scope="col"
              className={classes("px-5 py-2 font-medium", column.isNumber && "text-right")}
            >
              <span className={column.isLabelHidden ? "sr-only" : undefined}>{column.label}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={rowKey(row)} className="border-line border-b last:border-b-0 hover:bg-canvas">
            {columns.map((column) => {
              const Cell = column.isHeader ? "th" : "td";
              return (
                <Cell
                  key={column.id}
                  {...(column.isHeader && { scope: "row" })}
                  className={classes("px-5 py-2.5 font-normal", column.isNumber && "text-right tabular-nums")}
                >
                  {column.cell(row)}
                </Cell>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
