/** Agents: who speaks in calls, and how they are reached. */
import { Bot } from "lucide-react";
import { useState } from "react";
import { api, call } from "../../api/client";
import type { components } from "../../api/schema";
import { common } from "../../texts/common";
import { agents as texts } from "../../texts/settings-calls";
import { Moment } from "../../ui/moment";
import { DataTable } from "../../ui/table";
import { EditAgent } from "./agent-form";
import { actionsColumn, nameColumn, RowMenu } from "./kit/columns";
import { ListPage, NEW, useOpened } from "./kit/list";
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
    <ListPage
      texts={texts}
      icon={Bot}
      onAdd={() => open(NEW)}
      query={list}
      page={page}
      onPage={setPage}
      table={(rows) => <Table rows={rows} onOpen={open} onRemove={remove} />}
    >
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
    </ListPage>
  );
}

type TableProps = { rows: readonly Agent[]; onOpen: (id: string) => void; onRemove: (agent: Agent) => void };

function Table({ rows, onOpen, onRemove }: TableProps) {
  const { columns } = texts;
  return (
    <DataTable
      label={texts.title}
      rows={rows}
      rowKey={(row) => row.id}
      columns={[
        nameColumn<Agent>(
          columns.name,
          (row) => row.name,
          (row) => onOpen(row.id),
        ),
        {
          id: "provider",
          label: columns.provider,
          cell: (row) => texts.providers[row.provider]?.label ?? row.provider,
        },
        { id: "id", label: columns.id, cell: (row) => <code className="text-muted text-xs">{row.id}</code> },
        { id: "changed", label: columns.changed, cell: (row) => <Moment at={row.updated_at} isAgo /> },
        actionsColumn<Agent>((row) => (
          <RowMenu
            name={row.name}
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
