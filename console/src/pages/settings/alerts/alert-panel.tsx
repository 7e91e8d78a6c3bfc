/** Adding and changing an alert: whatever its kind, it belongs to a ruleset, and may tell a new secret once it is saved. */
import type { ReactNode } from "react";
import { common } from "../../../texts/common";
import { settings } from "../../../texts/settings";
import { alerts as texts } from "../../../texts/settings-connections";
import { Select } from "../../../ui/select";
import { toast } from "../../../ui/toast";
import { type Editor, EditorPanel, useEditor } from "../kit/editor";
import { NEW } from "../kit/list";
import { nameOf, useRulesets } from "../targets";

export type Alert = { id: string; rulesetId: string };

export type EditProps<A extends Alert> = {
  before?: A;
  /** Saving one for a ruleset that has one replaces it. */
  all: readonly A[];
  onSaved: (secret: string | undefined) => void;
  onClose: () => void;
};

/** The lists that change with an alert: its own, and that of the webhooks that tell of it. */
export function refreshed(path: string): readonly string[] {
  return [path, "/v1/user-webhooks"];
}

type Draft = { ruleset_id: string | null };
type Saved = { data: { webhook_secret?: string } };

type Options<D extends Draft> = {
  name: string;
  path: string;
  initial: D;
  save: (draft: D) => Promise<Saved>;
};

export function useAlertEditor<A extends Alert, D extends Draft>(
  { before, onSaved, onClose }: EditProps<A>,
  { name, path, initial, save }: Options<D>,
): Editor<D> {
  return useEditor({
    name: `${name}:${before?.id ?? NEW}`,
    initial,
    labels: texts.fields,
    refresh: refreshed(path),
    save,
    onSaved: ({ data }) => {
      onClose();
      toast(settings.saved);
      onSaved(data.webhook_secret);
    },
    onClose,
  });
}

type PanelProps<A extends Alert, D extends Draft> = {
  of: EditProps<A>;
  editor: Editor<D>;
  titles: { add: string; edit: (ruleset: string) => string };
  place?: "middle" | "side";
  children: ReactNode;
};

export function AlertPanel<A extends Alert, D extends Draft>({ of, editor, titles, ...props }: PanelProps<A, D>) {
  const rulesets = useRulesets();
  const { before, all } = of;
  const named = before && (nameOf(rulesets, before.rulesetId) ?? before.rulesetId);
  return (
    <EditorPanel
      title={named ? titles.edit(named) : titles.add}
      action={before ? common.save : common.add}
      editor={editor}
      place={props.place ?? "side"}
    >
      {!before && <Ruleset editor={editor} isTaken={(id) => all.some((alert) => alert.rulesetId === id)} />}
      {props.children}
    </EditorPanel>
  );
}

type RulesetProps<D extends Draft> = { editor: Editor<D>; isTaken: (rulesetId: string | null) => boolean };

function Ruleset<D extends Draft>({ editor: { draft, set, errors }, isTaken }: RulesetProps<D>) {
  return (
    <Select
      label={texts.fields.ruleset_id}
      isRequired
      items={useRulesets()}
      value={draft.ruleset_id}
      placeholder={settings.choose}
      onChange={(ruleset_id) => set({ ruleset_id } as Partial<D>)}
      description={isTaken(draft.ruleset_id) ? texts.replaces : undefined}
      error={errors.of("ruleset_id")}
    />
  );
}
