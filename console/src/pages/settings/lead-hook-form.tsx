/** Adding and changing a hook for leads: where they go, and what in them is what. */
import { call } from "../../api/client";
import { common } from "../../texts/common";
import { settings } from "../../texts/settings";
import { hooks as texts } from "../../texts/settings-connections";
import { Switch, TextField } from "../../ui/field";
import { Select } from "../../ui/select";
import { toast } from "../../ui/toast";
import { changesOf, told } from "./kit/answers";
import { type Editor, EditorPanel, Group, useEditor } from "./kit/editor";
import { type Pair, PairsField, pairsOf, recordOf, valuesOf } from "./kit/pairs";
import { type Hook, LIST, ONE } from "./lead-hooks";
import { KINDS, type Kind, targetOf, useTargets } from "./targets";

type Draft = {
  name: string;
  kind: Kind;
  target: string | null;
  mapping: Pair[];
  defaults: Pair[];
  redirect: string;
  secret: string;
  dropsSecret: boolean;
};

const REDIRECT = "redirect_url";
const FIELDS = Object.entries(texts.leadFields).map(([id, label]) => ({ id, label: id, hint: label }));
const { fields } = texts;

type Props = { before?: Hook; onSaved?: (hook: Hook) => void; onClose: () => void };

export function EditHook({ before, onSaved, onClose }: Props) {
  const initial = draftOf(before);
  const editor = useEditor({
    name: null,
    initial,
    labels: fields,
    refresh: [LIST],
    save: (draft) => save(before, initial, draft),
    onSaved: (hook) => {
      onClose();
      if (before) toast(settings.saved);
      onSaved?.(hook);
    },
    onClose,
  });
  const { draft, set, errors } = editor;
  return (
    <EditorPanel
      title={before ? texts.editTitle(before.name) : texts.addTitle}
      action={before ? common.save : common.add}
      editor={editor}
    >
      <TextField
        label={fields.name}
        isRequired
        maxLength={200}
        value={draft.name}
        onChange={(name) => set({ name })}
        error={errors.of("name")}
      />
      <Target editor={editor} />
      <Group title={texts.mapping} hint={texts.mappingHint}>
        <PairsField
          names={{ label: texts.mappingField, choices: FIELDS }}
          values={{ label: texts.mappingPath }}
          add={texts.addMapping}
          pairs={draft.mapping}
          onChange={(mapping) => set({ mapping })}
          error={errors.of("mapping")}
        />
      </Group>
      <Group title={texts.defaults} hint={texts.defaultsHint}>
        <PairsField
          names={{ label: texts.mappingField, choices: FIELDS }}
          values={{ label: texts.defaultValue }}
          add={texts.addDefault}
          pairs={draft.defaults}
          onChange={(defaults) => set({ defaults })}
          error={errors.of("defaults")}
        />
      </Group>
      <TextField
        label={texts.redirect}
        type="url"
        value={draft.redirect}
        onChange={(redirect) => set({ redirect })}
        description={texts.redirectHint}
        error={errors.of("defaults.redirect_url")}
      />
      <Secret editor={editor} hasSecret={before?.has_secret ?? false} />
    </EditorPanel>
  );
}

function Target({ editor: { draft, set, errors } }: { editor: Editor<Draft> }) {
  const targets = useTargets();
  return (
    <div className="grid grid-cols-2 gap-3">
      <Select
        label={texts.kind}
        items={KINDS.map((id) => ({ id, ...texts.kinds[id] }))}
        value={draft.kind}
        onChange={(kind) => set({ kind: kind as Kind, target: null })}
      />
      <Select
        label={texts.which[draft.kind]}
        isRequired
        items={targets[draft.kind]}
        value={draft.target}
        placeholder={settings.choose}
        onChange={(target) => set({ target })}
        error={errors.of(draft.kind)}
      />
    </div>
  );
}

function Secret({ editor: { draft, set, errors }, hasSecret }: { editor: Editor<Draft>; hasSecret: boolean }) {
  return (
    <Group title={texts.security} hint={hasSecret ? texts.secretStored : texts.secretHint}>
      <TextField
        label={fields.secret}
        type="password"
        autoComplete="off"
        isDisabled={draft.dropsSecret}
        value={draft.secret}
        onChange={(secret) => set({ secret })}
        error={errors.of("secret")}
      />
      {hasSecret && (
        <Switch isSelected={draft.dropsSecret} onChange={(dropsSecret) => set({ dropsSecret })}>
          {texts.dropSecret}
        </Switch>
      )}
    </Group>
  );
}

function save(before: Hook | undefined, initial: Draft, draft: Draft): Promise<Hook> {
  if (!before) return told(call.POST(LIST, { body: sent(draft) as never }));
  const { [draft.kind]: target, ...known } = sent(initial) as Record<string, unknown>;
  const body = changesOf({ ...known, [draft.kind]: target }, sent(draft));
  if (Object.keys(body).length === 0) return Promise.resolve(before);
  return told(call.PATCH(ONE, { params: { path: { hook_id: before.id } }, body: body as never }));
}

function draftOf(hook: Hook | undefined): Draft {
  const { kind, id } = hook ? targetOf(hook) : { kind: KINDS[0], id: null };
  const { [REDIRECT]: redirect, ...defaults } = (hook?.defaults ?? {}) as Record<string, unknown>;
  return {
    name: hook?.name ?? "",
    kind,
    target: id,
    mapping: pairsOf(hook?.mapping ?? {}),
    defaults: pairsOf(defaults),
    redirect: typeof redirect === "string" ? redirect : "",
    secret: "",
    dropsSecret: false,
  };
}

/** A draft as the server takes it. Metadata may be anything, all else is text. */
function sent(draft: Draft): Record<string, unknown> {
  const metadata = draft.defaults.filter(({ name }) => name.startsWith("metadata."));
  const texts = draft.defaults.filter(({ name }) => !name.startsWith("metadata."));
  const secret = draft.dropsSecret ? { secret: null } : draft.secret ? { secret: draft.secret } : {};
  return {
    name: draft.name,
    [draft.kind]: draft.target,
    mapping: recordOf(draft.mapping),
    defaults: { ...recordOf(texts), ...valuesOf(metadata), ...(draft.redirect && { [REDIRECT]: draft.redirect }) },
    ...secret,
  };
}
