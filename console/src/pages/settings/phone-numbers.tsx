/** Phone numbers that calls are placed from. */
import { useQuery } from "@tanstack/react-query";
import { Phone } from "lucide-react";
import { useState } from "react";
import { api, call } from "../../api/client";
import { everyAgent } from "../../api/pages";
import type { components } from "../../api/schema";
import { common } from "../../texts/common";
import { settings } from "../../texts/settings";
import { agents as agentTexts, numbers as texts } from "../../texts/settings-calls";
import { TextButton } from "../../ui/button";
import { TextField } from "../../ui/field";
import { Select } from "../../ui/select";
import { DataTable } from "../../ui/table";
import { toast } from "../../ui/toast";
import { changesOf, told } from "./kit/answers";
import { actionsColumn, RowMenu } from "./kit/columns";
import { EditorPanel, useEditor } from "./kit/editor";
import { ListPage, NEW, useOpened } from "./kit/list";
import { ConfirmRemoval } from "./kit/remove";

type PhoneNumber = components["schemas"]["PhoneNumber"];
type Draft = { phone_number: string; label: string; agent_id: string | null };

const LIST = "/v1/organization-phone-numbers";
const ONE = `${LIST}/{phone_number_id}` as const;
const NO_AGENT = "none";

export default function PhoneNumbersPage() {
  const [opened, open] = useOpened();
  const [removed, remove] = useState<PhoneNumber>();
  const [page, setPage] = useState(1);
  const list = api.useQuery("get", LIST, { params: { query: { page, limit: 50 } } });
  const edited = list.data?.data.find((number) => number.id === opened);
  return (
    <ListPage
      texts={texts}
      icon={Phone}
      onAdd={() => open(NEW)}
      query={list}
      page={page}
      onPage={setPage}
      table={(rows) => <Table rows={rows} onOpen={open} onRemove={remove} />}
    >
      {opened === NEW && <Edit onClose={() => open(null)} />}
      {edited && <Edit key={edited.id} before={edited} onClose={() => open(null)} />}
      {removed && (
        <ConfirmRemoval
          title={texts.removeTitle(removed.phone_number)}
          remove={() => call.DELETE(ONE, { params: { path: { phone_number_id: removed.id } } })}
          refresh={[LIST]}
          done={texts.removed(removed.phone_number)}
          onClose={() => remove(undefined)}
        >
          {texts.removeHint}
        </ConfirmRemoval>
      )}
    </ListPage>
  );
}

type TableProps = {
  rows: readonly PhoneNumber[];
  onOpen: (id: string) => void;
  onRemove: (number: PhoneNumber) => void;
};

function Table({ rows, onOpen, onRemove }: TableProps) {
  const agents = useQuery(everyAgent).data ?? [];
  const { columns } = texts;
  return (
    <DataTable
      label={texts.title}
      rows={rows}
      rowKey={(row) => row.id}
      columns={[
        {
          id: "number",
          label: columns.number,
          isHeader: true,
          cell: (row) => (
            <span className="tabular-nums">
              <TextButton onPress={() => onOpen(row.id)}>{row.phone_number}</TextButton>
            </span>
          ),
        },
        { id: "label", label: columns.label, cell: (row) => row.label },
        { id: "agent", label: columns.agent, cell: (row) => agents.find((agent) => agent.id === row.agent_id)?.name },
        {
          id: "connector",
          label: columns.connector,
          cell: (row) => row.provider && (agentTexts.providers[row.provider]?.label ?? row.provider),
        },
        actionsColumn<PhoneNumber>((row) => (
          <RowMenu
            name={row.phone_number}
            items={[
              { id: "edit", label: common.edit, onAction: () => onOpen(row.id) },
              { id: "remove", label: texts.remove, isDanger: true, onAction: () => onRemove(row) },
            ]}
          />
        )),
      ]}
    />
  );
}

function Edit({ before, onClose }: { before?: PhoneNumber; onClose: () => void }) {
  const agents = useQuery(everyAgent).data ?? [];
  const initial: Draft = {
    phone_number: before?.phone_number ?? "",
    label: before?.label ?? "",
    agent_id: before?.agent_id ?? null,
  };
  const editor = useEditor({
    name: `phone-number:${before?.id ?? NEW}`,
    initial,
    labels: texts.fields,
    refresh: [LIST],
    save: (draft) => save(before, initial, draft),
    onSaved: () => {
      toast(settings.saved);
      onClose();
    },
    onClose,
  });
  const { draft, set, errors } = editor;
  return (
    <EditorPanel title={before ? texts.editTitle(before.phone_number) : texts.addTitle} editor={editor} place="middle">
      <TextField
        label={texts.fields.phone_number}
        type="tel"
        isRequired
        isReadOnly={before !== undefined}
        value={draft.phone_number}
        onChange={(phone_number) => set({ phone_number })}
        description={before ? undefined : texts.numberHint}
        error={errors.of("phone_number")}
      />
      <TextField
        label={texts.fields.label}
        maxLength={200}
        value={draft.label}
        onChange={(label) => set({ label })}
        description={texts.labelHint}
        error={errors.of("label")}
      />
      <Select
        label={texts.fields.agent_id}
        items={[
          { id: NO_AGENT, label: texts.noAgent },
          ...agents.map((agent) => ({ id: agent.id, label: agent.name })),
        ]}
        value={draft.agent_id ?? NO_AGENT}
        onChange={(agent) => set({ agent_id: agent === NO_AGENT ? null : agent })}
        description={texts.agentHint}
        error={errors.of("agent_id")}
      />
      <p className="text-muted text-xs">{texts.capsHint}</p>
    </EditorPanel>
  );
}

function save(before: PhoneNumber | undefined, initial: Draft, draft: Draft) {
  if (!before) return told(call.POST(LIST, { body: draft as never }));
  const { phone_number: _, ...changes } = changesOf(initial, draft);
  if (Object.keys(changes).length === 0) return Promise.resolve(before);
  return told(call.PATCH(ONE, { params: { path: { phone_number_id: before.id } }, body: changes }));
}
