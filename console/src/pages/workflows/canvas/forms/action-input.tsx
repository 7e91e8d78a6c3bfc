/** One option of an action. */
import { useState } from "react";
import { steps as texts } from "../../../../texts/canvas-steps";
import { TextArea, TextField } from "../../../../ui/field";
import { ComboBox, Select } from "../../../../ui/select";
import type { Config } from "../drawing";
import { text } from "../summary";
import { type Action, type ActionField, LEAD_FIELDS, METHODS } from "./action-fields";
import { about, ChoiceOrOther } from "./choice";
import type { ConfigForm } from "./form";
import { KeyValues } from "./key-values";

type Props = ConfigForm &
  Readonly<{
    action: Action;
    field: ActionField;
    settings: Config;
    set: (values: Config, field: string) => void;
  }>;

export function ActionInput(props: Props) {
  const { action, field, settings, set, errorOf, choices, statuses } = props;
  const { name, isRequired } = field;
  const label = texts.action.labels[action]?.[name] ?? texts.fields[name] ?? name;
  const error = errorOf(name);
  const value = text(settings, name);
  const change = (next: unknown) => set({ [name]: next }, name);
  const said = { label, value, onChange: change, ...(isRequired && { isRequired }) };
  const hint = texts.action.fieldHints[name];
  switch (field.kind) {
    case "area":
      return <TextArea {...said} rows={4} {...about(texts.action.template, error)} />;
    case "secret":
      return <TextField {...said} type="password" autoComplete="off" {...about(texts.action.secretHint, error)} />;
    case "method":
      return (
        <Select
          label={label}
          items={METHODS.map((id) => ({ id, label: id }))}
          value={value || "POST"}
          onChange={change}
        />
      );
    case "body":
      return <BodyInput label={label} value={settings[name]} onChange={change} error={error} />;
    case "status":
      return (
        <Select
          label={label}
          items={statuses.map((status) => ({ id: status.key, label: status.label }))}
          value={value || null}
          onChange={change}
          placeholder={texts.action.chooseStatus}
          {...about(undefined, error)}
        />
      );
    case "tag":
      return (
        <ComboBox
          {...said}
          value={value || text(settings, "slug")}
          onChange={(next) => set({ tag: next, slug: "", tag_id: "" }, "tag")}
          items={choices.tags}
          isFree
          {...about(texts.action.tagHint, error)}
        />
      );
    case "rep":
      return <RepInput {...props} />;
    case "leadFields":
      return <KeyValues label={label} value={settings[name]} keys={LEAD_FIELDS} onChange={change} error={error} />;
    case "headers":
    case "values":
      return <KeyValues label={label} value={settings[name]} onChange={change} error={error} />;
    default:
      return <TextField {...said} {...about(hint, error)} />;
  }
}

/** By the rules of a ruleset, or to one rep: a node has the one or the other. */
function RepInput({ settings, set, choices, errorOf }: Props) {
  const [isRep, setRep] = useState("rep_id" in settings);
  const ways = [
    { id: "ruleset", label: texts.action.byRuleset },
    { id: "rep", label: texts.action.toRep },
  ];
  const choose = (id: string) => {
    setRep(id === "rep");
    set({ ruleset_id: "", rep_id: "" }, "way");
  };
  const name = isRep ? "rep_id" : "ruleset_id";
  return (
    <>
      <Select label={texts.action.how} items={ways} value={isRep ? "rep" : "ruleset"} onChange={choose} />
      <ChoiceOrOther
        key={name}
        label={texts.fields[name] ?? name}
        items={isRep ? choices.reps : choices.rulesets}
        value={text(settings, name)}
        onChange={(value) => set({ [name]: value }, name)}
        other={isRep ? texts.action.otherRep : texts.action.otherRuleset}
        placeholder={isRep ? texts.action.chooseRep : texts.action.chooseRuleset}
        error={errorOf("ruleset_id")}
        isRequired
      />
    </>
  );
}

/** What a web address is sent: JSON when it reads as JSON, else text. */
function BodyInput({
  label,
  value,
  onChange,
  error,
}: {
  label: string;
  value: unknown;
  onChange: (value: unknown) => void;
  error: string | undefined;
}) {
  const [typed, setTyped] = useState(() =>
    typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value, null, 2),
  );
  const change = (next: string) => {
    setTyped(next);
    onChange(readJson(next));
  };
  return (
    <TextArea label={label} value={typed} onChange={change} rows={6} isCode {...about(texts.action.bodyHint, error)} />
  );
}

function readJson(typed: string): unknown {
  if (!/^\s*[[{]/.test(typed)) return typed;
  try {
    return JSON.parse(typed);
  } catch {
    return typed;
  }
}
