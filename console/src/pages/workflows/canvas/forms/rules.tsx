import { Plus, X } from "lucide-react";
import { steps as texts } from "../../../../texts/canvas-steps";
import { Button, IconButton } from "../../../../ui/button";
import { Select } from "../../../../ui/select";
import type { Choices } from "../api";
import { text } from "../summary";
import { FieldName } from "./field-name";
import type { ConfigForm } from "./form";
import { RuleValue } from "./rule-value";

export type Rule = Readonly<Record<string, unknown>>;

const OPERATORS = [
  "equals",
  "not_equals",
  "greater_than",
  "gte",
  "less_than",
  "lte",
  "between",
  "contains",
  "not_contains",
  "starts_with",
  "ends_with",
  "in",
  "not_in",
  "exists",
  "not_exists",
  "regex",
];
/** Other names of the same operators, which the API accepts. */
const SAME: Record<string, string> = { eq: "equals", neq: "not_equals", gt: "greater_than", lt: "less_than" };

const LOGIC = [
  { id: "AND", label: texts.branch.all },
  { id: "OR", label: texts.branch.any },
];

export function RulesForm({ node: { config }, choices, errorOf, change }: ConfigForm) {
  const rules = Array.isArray(config.rules) ? (config.rules as Rule[]) : [];
  const logic = text(config, "logic").toUpperCase() === "OR" ? "OR" : "AND";
  const set = (next: readonly Rule[], field: string) => change({ ...config, rules: next }, field);
  const setRule = (at: number, rule: Rule, part: string) =>
    set(
      rules.map((one, i) => (i === at ? rule : one)),
      `rules[${at}].${part}`,
    );
  return (
    <>
      {rules.length > 1 && (
        <Select
          label={texts.branch.logic}
          items={LOGIC}
          value={logic}
          onChange={(value) => change({ ...config, logic: value }, "logic")}
        />
      )}
      {rules.map((rule, at) => (
        <OneRule
          // biome-ignore lint/suspicious/noArrayIndexKey: a rule has no name of its own
          key={at}
          at={at}
          rule={rule}
          choices={choices}
          errorOf={errorOf}
          onChange={(next, part) => setRule(at, next, part)}
          onRemove={() =>
            set(
              rules.filter((_, i) => i !== at),
              "rules",
            )
          }
        />
      ))}
      {errorOf("rules") && <p className="text-bad text-xs">{errorOf("rules")}</p>}
      <div>
        <Button icon={Plus} onPress={() => set([...rules, { field: "", operator: "equals", value: "" }], "rules")}>
          {texts.branch.addRule}
        </Button>
      </div>
      <p className="text-muted text-xs">{texts.branch.unknown}</p>
    </>
  );
}

type OneRuleProps = Readonly<{
  at: number;
  rule: Rule;
  choices: Choices;
  errorOf: ConfigForm["errorOf"];
  onChange: (rule: Rule, part: string) => void;
  onRemove: () => void;
}>;

function OneRule({ at, rule, choices, errorOf, onChange, onRemove }: OneRuleProps) {
  const named = text(rule, "operator");
  const operator = SAME[named] ?? named;
  const where = `rules[${at}]`;
  return (
    <fieldset className="flex flex-col gap-2 rounded-lg border border-line p-3">
      <legend className="px-1 text-muted text-xs">{texts.branch.rule(at + 1)}</legend>
      <FieldName
        label={texts.branch.ruleField}
        value={text(rule, "field")}
        onChange={(value) => onChange({ ...rule, field: value }, "field")}
        choices={choices}
        error={errorOf(`${where}.field`)}
      />
      <Select
        label={texts.branch.operator}
        items={OPERATORS.map((id) => ({ id, label: texts.operatorWords(id) }))}
        value={operator || null}
        onChange={(value) => onChange({ ...rule, operator: value }, "operator")}
        {...(errorOf(`${where}.operator`) && { error: errorOf(`${where}.operator`) ?? "" })}
      />
      <RuleValue
        operator={operator}
        value={rule.value}
        onChange={(value) => onChange({ ...rule, value }, "value")}
        error={errorOf(`${where}.value`) ?? errorOf(where)}
      />
      <div className="flex justify-end">
        <IconButton isSmall icon={X} label={texts.branch.removeRule(at + 1)} onPress={onRemove} />
      </div>
    </fieldset>
  );
}
