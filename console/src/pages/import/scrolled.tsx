import type { ReactNode } from "react";
import { imports as texts } from "../../texts/import";

/** What may be wider than the page: it scrolls by itself, and can be reached by keyboard. */
function Scrolled({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section aria-label={label} tabIndex={0} className="overflow-x-auto">
      {children}
    </section>
  );
}

type RowsProps = {
  label: string;
  /** With a column for what is wrong with each row. */
  hasReason?: boolean;
  columns: readonly string[];
  children: ReactNode;
};

/** Rows of a file by their numbers. */
export function RowsTable({ label, hasReason, columns, children }: RowsProps) {
  return (
    <Scrolled label={label}>
      <table className="min-w-full text-left">
        <thead className="text-muted text-xs">
          <tr className="border-line border-b">
            <th scope="col" className="px-5 py-2 text-right font-medium">
              {texts.row}
            </th>
            {hasReason && (
              <th scope="col" className="px-5 py-2 font-medium">
                {texts.reason}
              </th>
            )}
            {columns.map((column) => (
              <th key={column} scope="col" className="max-w-60 truncate px-5 py-2 font-medium" title={column}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </Scrolled>
  );
}
