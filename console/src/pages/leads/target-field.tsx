import { leads as texts } from "../../texts/leads";
import { type Choice, ComboBox, Select } from "../../ui/select";
import type { ActionName } from "./bulk";
import type { Choices } from "./choices";

type Props = { action: ActionName; value: string; onChange: (id: string) => void; choices: Choices };

export const needsTarget = (action: ActionName) => action in texts.targets;

/** The tag, rep, ruleset or workflow that an action needs; nothing for one that needs none. */
export function TargetField({ action, value, onChange, choices }: Props) {
  const label = texts.targets[action];
  const items: Partial<Record<ActionName, readonly Choice[]>> = {
    add_tag: choices.tags.map(({ label: name }) => ({ id: name, label: name })),
    remove_tag: choices.tags,
    assign: choices.reps,
    route: choices.rulesets,
    enrol: choices.openWorkflows,
  };
  const list = items[action];
  if (!label || !list) return null;
  if (action === "add_tag") {
    return <ComboBox label={label} items={list} value={value} onChange={onChange} isFree isRequired />;
  }
  if (list.length === 0) return <p>{texts.noTargets[action]}</p>;
  return <Select label={label} items={list} value={value || null} onChange={onChange} isRequired />;
}
