/** API keys: how other programs sign in. Made, shown once, revoked. */
import { KeyRound, Trash2 } from "lucide-react";
import { useState } from "react";
import { api, call } from "../../api/client";
import type { components } from "../../api/schema";
import { useMayAdmin } from "../../session/session";
import { keys as texts } from "../../texts/keys";
import { Badge } from "../../ui/badge";
import { IconButton } from "../../ui/button";
import { formatDate } from "../../ui/format";
import { Moment } from "../../ui/moment";
import { DataTable } from "../../ui/table";
import { CreateKey, ShownKey } from "./key-forms";
import { sayScopes } from "./key-scopes";
import { actionsColumn } from "./kit/columns";
import { ListPage, NEW, type Paged, useOpened } from "./kit/list";
import { ConfirmRemoval } from "./kit/remove";

type Key = components["schemas"]["ApiKeyRecord"];
export type NewKey = components["schemas"]["NewApiKeyRecord"];

export const LIST = "/api/v1/keys";
const ONE = `${LIST}/{key_id}` as const;
const PAGE = 50;

export default function KeysPage() {
  const [opened, open] = useOpened();
  const [made, show] = useState<NewKey>();
  const [revoked, revoke] = useState<Key>();
  const [page, setPage] = useState(1);
  const query = { limit: PAGE, offset: (page - 1) * PAGE };
  const list = api.useQuery("get", LIST, { params: { query } }, { select: inPages });
  const mayAdmin = useMayAdmin();
  return (
    <ListPage
      texts={texts}
      icon={KeyRound}
      onAdd={mayAdmin ? () => open(NEW) : undefined}
      query={list}
      page={page}
      onPage={setPage}
      table={(rows) => <Table rows={rows} onRevoke={revoke} />}
    >
      {opened === NEW && <CreateKey onMade={show} onClose={() => open(null)} />}
      {made && <ShownKey made={made} onClose={() => show(undefined)} />}
      {revoked && (
        <ConfirmRemoval
          title={texts.revokeTitle(revoked.name)}
          action={texts.revoke}
          remove={() => call.DELETE(ONE, { params: { path: { key_id: revoked.id } } })}
          refresh={[LIST]}
          done={texts.revoked(revoked.name)}
          onClose={() => revoke(undefined)}
        >
          {texts.revokeHint}
        </ConfirmRemoval>
      )}
    </ListPage>
  );
}

function inPages({ data, total }: { data: Key[]; total: number }): Paged<Key> {
  return { data, meta: { total, totalPages: Math.ceil(total / PAGE) } };
}

function Table({ rows, onRevoke }: { rows: readonly Key[]; onRevoke: (key: Key) => void }) {
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
            <>
              <span className="block break-words font-medium">{row.name}</span>
              <span className="block whitespace-nowrap font-mono text-muted text-xs">{row.key_id}…</span>
            </>
          ),
        },
        { id: "may", label: columns.may, cell: (row) => sayScopes(row.scopes) },
        { id: "created", label: columns.created, cell: (row) => formatDate(row.created_at) },
        {
          id: "used",
          label: columns.used,
          cell: (row) => (row.last_used_at ? <Moment at={row.last_used_at} isAgo /> : <Never />),
        },
        { id: "expires", label: columns.expires, cell: (row) => <Expiry at={row.expires_at} /> },
        actionsColumn<Key>((row) => (
          <IconButton label={texts.revokeOne(row.name)} icon={Trash2} isSmall onPress={() => onRevoke(row)} />
        )),
      ]}
    />
  );
}

function Expiry({ at }: { at: string | null }) {
  if (at === null) return <Never />;
  if (new Date(at) <= new Date()) return <Badge tone="warn">{texts.expired}</Badge>;
  return <span className="whitespace-nowrap">{formatDate(at)}</span>;
}

function Never() {
  return <span className="text-muted">{texts.never}</span>;
}
