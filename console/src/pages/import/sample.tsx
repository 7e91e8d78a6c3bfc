/** The first rows of a file, and in which letters it was read. */
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import { call } from "../../api/client";
import { imports as texts } from "../../texts/import";
import { Card } from "../../ui/page";
import { ProblemBox } from "../../ui/problem";
import { Select } from "../../ui/select";
import { fileOf, ONE, type Preview, upload, useForget } from "./data";
import { RowsTable } from "./scrolled";
import { asSentence } from "./words";

type Row = Preview["rows"][number];

export function SampleCard({ preview }: { preview: Preview }) {
  return (
    <Card title={texts.sample} hint={texts.sampleHint} isFlush>
      {preview.encoding && <Encoding preview={preview} encoding={preview.encoding} />}
      <RowsTable label={texts.sample} columns={preview.columns}>
        {preview.rows.map((row) => (
          <tr key={row.number} className="border-line border-b last:border-b-0">
            <th scope="row" className="px-5 py-2 text-right font-normal text-muted tabular-nums">
              {row.number}
            </th>
            <Cells row={row} columns={preview.columns} />
          </tr>
        ))}
      </RowsTable>
    </Card>
  );
}

function Cells({ row, columns }: { row: Row; columns: readonly string[] }) {
  if (row.problem) {
    return (
      <td colSpan={columns.length} className="px-5 py-2 text-bad">
        {texts.broken} {row.problem} <code className="break-all">{row.cells[0]}</code>
      </td>
    );
  }
  return columns.map((column, at) => (
    <td key={column} className="max-w-60 truncate px-5 py-2" title={row.cells[at]}>
      {row.cells[at]}
    </td>
  ));
}

/** Reading the same file with other letters: it is uploaded once more, as long as this tab has it. */
function Encoding({ preview, encoding }: { preview: Preview; encoding: string }) {
  const navigate = useNavigate();
  const file = fileOf(preview.id);
  const forget = useForget();
  const again = useMutation({
    mutationFn: (other: string) => (file ? upload(file, other) : Promise.reject(new Error(texts.encodingFixed))),
    onSuccess: async ({ id }) => {
      await call.POST(`${ONE}/cancel`, { params: { path: { import_id: preview.id } } });
      await navigate({ pathname: `/import/${id}`, search: window.location.search }, { replace: true });
      await forget();
    },
  });
  const items = Object.entries(texts.encodings).map(([id, label]) => ({ id, label }));
  return (
    <div className="flex max-w-md flex-col gap-2 px-5 pb-4">
      <Select
        label={texts.encoding}
        description={file ? texts.encodingHint : texts.encodingFixed}
        items={items}
        value={encoding}
        onChange={(other) => other !== encoding && again.mutate(other)}
        isDisabled={!file || again.isPending}
      />
      <ProblemBox error={again.error && asSentence(again.error)} />
    </div>
  );
}
