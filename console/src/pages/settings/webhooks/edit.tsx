/** Adding and changing a webhook. */
import { CheckboxGroup, Label, Radio, RadioGroup } from "react-aria-components";
import { api, call } from "../../../api/client";
import { common } from "../../../texts/common";
import { settings } from "../../../texts/settings";
import { webhooks as texts } from "../../../texts/settings-connections";
import { Checkbox, TextField } from "../../../ui/field";
import { Select } from "../../../ui/select";
import { toast } from "../../../ui/toast";
import { changesOf, told } from "../kit/answers";
import { type Editor, EditorPanel, GroupError, useEditor } from "../kit/editor";
import { EVERYTHING, LIST, ONE, type Webhook } from "./list";

type Draft = {
  url: string;
  description: string | null;
  events: string[];
  secret: string;
  signature_header: string | null;
};

const NO_HEADER = "none";
const { fields } = texts;

type Props = { before?: Webhook; onSaved?: (webhook: Webhook) => void; onClose: () => void };

export function EditWebhook({ before, onSaved, onClose }: Props) {
  const initial: Draft = {
    url: before?.url ?? "",
    description: before?.description ?? null,
    events: before?.events ?? [EVERYTHING],
    secret: "",
    signature_header: before?.signature_header ?? null,
  };
  const editor = useEditor({
    name: null,
    initial,
    labels: fields,
    refresh: [LIST, ONE],
    save: (draft) => save(before, initial, draft),
    onSaved: (webhook) => {
      onClose();
      if (before) toast(settings.saved);
      onSaved?.(webhook);
    },
    onClose,
  });
  const { draft, set, errors } = editor;
  return (
    <EditorPanel
      title={before ? texts.editTitle : texts.addTitle}
      action={before ? common.save : common.add}
      editor={editor}
    >
      <TextField
        label={fields.url}
        type="url"
        isRequired
        value={draft.url}
        onChange={(url) => set({ url })}
        description={texts.urlHint}
        error={errors.of("url")}
      />
      <TextField
        label={fields.description}
        maxLength={1000}
        value={draft.description ?? ""}
        onChange={(description) => set({ description: description || null })}
        error={errors.of("description")}
      />
      {!before?.ruleset_id && <Events editor={editor} />}
      {!before && (
        <TextField
          label={texts.ownSecret}
          type="password"
          autoComplete="off"
          value={draft.secret}
          onChange={(secret) => set({ secret })}
          description={texts.ownSecretHint}
          error={errors.of("secret")}
        />
      )}
      <Select
        label={texts.header}
        items={Object.entries(texts.headers).map(([id, label]) => ({ id, label }))}
        value={draft.signature_header ?? NO_HEADER}
        onChange={(header) => set({ signature_header: header === NO_HEADER ? null : header })}
        description={texts.headerHint}
        error={errors.of("signature_header")}
      />
    </EditorPanel>
  );
}

function save(before: Webhook | undefined, initial: Draft, { secret, ...draft }: Draft): Promise<Webhook> {
  if (!before) return told(call.POST(LIST, { body: { ...draft, ...(secret && { secret }) } as never }));
  const { secret: _, ...known } = initial;
  const body = changesOf(known, draft);
  if (Object.keys(body).length === 0) return Promise.resolve(before);
  return told(call.PATCH(ONE, { params: { path: { webhook_id: before.id } }, body: body as never }));
}

const ALL = "all";
const SOME = "some";

function Events({ editor: { draft, set, errors } }: { editor: Editor<Draft> }) {
  const catalogue = api.useQuery("get", "/console/settings/webhook-events", {});
  const isAll = draft.events.includes(EVERYTHING);
  const known = catalogue.data?.data ?? [];
  const others = draft.events.filter((type) => type !== EVERYTHING && !known.some((event) => event.type === type));
  return (
    <div className="flex flex-col gap-3">
      <RadioGroup
        value={isAll ? ALL : SOME}
        onChange={(choice) => set({ events: choice === ALL ? [EVERYTHING] : [] })}
        className="flex flex-col gap-1.5"
      >
        <Label className="mb-1 font-medium">{fields.events}</Label>
        <Choice id={ALL}>{texts.allEvents}</Choice>
        <Choice id={SOME}>{texts.someEvents}</Choice>
      </RadioGroup>
      {!isAll && (
        <CheckboxGroup
          aria-label={fields.events}
          value={draft.events}
          onChange={(events) => set({ events })}
          className="flex flex-col gap-2.5 pl-6"
        >
          {known.map((event) => (
            <Checkbox key={event.type} value={event.type}>
              <span>
                <code className="text-xs">{event.type}</code>
                <span className="block text-muted text-xs">{firstSentence(event.when)}</span>
              </span>
            </Checkbox>
          ))}
          {others.map((type) => (
            <Checkbox key={type} value={type}>
              <code className="text-xs">{type}</code>
            </Checkbox>
          ))}
        </CheckboxGroup>
      )}
      <GroupError>{errors.of("events")}</GroupError>
    </div>
  );
}

function Choice({ id, children }: { id: string; children: string }) {
  return (
    <Radio value={id} className="group inline-flex items-center gap-2">
      <span
        aria-hidden
        className="size-4 shrink-0 rounded-full border border-line-strong bg-surface group-selected:border-5 group-selected:border-accent group-focus-visible:outline-2 group-focus-visible:outline-accent group-focus-visible:outline-offset-2"
      />
      {children}
    </Radio>
  );
}

/** What is sent along is for those who read the documentation. */
function firstSentence(text: string): string {
  return /^.*?\.(?=\s|$)/s.exec(text)?.[0] ?? text;
}
