import { steps as texts } from "../../../../texts/canvas-steps";
import { Select } from "../../../../ui/select";
import type { Config } from "../drawing";
import { actionKey, settingsOf } from "../summary";
import { ACTIONS, type Action, type ActionField, FIELDS } from "./action-fields";
import { ActionInput } from "./action-input";
import { about } from "./choice";
import { type ConfigForm, withFields } from "./form";

/** An action: which one, and what it needs. */
export function ActionForm(props: ConfigForm) {
  const { node, errorOf, change } = props;
  const key = actionKey(node.config);
  const action = ACTIONS.find((one) => one === key);
  const error = errorOf("action_key") ?? errorOf("function_key") ?? errorOf("action_config");
  const choose = (id: string) => change({ action_key: id, action_config: {} }, "action_key");
  return (
    <>
      <Select
        label={texts.fields.action_key ?? ""}
        items={ACTIONS.map((id) => ({ id, label: texts.actions[id] }))}
        value={action ?? null}
        onChange={choose}
        placeholder={texts.action.choose}
        {...about(undefined, error)}
      />
      {action && <ActionFields key={action} {...props} action={action} />}
    </>
  );
}

function ActionFields({ action, ...props }: ConfigForm & { action: Action }) {
  const { node, change } = props;
  const settings = settingsOf(node.config);
  const fields = FIELDS[action];
  const seldom = fields.filter((field) => field.isSeldom);
  const set = (values: Config, field: string) =>
    change({ ...node.config, action_config: withFields(settings, values) }, `action_config.${field}`);
  const shown = (field: ActionField) => (
    <ActionInput key={field.name} {...props} action={action} field={field} settings={settings} set={set} />
  );
  return (
    <>
      {fields.filter((field) => !field.isSeldom).map(shown)}
      {texts.action.hints[action] && <p className="text-muted text-xs">{texts.action.hints[action]}</p>}
      {seldom.length > 0 && (
        <details className="group" open={seldom.some((field) => field.name in settings)}>
          <summary className="cursor-pointer font-medium text-accent">{texts.action.more}</summary>
          <div className="mt-3 flex flex-col gap-4">{seldom.map(shown)}</div>
        </details>
      )}
    </>
  );
}
