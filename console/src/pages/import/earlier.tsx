/** The imports so far. */
import { History } from "lucide-react";
import { imports as texts } from "../../texts/import";
import { TextLink } from "../../ui/button";
import { formatNumber } from "../../ui/format";
import { Loading } from "../../ui/loading";
import { Moment } from "../../ui/moment";
import { Empty } from "../../ui/page";
import { ProblemBox } from "../../ui/problem";
import { type Column, DataTable } from "../../ui/table";
import type { Import, useImports } from "./data";
import { StateBadge, targetWords } from "./words";

const COLUMNS: readonly Column<Import>[] = [
  {
    id: "file",
    label: texts.columns.file,
    isHeader: true,
    cell: (one) => (
      <TextLink to={`/import/${one.id}`} className="break-all text-accent underline-offset-2 hover:underline">
        {one.file_name}
      </TextLink>
    ),
  },
  { id: "state", label: texts.columns.state, cell: (one) => <StateBadge one={one} /> },
  { id: "target", label: texts.columns.target, cell: ({ target }) => (target ? targetWords(target) : "–") },
  { id: "rows", label: texts.columns.rows, isNumber: true, cell: (one) => formatNumber(one.total_rows) },
  { id: "accepted", label: texts.columns.accepted, isNumber: true, cell: (one) => formatNumber(one.accepted_rows) },
  { id: "rejected", label: texts.columns.rejected, isNumber: true, cell: (one) => formatNumber(one.rejected_rows) },
  { id: "when", label: texts.columns.when, cell: (one) => <Moment at={one.created_at} isAgo /> },
  { id: "by", label: texts.columns.by, cell: (one) => one.started_by ?? "–" },
];

export function Earlier({ list }: { list: ReturnType<typeof useImports> }) {
  if (list.error) {
    return (
      <div className="px-5 pb-4">
        <ProblemBox error={list.error} onRetry={list.refetch} />
      </div>
    );
  }
  if (!list.data) {
    return (
      <div className="px-5">
        <Loading />
      </div>
    );
  }
  if (list.data.data.length === 0) {
    return (
      <Empty icon={History} title={texts.earlierEmpty}>
        {texts.earlierEmptyHint}
      </Empty>
    );
  }
  return <DataTable label={texts.earlier} columns={COLUMNS} rows={list.data.data} rowKey={({ id }) => id} />;
}
