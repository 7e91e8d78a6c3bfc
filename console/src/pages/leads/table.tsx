/**
 * The list of leads as a table of any length: rows are drawn where they can be seen, and loaded on the way there.
 *
 * It is a real table that says how many rows it has and which of them each one is; the arrow keys move from lead to lead.
 */
import { defaultRangeExtractor, type Range, useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useCallback, useEffect, useRef, useState } from "react";
import { Link, useLocation, useNavigationType } from "react-router";
import { leads as texts } from "../../texts/leads";
import { classes } from "../../ui/classes";
import { Checkbox } from "../../ui/field";
import { cellOf, columnLabel, type LeadRow, leadName } from "./columns";
import type { Selection } from "./selection";

const FRAME = "max-h-[calc(100vh-17rem)] min-h-64 overflow-auto";
const ROW_HEIGHT = 45;
const NEAR_THE_END = 20;
const STEPS: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 };

/** How far down the list was when it was left, and what it was a list of: for whoever comes back to it. */
let lastPlace = { of: "", top: 0 };

type Props = {
  rows: readonly LeadRow[];
  columns: readonly string[];
  /** How many there are in all, or null when that is not known exactly. */
  total: number | null;
  selection: Selection;
  select: (ids: readonly string[], isSelected: boolean) => void;
  maySelect: boolean;
  onEnd: () => void;
};

export function LeadsTable({ rows, columns, total, selection, select, maySelect, onEnd }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const isBack = useNavigationType() === "POP";
  const { search } = useLocation();
  const [focused, setFocused] = useState(-1);
  /** Where the arrow keys are going: keys may be faster than rows are drawn. */
  const aim = useRef<number>(undefined);
  const keepFocused = useCallback(
    (range: Range) => {
      const drawn = defaultRangeExtractor(range);
      const isAway = focused >= 0 && focused < range.count && !drawn.includes(focused);
      return isAway ? [...drawn, focused].sort((a, b) => a - b) : drawn;
    },
    [focused],
  );
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
    rangeExtractor: keepFocused,
    initialOffset: isBack && lastPlace.of === search ? lastPlace.top : 0,
  });
  const drawn = virtual.getVirtualItems();
  const last = drawn.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= rows.length - NEAR_THE_END) onEnd();
  }, [last, rows.length, onEnd]);

  const move = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    const row = (event.target as HTMLElement).closest("tr[data-index]");
    if (!step || !row) return;
    event.preventDefault();
    const from = aim.current ?? Number(row.getAttribute("data-index"));
    const target = Math.min(Math.max(from + step, 0), rows.length - 1);
    aim.current = target;
    setFocused(target);
    virtual.scrollToIndex(target);
    requestAnimationFrame(() => {
      frame.current?.querySelector<HTMLElement>(`tr[data-index="${target}"] a`)?.focus();
      if (aim.current === target) aim.current = undefined;
    });
  };
  const isSelected = (id: string) => selection.isAll || selection.ids.has(id);
  const areAll = rows.length > 0 && rows.every((row) => isSelected(row.id));
  const width = columns.length + (maySelect ? 2 : 1);
  let drawnTo = 0;

  return (
    <div>
      <section
        ref={frame}
        aria-label={texts.list}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        className={FRAME}
        onScroll={(event) => {
          lastPlace = { of: search, top: event.currentTarget.scrollTop };
        }}
      >
        <table
          aria-label={texts.list}
          aria-describedby="leads-list-hint"
          aria-rowcount={total === null ? -1 : total + 1}
          className="w-full border-separate border-spacing-0 text-left"
          onKeyDown={move}
        >
          <thead className="sticky top-0 z-10 bg-surface text-muted text-xs">
            <tr aria-rowindex={1}>
              {maySelect && (
                <th scope="col" className="w-10 border-line border-b py-2 pl-5">
                  <Checkbox
                    aria-label={texts.selectShown}
                    isSelected={areAll}
                    isIndeterminate={!areAll && selection.ids.size > 0}
                    onChange={(isOn) =>
                      select(
                        rows.map((row) => row.id),
                        isOn,
                      )
                    }
                  />
                </th>
              )}
              <Head label={texts.name} />
              {columns.map((column) => (
                <Head key={column} label={columnLabel(column)} />
              ))}
            </tr>
          </thead>
          <tbody>
            {drawn.map((item) => {
              const row = rows[item.index];
              if (!row) return null;
              const space = item.start - drawnTo;
              drawnTo = item.end;
              return [
                space > 0 && <Space key={`before-${row.id}`} height={space} width={width} />,
                <tr
                  key={row.id}
                  data-index={item.index}
                  aria-rowindex={item.index + 2}
                  onFocus={() => setFocused(item.index)}
                  style={{ height: ROW_HEIGHT }}
                  className={classes(isSelected(row.id) ? "bg-accent-soft" : "hover:bg-canvas")}
                >
                  {maySelect && (
                    <td className="border-line border-b pl-5">
                      <Checkbox
                        aria-label={texts.selectLead(leadName(row))}
                        isSelected={isSelected(row.id)}
                        onChange={(isOn) => select([row.id], isOn)}
                      />
                    </td>
                  )}
                  <th scope="row" className="max-w-52 truncate border-line border-b px-3 font-medium">
                    <Link to={row.id} className="underline-offset-2 hover:underline">
                      {leadName(row)}
                    </Link>
                  </th>
                  {columns.map((column) => (
                    <td key={column} className="max-w-60 truncate border-line border-b px-3">
                      {cellOf(row, column) ?? <span className="text-muted">{texts.empty}</span>}
                    </td>
                  ))}
                </tr>,
              ];
            })}
            {virtual.getTotalSize() > drawnTo && <Space height={virtual.getTotalSize() - drawnTo} width={width} />}
          </tbody>
        </table>
      </section>
    </div>
  );
}

function Head({ label }: { label: string }) {
  return (
    <th scope="col" className="max-w-60 truncate border-line border-b px-3 py-2 font-medium">
      {label}
    </th>
  );
}

/** What holds the place of rows that are not drawn. */
function Space({ height, width }: { height: number; width: number }) {
  return (
    <tr>
      <td colSpan={width} style={{ height }} className="p-0" />
    </tr>
  );
}
