/** The rows that were refused: the first of them with the reasons, and all of them as a file. */
import { CheckCircle2, Download } from "lucide-react";
import { api } from "../../api/client";
import type { components } from "../../api/schema";
import { sentence, imports as texts } from "../../texts/import";
import { LinkButton } from "../../ui/button";
import { Loading } from "../../ui/loading";
import { Card, Empty } from "../../ui/page";
import { ProblemBox } from "../../ui/problem";
import { type Import, ONE } from "./data";
import { RowsTable } from "./scrolled";

type Reject = components["schemas"]["ImportReject"];

export function Rejects({ one }: { one: Import }) {
  if (one.rejected_rows === 0) {
    return (
      <Card title={texts.rejects}>
        <Empty icon={CheckCircle2} title={one.done_rows ? texts.rejectsNone : texts.rejectsNothingDone}>
          {one.done_rows > 0 && texts.rejectsNoneHint}
        </Empty>
      </Card>
    );
  }
  const download = (
    <LinkButton to={`/console/imports/${one.id}/rejects.csv`} reloadDocument download icon={Download}>
      {texts.download}
    </LinkButton>
  );
  return (
    <Card title={texts.rejects} hint={texts.rejectsHint} actions={download} isFlush>
      <First id={one.id} />
    </Card>
  );
}

function First({ id }: { id: string }) {
  const query = api.useQuery("get", `${ONE}/rejects`, { params: { path: { import_id: id } } });
  if (!query.data) {
    return (
      <div className="px-5 pb-4">
        {query.error ? <ProblemBox error={query.error} onRetry={query.refetch} /> : <Loading />}
      </div>
    );
  }
  const { columns, data, total } = query.data;
  return (
    <>
      <RowsTable label={texts.rejects} columns={columns} hasReason>
        {data.map((row) => (
          <Row key={row.number} row={row} columns={columns} />
        ))}
      </RowsTable>
      {total > data.length && (
        <p className="border-line border-t px-5 py-3 text-muted">{texts.firstRejects(data.length, total)}</p>
      )}
    </>
  );
}

function Row({ row, columns }: { row: Reject; columns: readonly string[] }) {
  return (
    <tr className="border-line border-b align-top last:border-b-0">
      <th scope="row" className="px-5 py-2.5 text-right font-normal tabular-nums">
        {row.number}
      </th>
      <td className="min-w-64 max-w-96 px-5 py-2.5 text-bad">{sentence(row.reason)}</td>
      {columns.map((column, at) => (
        <td key={column} className="max-w-60 truncate px-5 py-2.5" title={row.cells[at]}>
          {row.cells[at]}
        </td>
      ))}
    </tr>
  );
}
