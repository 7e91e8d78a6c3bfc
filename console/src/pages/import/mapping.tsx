/** What each column becomes: guessed, and changed here. */
import { useState } from "react";
import { imports as texts } from "../../texts/import";
import { Button } from "../../ui/button";
import { TextField } from "../../ui/field";
import { Card } from "../../ui/page";
import { Select } from "../../ui/select";
import type { Preview } from "./data";
import { EXTRA, extraName, type Order, type Problems } from "./order";

type Props = { preview: Preview; order: Order; problems: Problems; onChange: (order: Order) => void };

const LEFT_OUT = "-";
const FIRST_SHOWN = 60;
const EXAMPLES = 3;
const HEAD = "px-5 py-2 font-medium";

export function MappingCard({ preview, order, problems, onChange }: Props) {
  const [isWhole, setWhole] = useState(preview.columns.length <= FIRST_SHOWN);
  const shown = isWhole ? preview.columns : preview.columns.slice(0, FIRST_SHOWN);
  const change = (column: string, meaning: string) =>
    onChange({ ...order, mapping: { ...order.mapping, [column]: meaning } });
  return (
    <Card title={texts.mapping} hint={texts.mappingHint} isFlush>
      <Notes mapping={order.mapping} nothing={problems.nothing} />
      <table aria-label={texts.mapping} className="w-full text-left">
        <thead className="text-muted text-xs">
          <tr className="border-line border-b">
            <th scope="col" className={HEAD}>
              {texts.column}
            </th>
            <th scope="col" className={HEAD}>
              {texts.examples}
            </th>
            <th scope="col" className={HEAD}>
              {texts.becomes}
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((column) => (
            <Line
              key={column}
              column={column}
              preview={preview}
              meaning={order.mapping[column] ?? ""}
              problem={problems.columns[column]}
              onChange={(meaning) => change(column, meaning)}
            />
          ))}
        </tbody>
      </table>
      {!isWhole && (
        <div className="px-5 py-3">
          <Button onPress={() => setWhole(true)}>{texts.showAll(preview.columns.length)}</Button>
        </div>
      )}
    </Card>
  );
}

function Notes({ mapping, nothing }: { mapping: Record<string, string>; nothing?: string }) {
  const fields = new Set(Object.values(mapping));
  const notes = [
    fields.has("first_name") ? texts.notes.nameNeeded : texts.notes.name,
    !fields.has("phone") && texts.notes.phone,
    !fields.has("external_id") && texts.notes.id,
  ].filter((note) => note !== false);
  return (
    <div aria-live="polite" className="px-5 pb-3">
      {nothing ? (
        <p className="text-bad">{nothing}</p>
      ) : (
        <ul className="flex list-disc flex-col gap-1 pl-5 text-muted">
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

type LineProps = {
  column: string;
  preview: Preview;
  meaning: string;
  problem?: string;
  onChange: (meaning: string) => void;
};

function Line({ column, preview, meaning, problem, onChange }: LineProps) {
  const extra = extraName(meaning);
  const chosen = extra !== undefined ? EXTRA : meaning || LEFT_OUT;
  const choose = (id: string) => onChange(id === EXTRA ? EXTRA + column : id === LEFT_OUT ? "" : id);
  return (
    <tr className="border-line border-b align-top last:border-b-0">
      <th scope="row" className="max-w-60 break-words px-5 py-3.5 font-medium">
        {column}
      </th>
      <td className="max-w-80 px-5 py-3.5 text-muted">
        <Examples column={column} preview={preview} />
      </td>
      <td className="w-96 px-5 py-2">
        <div className="flex flex-col gap-2">
          <Select
            label={texts.becomesOf(column)}
            isLabelHidden
            items={choices(preview.fields)}
            value={chosen}
            onChange={choose}
            error={extra === undefined ? problem : undefined}
          />
          {extra !== undefined && (
            <TextField
              label={texts.extraName(column)}
              isLabelHidden
              value={extra}
              onChange={(name) => onChange(EXTRA + name)}
              error={problem}
            />
          )}
        </div>
      </td>
    </tr>
  );
}

function choices(fields: readonly string[]) {
  return [
    ...fields.map((id) => ({ id, label: texts.fields[id] ?? id })),
    { id: EXTRA, label: texts.extra, hint: texts.extraHint },
    { id: LEFT_OUT, label: texts.leaveOut },
  ];
}

function Examples({ column, preview }: { column: string; preview: Preview }) {
  const at = preview.columns.indexOf(column);
  const cells = preview.rows.filter(({ problem }) => !problem).map(({ cells }) => cells[at] ?? "");
  const different = [...new Set(cells.filter((cell) => cell.trim()))].slice(0, EXAMPLES);
  if (different.length === 0) return <span className="italic">{texts.noExamples}</span>;
  return different.map((cell) => (
    <span key={cell} className="block truncate" title={cell}>
      {cell}
    </span>
  ));
}
