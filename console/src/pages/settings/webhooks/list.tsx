import { Webhook as Icon } from "lucide-react";
import { useState } from "react";
import { api } from "../../../api/client";
import type { components } from "../../../api/schema";
import { webhooks as texts } from "../../../texts/settings-connections";
import { Badge } from "../../../ui/badge";
import { TextLink } from "../../../ui/button";
import { Moment } from "../../../ui/moment";
import { DataTable } from "../../../ui/table";
import { ListPage, NEW, useOpened } from "../kit/list";
import { ShownOnce } from "../kit/secret";
import { EditWebhook } from "./edit";

export type Webhook = components["schemas"]["UserWebhook"];

export const LIST = "/v1/user-webhooks";
export const ONE = `${LIST}/{webhook_id}` as const;
export const EVERYTHING = "*";

export function WebhookList() {
  const [opened, open] = useOpened();
  const [secret, show] = useState<string>();
  const [page, setPage] = useState(1);
  const list = api.useQuery("get", LIST, { params: { query: { page, limit: 50 } } });
  return (
    <ListPage
      texts={texts}
      icon={Icon}
      onAdd={() => open(NEW)}
      query={list}
      page={page}
      onPage={setPage}
      table={(rows) => <Table rows={rows} />}
    >
      {opened === NEW && <EditWebhook onSaved={({ secret: fresh }) => show(fresh)} onClose={() => open(null)} />}
      {secret && (
        <ShownOnce title={texts.secretTitle} hint={texts.secretHint} secret={secret} onClose={() => show(undefined)} />
      )}
    </ListPage>
  );
}

function Table({ rows }: { rows: readonly Webhook[] }) {
  const { columns } = texts;
  return (
    <DataTable
      label={texts.title}
      rows={rows}
      rowKey={(row) => row.id}
      columns={[
        {
          id: "url",
          label: columns.url,
          isHeader: true,
          cell: (row) => (
            <>
              <span className="break-all font-medium">
                <TextLink to={`/settings/webhooks/${row.id}`}>{row.url}</TextLink>
              </span>
              {row.description && <span className="block break-words text-muted text-xs">{row.description}</span>}
            </>
          ),
        },
        { id: "events", label: columns.events, cell: (row) => heard(row) },
        { id: "state", label: columns.state, cell: (row) => <State webhook={row} /> },
        { id: "created", label: columns.created, cell: (row) => <Moment at={row.created_at} /> },
      ]}
    />
  );
}

export function heard({ events }: Webhook): string {
  return events.includes(EVERYTHING) ? texts.everything : texts.events(events.length);
}

export function State({ webhook }: { webhook: Webhook }) {
  return (
    <span className="flex flex-wrap gap-1">
      {!webhook.is_active ? (
        <Badge tone="bad">{texts.states.off}</Badge>
      ) : webhook.failing_since ? (
        <Badge tone="warn">{texts.states.failing}</Badge>
      ) : (
        <Badge tone="good">{texts.states.on}</Badge>
      )}
      {webhook.ruleset_id && <Badge>{texts.ofAlert}</Badge>}
    </span>
  );
}
