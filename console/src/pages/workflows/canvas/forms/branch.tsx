import { Plus, X } from "lucide-react";
import { useRef } from "react";
import { steps as texts } from "../../../../texts/canvas-steps";
import { Button, IconButton } from "../../../../ui/button";
import { TextField } from "../../../../ui/field";
import { Select } from "../../../../ui/select";
import { CALL_OUTCOMES, isRules } from "../branches";
import { text } from "../summary";
import { about } from "./choice";
import { FieldName } from "./field-name";
import { type ConfigForm, withFields } from "./form";
import { RulesForm } from "./rules";

const FORMS = [
  { id: "switch", label: texts.branch.switch, hint: texts.branch.switchHint },
  { id: "rules", label: texts.branch.rules, hint: texts.branch.rulesHint },
];

/** A branch: by what a field says, or by rules that are true or false. */
export function BranchForm(props: ConfigForm) {
  const { node, change } = props;
  const choose = (form: string) =>
    change(form === "rules" ? { logic: "AND", rules: [] } : { condition_field: "", branches: [] }, "form");
  return (
    <>
      <Select
        label={texts.branch.decideBy}
        items={FORMS}
        value={isRules(node.config) ? "rules" : "switch"}
        onChange={choose}
      />
      {isRules(node.config) ? <RulesForm {...props} /> : <SwitchForm {...props} />}
    </>
  );
}

function SwitchForm({ node: { config }, choices, errorOf, change, renameBranch }: ConfigForm) {
  const branches = Array.isArray(config.branches) ? config.branches.map(String) : [];
  const field = text(config, "condition_field");
  const setField = (value: string) => {
    const usual = value === "call_status" && branches.length === 0 ? ["COMPLETED", "DNP", "FAILED"] : branches;
    change({ ...withFields(config, { condition_field: value }), branches: usual }, "condition_field");
  };
  const set = (next: readonly string[]) => change({ ...config, branches: next }, "branches");
  const setName = (at: number, name: string, was: string | undefined) => {
    const next = { ...config, branches: branches.map((one, i) => (i === at ? name : one)) };
    if (was === undefined) change(next, "branches");
    else renameBranch(was, name, next);
  };
  return (
    <>
      <FieldName
        label={texts.fields.condition_field ?? ""}
        value={field}
        onChange={setField}
        choices={choices}
        error={errorOf("condition_field")}
      />
      <fieldset className="flex flex-col gap-2">
        <legend className="mb-1 font-medium">{texts.fields.branches}</legend>
        {branches.map((name, at) => (
          <BranchName
            // biome-ignore lint/suspicious/noArrayIndexKey: a branch has nothing but its name, which is being typed
            key={at}
            at={at}
            name={name}
            others={branches.filter((_, i) => i !== at)}
            error={errorOf(`branches[${at}]`)}
            onChange={(next, was) => setName(at, next, was)}
            onRemove={() => set(branches.filter((_, i) => i !== at))}
          />
        ))}
        {errorOf("branches") && <p className="text-bad text-xs">{errorOf("branches")}</p>}
        <div>
          <Button icon={Plus} onPress={() => set([...branches, nextOutcome(field, branches)])}>
            {texts.branch.add}
          </Button>
        </div>
        <p className="text-muted text-xs">{field === "call_status" ? texts.branch.outcomes : texts.branch.exact}</p>
      </fieldset>
    </>
  );
}

type BranchNameProps = Readonly<{
  at: number;
  name: string;
  others: readonly string[];
  error: string | undefined;
  /** `was` is the name that edges have: undefined while nothing fit to be a name is typed. */
  onChange: (name: string, was: string | undefined) => void;
  onRemove: () => void;
}>;

function BranchName({ at, name, others, error, onChange, onRemove }: BranchNameProps) {
  const last = useRef(name);
  const change = (next: string) => {
    const isName = next !== "" && !others.includes(next);
    onChange(next, isName ? last.current : undefined);
    if (isName) last.current = next;
  };
  return (
    <div className="flex items-start gap-1">
      <div className="flex-1">
        <TextField
          isLabelHidden
          label={texts.branch.value(at + 1)}
          value={name}
          onChange={change}
          {...about(undefined, error)}
        />
      </div>
      <IconButton isSmall icon={X} label={texts.branch.remove(name || String(at + 1))} onPress={onRemove} />
    </div>
  );
}

function nextOutcome(field: string, branches: readonly string[]): string {
  return (field === "call_status" && CALL_OUTCOMES.find((name) => !branches.includes(name))) || "";
}
