/** Who signs in to the console: invite, change, let in again, switch off, delete. */
import { KeyRound, Pencil, Power, PowerOff, Trash2, UserPlus, Users } from "lucide-react";
import { useState } from "react";
import { call } from "../../api/client";
import { useParts } from "../../api/pages";
import type { components } from "../../api/schema";
import { type Role, useMayAdmin, useSession } from "../../session/session";
import { common } from "../../texts/common";
import { people as texts } from "../../texts/people";
import { Badge, type Tone } from "../../ui/badge";
import { Button } from "../../ui/button";
import { formatDate } from "../../ui/format";
import type { MenuAction } from "../../ui/menu";
import { Moment } from "../../ui/moment";
import { Card, Empty, Page } from "../../ui/page";
import { DataTable } from "../../ui/table";
import { toast, toastProblem } from "../../ui/toast";
import { told } from "./kit/answers";
import { actionsColumn, RowMenu } from "./kit/columns";
import { useRefresh } from "./kit/editor";
import { Loaded, NEW, useOpened } from "./kit/list";
import { ConfirmRemoval } from "./kit/remove";
import { ShownOnce } from "./kit/secret";
import { EditUser, InviteUser } from "./user-forms";

export type User = components["schemas"]["UserRecord"];
export type Made = { name: string; link: string };

export const LIST = "/console/users";
export const ONE = `${LIST}/{user_id}` as const;

type Asked = { user: User; what: "link" | "off" | "remove" };

export default function UsersPage() {
  const [opened, open] = useOpened();
  const [asked, ask] = useState<Asked>();
  const [made, show] = useState<Made>();
  const list = useUsers();
  const edited = list.data?.rows.find((user) => user.id === opened);
  const mayAdmin = useMayAdmin();
  const invite = mayAdmin && (
    <Button kind="primary" icon={UserPlus} onPress={() => open(NEW)}>
      {texts.invite}
    </Button>
  );
  return (
    <Page title={texts.title} hint={texts.hint} actions={invite}>
      <Card isFlush>
        <Loaded query={list}>
          {({ rows }) => (
            <>
              <Table rows={rows} onOpen={open} onAsk={ask} />
              {list.hasNextPage && (
                <div className="px-5 py-3">
                  <Button onPress={() => list.fetchNextPage()} isPending={list.isFetchingNextPage}>
                    {common.more}
                  </Button>
                </div>
              )}
            </>
          )}
        </Loaded>
      </Card>
      {list.data?.total === 1 && (
        <Empty icon={Users} title={texts.alone}>
          {texts.aloneHint}
        </Empty>
      )}
      {opened === NEW && <InviteUser onMade={show} onClose={() => open(null)} />}
      {edited && <EditUser key={edited.id} user={edited} onClose={() => open(null)} />}
      {asked && <Question {...asked} onMade={show} onClose={() => ask(undefined)} />}
      {made && (
        <ShownOnce
          title={texts.linkTitle(made.name)}
          hint={texts.linkHint}
          secret={`${window.location.origin}${made.link}`}
          onClose={() => show(undefined)}
        />
      )}
    </Page>
  );
}

function useUsers() {
  return useParts<User>(["get", LIST], (cursor, signal) =>
    call.GET(LIST, { params: { query: { limit: 100, ...(cursor && { cursor }) } }, signal }),
  );
}

type TableProps = { rows: readonly User[]; onOpen: (id: string) => void; onAsk: (asked: Asked) => void };

function Table({ rows, onOpen, onAsk }: TableProps) {
  const me = useSession().user;
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
              <span className="block break-words font-medium">
                {row.name} {row.id === me.id && <span className="font-normal text-muted">({texts.you})</span>}
              </span>
              <span className="block break-all text-muted text-xs">{row.email}</span>
            </>
          ),
        },
        { id: "role", label: columns.role, cell: (row) => common.role[row.role as Role] },
        { id: "state", label: columns.state, cell: (row) => <State user={row} /> },
        {
          id: "seen",
          label: columns.seen,
          cell: (row) =>
            row.seen_at ? <Moment at={row.seen_at} isAgo /> : <span className="text-muted">{texts.never}</span>,
        },
        actionsColumn<User>((row) => <Actions user={row} onOpen={onOpen} onAsk={onAsk} />),
      ]}
    />
  );
}

function State({ user }: { user: User }) {
  const { states } = texts;
  const state = !user.is_active ? "off" : user.has_password ? "active" : user.link_expires_at ? "invited" : "expired";
  const tones: Record<typeof state, Tone> = { off: "plain", active: "good", invited: "info", expired: "warn" };
  return (
    <>
      <Badge tone={tones[state]}>{states[state]}</Badge>
      {user.link_expires_at && user.is_active && (
        <span className="block text-muted text-xs">{texts.linkUntil(formatDate(user.link_expires_at))}</span>
      )}
    </>
  );
}

type ActionsProps = { user: User; onOpen: (id: string) => void; onAsk: (asked: Asked) => void };

function Actions({ user, onOpen, onAsk }: ActionsProps) {
  const me = useSession().user;
  const refresh = useRefresh();
  if (user.role === "owner" && me.role !== "owner") {
    return <span className="text-right text-muted text-xs">{texts.ownersOnly}</span>;
  }
  const switchOn = () =>
    call
      .PATCH(ONE, { params: { path: { user_id: user.id } }, body: { is_active: true } })
      .then(() => refresh([LIST]))
      .then(() => toast(texts.switchedOn(user.name)))
      .catch(toastProblem);
  const edit = { id: "edit", label: texts.edit, icon: Pencil, onAction: () => onOpen(user.id) };
  const link = { id: "link", label: texts.newLink, icon: KeyRound, onAction: () => onAsk({ user, what: "link" }) };
  const off = { id: "off", label: texts.switchOff, icon: PowerOff, onAction: () => onAsk({ user, what: "off" }) };
  const on = { id: "on", label: texts.switchOn, icon: Power, onAction: switchOn };
  const remove = {
    id: "remove",
    label: texts.remove,
    icon: Trash2,
    isDanger: true,
    onAction: () => onAsk({ user, what: "remove" }),
  };
  const others: MenuAction[] = user.is_active ? [link, off, remove] : [on, remove];
  return <RowMenu name={user.name} items={user.id === me.id ? [edit] : [edit, ...others]} />;
}

type QuestionProps = Asked & { onMade: (made: Made) => void; onClose: () => void };

function Question({ user, what, onMade, onClose }: QuestionProps) {
  const at = { params: { path: { user_id: user.id } } };
  const shared = { refresh: [LIST], onClose };
  if (what === "link") {
    const make = () => told(call.POST(`${ONE}/link`, at));
    return (
      <ConfirmRemoval
        {...shared}
        title={texts.newLinkTitle(user.name)}
        action={texts.newLink}
        isDanger={false}
        remove={async () => onMade({ name: user.name, link: (await make()).link })}
      >
        {texts.newLinkHint}
      </ConfirmRemoval>
    );
  }
  if (what === "off") {
    return (
      <ConfirmRemoval
        {...shared}
        title={texts.switchOffTitle(user.name)}
        action={texts.switchOff}
        remove={() => call.PATCH(ONE, { ...at, body: { is_active: false } })}
        done={texts.switchedOff(user.name)}
      >
        {texts.switchOffHint}
      </ConfirmRemoval>
    );
  }
  return (
    <ConfirmRemoval
      {...shared}
      title={texts.removeTitle(user.name)}
      action={texts.remove}
      remove={() => call.DELETE(ONE, at)}
      done={texts.removed(user.name)}
    >
      {texts.removeHint}
    </ConfirmRemoval>
  );
}
