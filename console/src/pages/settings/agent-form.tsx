/** Adding and changing an agent. What is a secret comes back as a mask, and the mask means what is stored. */
import { call } from "../../api/client";
import { common } from "../../texts/common";
import { settings } from "../../texts/settings";
import { agents as texts } from "../../texts/settings-calls";
import { Checkbox, TextArea, TextField } from "../../ui/field";
import { Select } from "../../ui/select";
import { toast } from "../../ui/toast";
import type { Agent } from "./agents";
import { LIST, ONE } from "./agents";
import { told } from "./kit/answers";
import { type Editor, EditorPanel, Group, useEditor } from "./kit/editor";
import { type Pair, PairsField, pairsOf, recordOf } from "./kit/pairs";

const MASK = "********";
/** The settings that have fields of their own, by provider. */
const OWN: Record<string, readonly string[]> = {
  simulator: [],
  http: ["url", "headers", "secret"],
  twilio: ["account_sid", "auth_token", "url", "twiml", "machine_detection"],
};

type Draft = {
  name: string;
  provider: string;
  url: string;
  secret: string;
  headers: Pair[];
  account_sid: string;
  auth_token: string;
  twiml: string;
  machine_detection: boolean;
  further: string;
};

export function EditAgent({ before, onClose }: { before?: Agent; onClose: () => void }) {
  const editor = useEditor({
    name: null,
    initial: draftOf(before),
    labels: texts.fields,
    refresh: [LIST],
    save: (draft) => {
      const body = { name: draft.name, provider: draft.provider, config: configOf(draft) } as never;
      return told(
        before ? call.PATCH(ONE, { params: { path: { agent_id: before.id } }, body }) : call.POST(LIST, { body }),
      );
    },
    onSaved: () => {
      toast(settings.saved);
      onClose();
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
        label={texts.fields.name}
        isRequired
        maxLength={200}
        value={draft.name}
        onChange={(name) => set({ name })}
        error={errors.of("name")}
      />
      <Select
        label={texts.fields.provider}
        items={Object.entries(texts.providers).map(([id, provider]) => ({ id, ...provider }))}
        value={draft.provider}
        onChange={(provider) => set({ provider })}
        description={texts.providers[draft.provider]?.hint}
        error={errors.of("provider")}
      />
      {draft.provider === "http" && <HttpFields editor={editor} />}
      {draft.provider === "twilio" && <TwilioFields editor={editor} />}
      <Group title={texts.further} hint={texts.furtherHint}>
        <TextArea
          label={texts.fields.config}
          isLabelHidden
          isCode
          rows={4}
          value={draft.further}
          onChange={(further) => set({ further })}
          error={problemOf(draft.further) ?? errors.of("config")}
        />
      </Group>
    </EditorPanel>
  );
}

function HttpFields({ editor: { draft, set, errors } }: { editor: Editor<Draft> }) {
  return (
    <>
      <TextField
        label={texts.fields["config.url"]}
        type="url"
        isRequired
        value={draft.url}
        onChange={(url) => set({ url })}
        description={texts.urlHint}
        error={errors.of("config.url")}
      />
      <Secret
        label={texts.fields["config.secret"]}
        hint={texts.secretHint}
        value={draft.secret}
        onChange={(secret) => set({ secret })}
        error={errors.of("config.secret")}
      />
      <Group title={texts.fields["config.headers"]} hint={texts.headersHint}>
        <PairsField
          names={{ label: texts.headerName }}
          values={{ label: texts.headerValue }}
          add={texts.addHeader}
          pairs={draft.headers}
          onChange={(headers) => set({ headers })}
          error={errors.of("config.headers")}
        />
      </Group>
    </>
  );
}

function TwilioFields({ editor: { draft, set, errors } }: { editor: Editor<Draft> }) {
  return (
    <>
      <TextField
        label={texts.fields["config.account_sid"]}
        isRequired
        isCode
        value={draft.account_sid}
        onChange={(account_sid) => set({ account_sid })}
        error={errors.of("config.account_sid")}
      />
      <Secret
        label={texts.fields["config.auth_token"]}
        isRequired
        value={draft.auth_token}
        onChange={(auth_token) => set({ auth_token })}
        error={errors.of("config.auth_token")}
      />
      <TextField
        label={texts.fields["config.url"]}
        type="url"
        value={draft.url}
        onChange={(url) => set({ url })}
        description={texts.twilioUrlHint}
        error={errors.of("config.url")}
      />
      <TextArea
        label={texts.fields["config.twiml"]}
        isCode
        value={draft.twiml}
        onChange={(twiml) => set({ twiml })}
        description={texts.twimlHint}
        error={errors.of("config.twiml")}
      />
      <Checkbox isSelected={draft.machine_detection} onChange={(machine_detection) => set({ machine_detection })}>
        {texts.machineDetection}
      </Checkbox>
    </>
  );
}

type SecretProps = {
  label: string;
  hint?: string;
  value: string;
  onChange: (value: string) => void;
  error: string | undefined;
  isRequired?: boolean;
};

function Secret({ hint, ...props }: SecretProps) {
  const description = props.value === MASK ? texts.kept : hint;
  return <TextField {...props} type="password" autoComplete="off" description={description} />;
}

function draftOf(agent: Agent | undefined): Draft {
  const provider = agent?.provider ?? "simulator";
  const config = agent?.config ?? {};
  const text = (name: string) => (typeof config[name] === "string" ? String(config[name]) : "");
  const own = OWN[provider] ?? [];
  const further = Object.fromEntries(Object.entries(config).filter(([name]) => !own.includes(name)));
  const headers = provider === "http" && typeof config.headers === "object" ? config.headers : null;
  return {
    name: agent?.name ?? "",
    provider,
    url: own.includes("url") ? text("url") : "",
    secret: own.includes("secret") ? text("secret") : "",
    headers: pairsOf((headers ?? {}) as Record<string, unknown>),
    account_sid: text("account_sid"),
    auth_token: text("auth_token"),
    twiml: text("twiml"),
    machine_detection: config.machine_detection === true,
    further: Object.keys(further).length > 0 ? JSON.stringify(further, null, 2) : "",
  };
}

/** The config as the provider needs it: fields that are empty are left out. */
function configOf(draft: Draft): Record<string, unknown> {
  const values: Record<string, unknown> = {
    ...draft,
    headers: draft.headers.length > 0 ? recordOf(draft.headers) : "",
    machine_detection: draft.machine_detection || "",
  };
  const own = (OWN[draft.provider] ?? []).map((name) => [name, values[name]]).filter(([, value]) => value !== "");
  return { ...(furtherOf(draft.further) ?? {}), ...Object.fromEntries(own) };
}

function problemOf(text: string): string | undefined {
  return furtherOf(text) === undefined ? texts.notJson : undefined;
}

function furtherOf(text: string): Record<string, unknown> | undefined {
  if (text.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
