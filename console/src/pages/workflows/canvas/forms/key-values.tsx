/** Names with values, one below the other. Rows live here while they are typed: two may have one name meanwhile. */
import { Plus, X } from "lucide-react";
import { useState } from "react";
import { steps as texts } from "../../../../texts/canvas-steps";
import { Button, IconButton } from "../../../../ui/button";
import { TextField } from "../../../../ui/field";
import { Select } from "../../../../ui/select";

/** `kept` is what came from the server and was no text; it stays what it is until its row is typed into. */
type Row = { id: number; name: string; value: string; kept?: unknown };
type Props = Readonly<{
  label: string;
  value: unknown;
  onChange: (value: Record<string, unknown> | undefined) => void;
  /** The only names there are, where not any will do. */
  keys?: readonly string[];
  error?: string | undefined;
}>;

let lastId = 0;

export function KeyValues({ label, value, onChange, keys, error }: Props) {
  const [rows, setRows] = useState<readonly Row[]>(() => rowsOf(value));
  const set = (next: readonly Row[]) => {
    setRows(next);
    const named = next.filter((row) => row.name !== "");
    onChange(named.length > 0 ? Object.fromEntries(named.map((row) => [row.name, row.kept ?? row.value])) : undefined);
  };
  const change = (id: number, part: Partial<Row>) =>
    set(rows.map((row) => (row.id === id ? { ...row, ...part } : row)));
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 font-medium">{label}</legend>
      {rows.map((row, at) => (
        <div key={row.id} className="flex items-center gap-1">
          <div className="min-w-0 flex-1">
            {keys ? (
              <Select
                isLabelHidden
                label={texts.keyValues.name(at + 1)}
                items={keys.map((id) => ({ id, label: texts.leadFields[id] ?? id }))}
                value={row.name || null}
                onChange={(name) => change(row.id, { name })}
                placeholder={texts.keyValues.choose}
              />
            ) : (
              <TextField
                isLabelHidden
                label={texts.keyValues.name(at + 1)}
                placeholder={texts.keyValues.namePlace}
                value={row.name}
                onChange={(name) => change(row.id, { name })}
              />
            )}
          </div>
          <div className="min-w-0 flex-1">
            <TextField
              isLabelHidden
              label={texts.keyValues.value(at + 1)}
              placeholder={texts.keyValues.valuePlace}
              value={row.value}
              onChange={(next) => change(row.id, { value: next, kept: undefined })}
            />
          </div>
          <IconButton
            isSmall
            icon={X}
            label={texts.keyValues.remove(row.name || String(at + 1))}
            onPress={() => set(rows.filter((one) => one.id !== row.id))}
          />
        </div>
      ))}
      {error && <p className="text-bad text-xs">{error}</p>}
      <div>
        <Button icon={Plus} onPress={() => setRows([...rows, { id: ++lastId, name: "", value: "" }])}>
          {texts.keyValues.add}
        </Button>
      </div>
    </fieldset>
  );
}

function rowsOf(value: unknown): Row[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).map(([name, one]) => ({
    id: ++lastId,
    name,
    ...(typeof one === "string" ? { value: one } : { value: JSON.stringify(one), kept: one }),
  }));
}
