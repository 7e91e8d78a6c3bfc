/** The value of a comparison: as its comparison and its field want it. */
import { Plus, X } from "lucide-react";
import { useState } from "react";
import { rules } from "../../texts/rules";
import { Button, IconButton } from "../../ui/button";
import { TextField } from "../../ui/field";
import { ComboBox, Select } from "../../ui/select";
import type { Field } from "./model";
import { type Comparison, LISTED, NO_VALUE, type Operator, ORDERING, spell, TEXTUAL } from "./tree";

const texts = rules.builder;
const EQUALITY: readonly Operator[] = ["eq", "neq", "includes"];

type ValueKind = keyof typeof texts.kinds;
type Props = {
  comparison: Comparison;
  field: Field | undefined;
  isReadOnly: boolean;
  onChange: (comparison: Comparison) => void;
};

export function ValueEditor({ comparison, field, isReadOnly, onChange }: Props) {
  const { operator, value } = comparison;
  const set = (next: unknown) => onChange({ ...comparison, value: next });
  const shared = { field, isReadOnly };
  if (NO_VALUE.includes(operator)) return null;
  if (LISTED.includes(operator))
    return <ListValue {...shared} value={Array.isArray(value) ? value : []} onChange={set} />;
  if (operator === "between") {
    const [lowest, highest] = Array.isArray(value) ? value : ["", ""];
    return (
      <div className="grid grid-cols-2 gap-2">
        <Bound label={texts.lowest} value={lowest} isReadOnly={isReadOnly} onChange={(low) => set([low, highest])} />
        <Bound label={texts.highest} value={highest} isReadOnly={isReadOnly} onChange={(high) => set([lowest, high])} />
      </div>
    );
  }
  if (ORDERING.includes(operator))
    return <Bound label={texts.value} value={value} isReadOnly={isReadOnly} onChange={set} />;
  if (TEXTUAL.includes(operator) && (typeof value === "string" || value === undefined))
    return (
      <TextField
        label={texts.value}
        isLabelHidden
        value={value ?? ""}
        onChange={set}
        isCode={operator === "regex"}
        isReadOnly={isReadOnly}
      />
    );
  return <Typed {...shared} kind={kindOf(value, field)} value={value} onChange={set} />;
}

/** The kind of the value of a comparison: the text "5" and the number 5 are not the same. */
export function KindEditor({ comparison, field, isReadOnly, onChange }: Props) {
  const { operator, value } = comparison;
  if (!EQUALITY.includes(operator)) return null;
  const change = (kind: ValueKind) => onChange({ ...comparison, value: convert(value, kind) });
  return (
    <div className="w-26">
      <KindSelect kind={kindOf(value, field)} isReadOnly={isReadOnly} onChange={change} />
    </div>
  );
}

/** Whether the value needs a line of its own. */
export function isWide({ operator }: Comparison): boolean {
  return operator === "between" || LISTED.includes(operator);
}

type OneProps = { value: unknown; field: Field | undefined; isReadOnly: boolean; onChange: (value: unknown) => void };
type TypedProps = OneProps & { kind: ValueKind };

function Typed({ kind, value, field, isReadOnly, onChange }: TypedProps) {
  switch (kind) {
    case "yes_no":
      return (
        <Select
          label={texts.value}
          isLabelHidden
          items={[
            { id: "true", label: texts.yes },
            { id: "false", label: texts.no },
          ]}
          value={typeof value === "boolean" ? String(value) : null}
          onChange={(id) => onChange(id === "true")}
          isDisabled={isReadOnly}
        />
      );
    case "number":
      return (
        <Spelled
          label={texts.value}
          value={value}
          read={readNumber}
          write={(number) => (typeof number === "number" ? String(number) : spellPlain(number))}
          isReadOnly={isReadOnly}
          onChange={onChange}
        />
      );
    case "json":
      return (
        <Spelled
          label={texts.json}
          value={value}
          read={readJson}
          write={(json) => JSON.stringify(json)}
          error={texts.jsonWrong}
          isReadOnly={isReadOnly}
          onChange={onChange}
        />
      );
    case "text":
      return <Suggested value={spellPlain(value)} field={field} isReadOnly={isReadOnly} onChange={onChange} />;
  }
}

function Suggested({ value, field, isReadOnly, onChange }: OneProps & { value: string }) {
  const known = (field?.values ?? []).filter((one): one is string => typeof one === "string");
  if (known.length === 0)
    return <TextField label={texts.value} isLabelHidden value={value} onChange={onChange} isReadOnly={isReadOnly} />;
  return (
    <ComboBox
      label={texts.value}
      isLabelHidden
      isFree
      items={known.map((id) => ({ id, label: id }))}
      value={value}
      onChange={onChange}
      isDisabled={isReadOnly}
    />
  );
}

type KindProps = { kind: ValueKind; isReadOnly: boolean; onChange: (kind: ValueKind) => void };

function KindSelect({ kind, isReadOnly, onChange }: KindProps) {
  return (
    <Select
      label={texts.kind}
      isLabelHidden
      items={Object.entries(texts.kinds).map(([id, label]) => ({ id, label }))}
      value={kind}
      onChange={(id) => onChange(id as ValueKind)}
      isDisabled={isReadOnly}
    />
  );
}

/** A bound: a number when it is spelled like one, else a date. */
function Bound({ label, ...props }: { label: string } & Pick<OneProps, "value" | "isReadOnly" | "onChange">) {
  return <Spelled label={label} read={readBound} write={spellPlain} placeholder={texts.orderHint} {...props} />;
}

type ListProps = OneProps & { value: readonly unknown[] };

function ListValue({ value, field, isReadOnly, onChange }: ListProps) {
  const [fresh, setFresh] = useState<unknown>("");
  const [chosen, setChosen] = useState<ValueKind>();
  const kind = chosen ?? (value.length > 0 ? kindOf(value[0], field) : kindOf(undefined, field));
  const isReady = fresh !== "" && fresh !== undefined;
  const add = () => {
    if (!isReady) return;
    onChange([...value, convert(fresh, kind)]);
    setFresh("");
  };
  return (
    <div className="flex flex-col gap-2">
      {value.length > 0 && (
        <ul aria-label={texts.values} className="flex flex-wrap gap-1.5">
          {value.map((item, at) => {
            const shown = typeof item === "string" ? item : JSON.stringify(item);
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: a value may be there twice
              <li key={at} className="flex max-w-full items-center rounded-md bg-sunken pl-2">
                <span className="min-w-0 truncate">{typeof item === "string" ? shown : <code>{shown}</code>}</span>
                {isReadOnly ? (
                  <span className="w-2" />
                ) : (
                  <IconButton
                    label={texts.removeValue(shown)}
                    icon={X}
                    isSmall
                    onPress={() => onChange(value.filter((_, place) => place !== at))}
                  />
                )}
              </li>
            );
          })}
        </ul>
      )}
      {!isReadOnly && (
        // biome-ignore lint/a11y/noStaticElementInteractions: Enter in the field below adds what is in it
        <div
          className="grid grid-cols-[minmax(0,1fr)_6.5rem_auto] gap-2"
          onKeyDown={(event) => {
            if (event.key !== "Enter" || !(event.target instanceof HTMLInputElement) || event.defaultPrevented) return;
            event.preventDefault();
            add();
          }}
        >
          <Typed kind={kind} value={fresh} field={field} isReadOnly={false} onChange={setFresh} />
          <KindSelect
            kind={kind}
            isReadOnly={false}
            onChange={(next) => {
              setChosen(next);
              setFresh(convert(fresh, next));
            }}
          />
          <Button icon={Plus} onPress={add} isDisabled={!isReady}>
            {texts.addValue}
          </Button>
        </div>
      )}
    </div>
  );
}

type SpelledProps = {
  label: string;
  value: unknown;
  read: (text: string) => unknown;
  write: (value: unknown) => string;
  placeholder?: string;
  error?: string;
  isReadOnly: boolean;
  onChange: (value: unknown) => void;
};

/** A value that is typed as text, which may be on its way to be one: `1.` stays until it is `1.5`. */
function Spelled({ label, value, read, write, placeholder, error, isReadOnly, onChange }: SpelledProps) {
  const [typed, setTyped] = useState<string>();
  const isMine = typed !== undefined && (read(typed) === undefined || same(read(typed), value));
  const text = isMine ? typed : write(value);
  const change = (next: string) => {
    setTyped(next);
    const found = read(next);
    if (found !== undefined) onChange(found);
  };
  const isWrong = isMine && text !== "" && read(text) === undefined;
  return (
    <TextField
      label={label}
      isLabelHidden
      value={text}
      onChange={change}
      placeholder={placeholder}
      error={isWrong ? error : undefined}
      isReadOnly={isReadOnly}
    />
  );
}

const NUMERIC = /^-?\d+(\.\d+)?$/;

function readNumber(text: string): unknown {
  return NUMERIC.test(text.trim()) ? Number(text) : text;
}

function readBound(text: string): unknown {
  return readNumber(text);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function spellPlain(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : typeof value === "object" ? JSON.stringify(value) : String(value);
}

function same(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

/** The kind of a value; of one that is not there yet, the kind that the field mostly has. */
function kindOf(value: unknown, field: Field | undefined): ValueKind {
  if (typeof value === "number") return "number";
  if (typeof value === "boolean") return "yes_no";
  if (typeof value === "object" && value !== null) return "json";
  if (value !== undefined && value !== "") return "text";
  return field?.kind === "number" || field?.kind === "yes_no" ? field.kind : "text";
}

function convert(value: unknown, kind: ValueKind): unknown {
  switch (kind) {
    case "text":
      return typeof value === "string" ? value : value === undefined ? "" : spell(value);
    case "number":
      return readNumber(spellPlain(value));
    case "yes_no":
      return typeof value === "boolean" ? value : value !== "" && value !== undefined;
    case "json":
      return typeof value === "object" ? value : [value];
  }
}
