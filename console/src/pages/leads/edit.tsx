/** Changing a lead's own fields. Only what was changed is sent: two people do not undo each other's work. */
import { useState } from "react";
import { call } from "../../api/client";
import { leads } from "../../texts/leads";
import { TextField } from "../../ui/field";
import { Select } from "../../ui/select";
import { toast } from "../../ui/toast";
import { readValue, writeValue } from "../../ui/values";
import { changesOf, told } from "../settings/kit/answers";
import { type Editor, EditorPanel, Group, GroupError, useEditor } from "../settings/kit/editor";
import { type Pair, PairsField, recordOf } from "../settings/kit/pairs";
import { useChoices } from "./choices";
import { leadName } from "./columns";
import type { Lead } from "./lead";

const texts = leads.edit;
const FIELDS = ["first_name", "last_name", "email", "phone", "company", "title", "source"] as const;
const REQUIRED = ["first_name", "source"];
const NO_CAMPAIGN = "none";

const LABELS = {
  ...leads.columnNames,
  first_name: texts.first_name,
  last_name: texts.last_name,
  campaign_id: leads.columnNames.campaign ?? "",
  metadata: leads.metadata,
} as Record<string, string>;

type Draft = Record<(typeof FIELDS)[number], string> & {
  campaign_id: string | null;
  /** What the lead has of its own, by name, as it is written in a field. */
  metadata: Record<string, string>;
  added: Pair[];
};

export function EditLead({ lead, onClose }: { lead: Lead; onClose: () => void }) {
  // As it was when the panel opened: what changes meanwhile was not changed here.
  const [initial] = useState(() => draftOf(lead));
  const editor = useEditor({
    name: `lead:${lead.id}`,
    initial,
    labels: LABELS,
    refresh: ["/console/leads/{lead_id}", "/console/leads"],
    save: (draft) => save(lead.id, initial, draft),
    onSaved: () => {
      toast(texts.saved);
      onClose();
    },
    onClose,
  });
  const { draft, set, errors } = editor;
  return (
    <EditorPanel title={texts.title(leadName(lead))} editor={editor}>
      <div className="grid gap-4 sm:grid-cols-2">
        {FIELDS.map((name) => (
          <TextField
            key={name}
            label={LABELS[name] ?? name}
            value={draft[name]}
            onChange={(value) => set({ [name]: value })}
            error={errors.of(name)}
            isRequired={REQUIRED.includes(name)}
          />
        ))}
        <Campaign editor={editor} />
      </div>
      <Metadata editor={editor} isWhole={lead.metadata.whole} />
    </EditorPanel>
  );
}

function Campaign({ editor: { draft, set, errors } }: { editor: Editor<Draft> }) {
  const { campaigns } = useChoices();
  if (campaigns.length === 0) return null;
  return (
    <Select
      label={LABELS.campaign_id ?? ""}
      items={[{ id: NO_CAMPAIGN, label: texts.noCampaign }, ...campaigns]}
      value={draft.campaign_id ?? NO_CAMPAIGN}
      onChange={(id) => set({ campaign_id: id === NO_CAMPAIGN ? null : id })}
      error={errors.of("campaign_id")}
    />
  );
}

/** Fields keep their names here: nothing takes one away from a lead. */
function Metadata({ editor: { draft, set, errors }, isWhole }: { editor: Editor<Draft>; isWhole: boolean }) {
  return (
    <Group title={leads.metadata} hint={isWhole ? texts.metadataHint : texts.metadataPart}>
      <div className="grid gap-4 sm:grid-cols-2">
        {Object.entries(draft.metadata).map(([name, value]) => (
          <TextField
            key={name}
            label={name}
            value={value}
            onChange={(written) => set({ metadata: { ...draft.metadata, [name]: written } })}
          />
        ))}
      </div>
      <GroupError>{errors.of("metadata")}</GroupError>
      <PairsField
        names={{ label: texts.field }}
        values={{ label: texts.value }}
        add={texts.add}
        pairs={draft.added}
        onChange={(added) => set({ added })}
      />
    </Group>
  );
}

function draftOf(lead: Lead): Draft {
  const { shown, whole } = lead.metadata;
  const fields = Object.fromEntries(FIELDS.map((name) => [name, lead[name] ?? ""]));
  const own: [string, unknown][] = whole ? Object.entries(shown) : [];
  return {
    ...(fields as Record<(typeof FIELDS)[number], string>),
    campaign_id: lead.campaign?.id ?? null,
    metadata: Object.fromEntries(own.map(([name, value]) => [name, value === null ? "" : writeValue(value)])),
    added: [],
  };
}

function save(leadId: string, initial: Draft, draft: Draft) {
  const { metadata: before, added: _, ...known } = initial;
  const { metadata: after, added, ...fields } = draft;
  const metadata = { ...read(changesOf(before, after)), ...read(recordOf(added)) };
  const body = {
    ...changesOf(known, fields as typeof known),
    ...(Object.keys(metadata).length > 0 && { metadata }),
  };
  if (Object.keys(body).length === 0) return Promise.resolve(null);
  return told(
    call.PATCH("/api/public/leads/{lead_id}", { params: { path: { lead_id: leadId } }, body: body as never }),
  );
}

function read(written: Partial<Record<string, string>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(written).map(([name, text]) => [name, text ? readValue(text) : null]));
}
