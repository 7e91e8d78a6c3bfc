/** What a rule compares with: the kind of the value matters, because the text "5" is not the number 5. */
import { steps as texts } from "../../../../texts/canvas-steps";
import { NumberField, TextField } from "../../../../ui/field";
import { Select } from "../../../../ui/select";
import { about } from "./choice";

type Props = Readonly<{
  operator: string;
  value: unknown;
  onChange: (value: unknown) => void;
  error: string | undefined;
}>;

const WITHOUT = ["exists", "not_exists"];
const LISTS = ["in", "not_in"];
const ORDERS = ["greater_than", "gte", "less_than", "lte"];
const TEXTS = ["contains", "starts_with", "ends_with", "not_contains", "regex"];
const KINDS = ["text", "number", "boolean"] as const;
type Kind = (typeof KINDS)[number];

export function RuleValue({ operator, value, onChange, error }: Props) {
  if (WITHOUT.includes(operator)) return null;
  const label = texts.branch.ruleValue;
  if (LISTS.includes(operator)) {
    const shown = Array.isArray(value) ? value.map(String).join(", ") : "";
    return <ListValue shown={shown} onChange={onChange} error={error} />;
  }
  if (operator === "between") return <BetweenValue value={value} onChange={onChange} error={error} />;
  if (ORDERS.includes(operator) || TEXTS.includes(operator)) {
    const isOrder = ORDERS.includes(operator);
    const set = (text: string) => onChange(isOrder ? numberOrText(text) : text);
    return (
      <TextField
        {...{ label }}
        value={shownValue(value)}
        onChange={set}
        {...about(isOrder ? texts.branch.orderHint : undefined, error)}
      />
    );
  }
  return <AnyValue value={value} onChange={onChange} error={error} />;
}

function AnyValue({ value, onChange, error }: Omit<Props, "operator">) {
  const kind = kindOf(value);
  const change = (next: string) => {
    const text = shownValue(value);
    if (next === "number") onChange(Number(text) || 0);
    else onChange(next === "boolean" ? text === "true" : text);
  };
  return (
    <div className="flex items-start gap-2">
      <div className="min-w-0 flex-1">
        {kind === "boolean" ? (
          <Select
            label={texts.branch.ruleValue}
            items={texts.branch.yesNo}
            value={String(value)}
            onChange={(id) => onChange(id === "true")}
          />
        ) : kind === "number" ? (
          <NumberField
            label={texts.branch.ruleValue}
            value={Number(value)}
            onChange={(next) => onChange(Number.isNaN(next) ? 0 : next)}
            {...about(undefined, error)}
          />
        ) : (
          <TextField
            label={texts.branch.ruleValue}
            value={shownValue(value)}
            onChange={onChange}
            {...about(undefined, error)}
          />
        )}
      </div>
      <div className="w-28">
        <Select
          label={texts.branch.kind}
          items={KINDS.map((id) => ({ id, label: texts.branch.kinds[id] }))}
          value={kind}
          onChange={change}
        />
      </div>
    </div>
  );
}

function ListValue({
  shown,
  onChange,
  error,
}: {
  shown: string;
  onChange: Props["onChange"];
  error: string | undefined;
}) {
  const set = (text: string) =>
    onChange(text.split(",").map((part, at) => (at === 0 ? part.trimStart() : part.replace(/^ /, ""))));
  return (
    <TextField label={texts.branch.listValue} value={shown} onChange={set} {...about(texts.branch.listHint, error)} />
  );
}

function BetweenValue({ value, onChange, error }: Omit<Props, "operator">) {
  const [low, high] = Array.isArray(value) ? (value as unknown[]) : [];
  const set = (from: unknown, to: unknown) => onChange([from, to]);
  return (
    <div className="flex items-start gap-2">
      <TextField
        label={texts.branch.from}
        value={shownValue(low)}
        onChange={(text) => set(numberOrText(text), high ?? "")}
        {...about(undefined, error)}
      />
      <TextField
        label={texts.branch.to}
        value={shownValue(high)}
        onChange={(text) => set(low ?? "", numberOrText(text))}
      />
    </div>
  );
}

function kindOf(value: unknown): Kind {
  if (typeof value === "number") return "number";
  return typeof value === "boolean" ? "boolean" : "text";
}

function shownValue(value: unknown): string {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

/** A number when it reads back as it was typed: "1." is still being typed. */
function numberOrText(text: string): number | string {
  const number = Number(text);
  return text !== "" && String(number) === text ? number : text;
}
