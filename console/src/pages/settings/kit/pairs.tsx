/** Names with a value each: attributes of a rep, headers of a request, fields of a lead. */
import { Plus, Trash2 } from "lucide-react";
import { settings } from "../../../texts/settings";
import { Button, IconButton } from "../../../ui/button";
import { TextField } from "../../../ui/field";
import { type Choice, ComboBox } from "../../../ui/select";
import { isJson, readValue } from "../../../ui/values";
import { GroupError } from "./editor";

export type Pair = { name: string; value: string };

type Props = {
  names: { label: string; choices?: readonly Choice[]; placeholder?: string };
  values: { label: string; placeholder?: string };
  add: string;
  pairs: readonly Pair[];
  onChange: (pairs: Pair[]) => void;
  error?: string;
};

export function PairsField({ names, values, add, pairs, onChange, error }: Props) {
  const put = (index: number, part: Partial<Pair>) =>
    onChange(pairs.map((pair, at) => (at === index ? { ...pair, ...part } : pair)));
  return (
    <div className="flex flex-col gap-2">
      {pairs.map((pair, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: names change while they are typed
        <fieldset key={index} aria-label={settings.row(index + 1)} className="flex items-start gap-2">
          <div className="min-w-0 flex-1">
            {names.choices ? (
              <ComboBox
                label={names.label}
                isLabelHidden
                isFree
                items={names.choices}
                value={pair.name}
                onChange={(name) => put(index, { name })}
                placeholder={names.placeholder ?? names.label}
              />
            ) : (
              <TextField
                label={names.label}
                isLabelHidden
                value={pair.name}
                onChange={(name) => put(index, { name })}
                placeholder={names.placeholder ?? names.label}
              />
            )}
          </div>
          <div className="min-w-0 flex-1">
            <TextField
              label={values.label}
              isLabelHidden
              value={pair.value}
              onChange={(value) => put(index, { value })}
              placeholder={values.placeholder ?? values.label}
            />
          </div>
          <IconButton
            label={settings.removeRow(pair.name || String(index + 1))}
            icon={Trash2}
            onPress={() => onChange(pairs.filter((_, at) => at !== index))}
          />
        </fieldset>
      ))}
      <GroupError>{error}</GroupError>
      <div>
        <Button kind="quiet" icon={Plus} onPress={() => onChange([...pairs, { name: "", value: "" }])}>
          {add}
        </Button>
      </div>
    </div>
  );
}

export function pairsOf(record: Readonly<Record<string, unknown>>): Pair[] {
  return Object.entries(record).map(([name, value]) => ({ name, value: shown(value) }));
}

/** Pairs whose name is blank are none. */
export function recordOf(pairs: readonly Pair[]): Record<string, string> {
  return Object.fromEntries(pairs.filter(({ name }) => name.trim()).map(({ name, value }) => [name.trim(), value]));
}

/** As `recordOf`, and what is written like a number, a truth value or a list is one. */
export function valuesOf(pairs: readonly Pair[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(recordOf(pairs)).map(([name, value]) => [name, meant(value)]));
}

function shown(value: unknown): string {
  if (isPlain(value)) return value;
  if (Array.isArray(value) && value.length > 1 && value.every((item) => isPlain(item))) return value.join(", ");
  return JSON.stringify(value);
}

/** A text that is read again as the same text. */
function isPlain(value: unknown): value is string {
  return typeof value === "string" && meant(value) === value;
}

function meant(text: string): unknown {
  if (isJson(text) || !text.includes(",")) return readValue(text);
  return text
    .trim()
    .split(",")
    .map((part) => part.trim());
}
