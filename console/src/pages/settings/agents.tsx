/** Agents: who speaks in calls, and how they are reached. */
import { Bot } from "lucide-react";
import { useState } from "react";
import { api, call } from "../../api/client";
import type { components } from "../../api/schema";
import { useMayWrite } from "../../session/session";
import { common } from "../../texts/common";
import { settings } from "../../texts/settings";
import { agents as texts } from "../../texts/settings-calls";
import { Menu } from "../../ui/menu";
import { Moment } from "../../ui/moment";
import { Card, Empty, Page } from "../../ui/page";
import { DataTable } from "../../ui/table";
import { EditAgent } from "./agent-form";
import { AddButton, Loaded, NEW, Pager, useOpened } from "./kit/list";
import { ConfirmRemoval } from "./kit/remove";

export type Agent = components["schemas"]["Agent"];

export const LIST = "/v1/agents";
export const ONE = `${LIST}/{agent_id}` as const;

export default function AgentsPage() {
  const [opened, open] = useOpened();
  const [removed, remove] = useState<Agent>();
  const [page, setPage] = useState(1);
  const list = api.useQuery("get", LIST, { params: { query: { page, limit: 50 } } });
  const edited = list.data?.data.find((agent) => agent.id === opened);
  return (
    <Page title={texts.title} hint={texts.hint} actions={<AddButton label={texts.add} onPress={() => open(NEW)} />}>
      <Card isFlush>
        <Loaded query={list}>
          {({ data, meta }) =>
            data.length > 0 ? (
              <>
                <Table rows={data} onOpen={open} onRemove={remove} />
                <Pager page={page} pages={meta.totalPages} total={meta.total} onChange={setPage} />
              </>
            ) : (
              <Empty icon={Bot} title={texts.empty} action={<AddButton label={texts.add} onPress={() => open(NEW)} />}>
                {texts.emptyHint}
              </Empty>
            )
          }
        </Loaded>
      </Card>
      {opened === NEW && <EditAgent onClose={() => open(null)} />}
      {edited && <EditAgent key={edited.id} before={edited} onClose={() => open(null)} />}
      {removed && (
        <ConfirmRemoval
          title={texts.removeTitle(removed.name)}
          remove={() => call.DELETE(ONE, { params: { path: { agent_id: removed.id } } })}
          refresh={[LIST, "/v1/organization-phone-numbers"]}
          done={texts.removed(removed.name)}
          onClose={() => remove(undefined)}
        >
          {texts.removeHint}
        </ConfirmRemoval>
      )}
    </Page>
  );
}

type TableProps = { rows: readonly Agent[]; onOpen: (id: string) => void; onRemove: (agent: Agent) => void };

function Table({ rows, onOpen, onRemove }: TableProps) {
  const mayWrite = useMayWrite();
  const { columns } = texts;
  return (
    <DataTable
      label={texts.title}
      rows={rows}
      rowKey={(row) => row.id}
      columns={[
        {
          id: "name",
          label: columns.name,
          isHeader: true,
          cell: (row) => (
            <button
              type="button"
              className="break-words text-left font-medium text-accent hover:underline"
              onClick={() => onOpen(row.id)}
            >
              {row.name}
            </button>
          ),
        },
        {
          id: "provider",
          label: columns.provider,
          cell: (row) => texts.providers[row.provider]?.label ?? row.provider,
        },
        { id: "id", label: columns.id, cell: (row) => <code className="text-muted text-xs">{row.id}</code> },
        { id: "changed", label: columns.changed, cell: (row) => <Moment at={row.updated_at} isAgo /> },
        {
          id: "actions",
          label: settings.actions,
          isLabelHidden: true,
          cell: (row) =>
            mayWrite && (
              <Menu
                label={settings.actionsFor(row.name)}
                items={[
                  { id: "edit", label: common.edit, onAction: () => onOpen(row.id) },
                  { id: "remove", label: texts.remove, isDanger: true, onAction: () => onRemove(row) },
                ]}
              />
            ),
        },
      ]}
    />
  );
}
