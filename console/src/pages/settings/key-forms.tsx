/** Making a key, and showing it the only time. */
import { useState } from "react";
import { call } from "../../api/client";
import { common } from "../../texts/common";
import { keys as texts } from "../../texts/keys";
import { Button } from "../../ui/button";
import { CopyableCode } from "../../ui/code";
import { Dialog } from "../../ui/dialog";
import { TextField } from "../../ui/field";
import { Segments } from "../../ui/segments";
import { Select } from "../../ui/select";
import { AREAS, LEVELS, type Levels, NOTHING, type Scope, scopesOf } from "./key-scopes";
import { LIST, type NewKey } from "./keys";
import { told } from "./kit/answers";
import { EditorPanel, Group, GroupError, useEditor } from "./kit/editor";
import { MomentField, momentOf } from "./kit/moment";

const LABELS = { name: texts.name, scopes: texts.reach, expires_at: texts.expires };
const REACHES = [
  { id: "some", label: texts.reaches.some },
  { id: "all", label: texts.reaches.all },
] as const;

type Draft = { name: string; expires: string; reach: "all" | "some"; levels: Levels };

const INITIAL: Draft = { name: "", expires: "", reach: "some", levels: { ...NOTHING, leads: "write" } };

export function CreateKey({ onMade, onClose }: { onMade: (key: NewKey) => void; onClose: () => void }) {
  const editor = useEditor<Draft, NewKey>({
    name: "key:new",
    initial: INITIAL,
    labels: LABELS,
    save: async ({ name, expires, reach, levels }) => {
      const scopes: Scope[] = reach === "all" ? ["admin"] : scopesOf(levels);
      if (scopes.length === 0) throw new Error(texts.chooseSomething);
      return (await told(call.POST(LIST, { body: { name, scopes, expires_at: momentOf(expires) } }))).data;
    },
    refresh: [LIST],
    onSaved: (made) => {
      onClose();
      onMade(made);
    },
    onClose,
  });
  const { draft, set, errors } = editor;
  return (
    <EditorPanel title={texts.addTitle} editor={editor} action={texts.add} place="middle">
      <TextField
        label={texts.name}
        description={texts.nameHint}
        maxLength={200}
        autoComplete="off"
        value={draft.name}
        onChange={(name) => set({ name })}
        error={errors.of("name")}
        isRequired
      />
      <Group title={texts.reach} hint={texts.reachHints[draft.reach]}>
        <div className="flex">
          <Segments label={texts.reach} items={REACHES} value={draft.reach} onChange={(reach) => set({ reach })} />
        </div>
        {draft.reach === "some" && <Areas levels={draft.levels} onChange={(levels) => set({ levels })} />}
        <GroupError>{errors.of("scopes")}</GroupError>
      </Group>
      <MomentField
        label={texts.expires}
        description={texts.expiresHint}
        value={draft.expires}
        onChange={(expires) => set({ expires })}
        error={errors.of("expires_at")}
      />
    </EditorPanel>
  );
}

function Areas({ levels, onChange }: { levels: Levels; onChange: (levels: Levels) => void }) {
  const items = LEVELS.map((level) => ({ id: level, label: texts.levels[level] }));
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      {AREAS.map((area) => (
        <Select
          key={area}
          label={texts.areas[area]}
          items={items}
          value={levels[area]}
          onChange={(id) => onChange({ ...levels, [area]: LEVELS.find((level) => level === id) ?? "none" })}
        />
      ))}
    </div>
  );
}

const STYLES = ["nexor", "routeswit", "dialnexa"] as const;
type Style = (typeof STYLES)[number];

/** The server answers in one spelling; the same key in the others. Its first 16 letters are its public half. */
function spell(made: NewKey, style: Style): string {
  const letters = made.key.replace(/^sk_live_/, "");
  if (style === "routeswit") return made.key;
  if (style === "nexor") return `nxr_live_${letters}`;
  return `${made.key_id}:${letters.slice(made.key_id.length)}`;
}

export function ShownKey({ made, onClose }: { made: NewKey; onClose: () => void }) {
  const [style, setStyle] = useState<Style>("nexor");
  const footer = (
    <Button kind="primary" onPress={onClose}>
      {common.close}
    </Button>
  );
  return (
    <Dialog title={texts.shownTitle(made.name)} isOpen onOpenChange={(isOpen) => isOpen || onClose()} footer={footer}>
      <div className="flex flex-col gap-4">
        <p>{texts.shownHint}</p>
        <CopyableCode label={texts.key}>{spell(made, style)}</CopyableCode>
        <Select
          label={texts.spelling}
          description={texts.spellingHint}
          items={STYLES.map((id) => ({ id, label: texts.spellings[id] }))}
          value={style}
          onChange={(id) => setStyle(STYLES.find((one) => one === id) ?? style)}
        />
      </div>
    </Dialog>
  );
}
