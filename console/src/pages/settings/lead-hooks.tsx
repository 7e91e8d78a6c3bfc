/** Hooks that leads come in by: an address for every form, ad platform or automation. */
import { useMutation } from "@tanstack/react-query";
import { Inbox } from "lucide-react";
import { useState } from "react";
import { api, call } from "../../api/client";
import type { components } from "../../api/schema";
import { common } from "../../texts/common";
import { settings } from "../../texts/settings";
import { hooks as texts } from "../../texts/settings-connections";
import { Badge } from "../../ui/badge";
import { Button } from "../../ui/button";
import { CopyableCode } from "../../ui/code";
import { Dialog } from "../../ui/dialog";
import { Moment } from "../../ui/moment";
import { DataTable } from "../../ui/table";
import { toast, toastProblem } from "../../ui/toast";
import { told } from "./kit/answers";
import { actionsColumn, nameColumn, RowMenu } from "./kit/columns";
import { useRefresh } from "./kit/editor";
import { ListPage, NEW, useOpened } from "./kit/list";
import { ConfirmRemoval } from "./kit/remove";
import { EditHook } from "./lead-hook-form";
import { nameOf, targetOf, useTargets } from "./targets";

export type Hook = components["schemas"]["LeadHook"];

export const LIST = "/v1/lead-hooks";
export const ONE = `${LIST}/{hook_id}` as const;

type Asked = { hook: Hook; what: "rotate" | "remove" };

export default function LeadHooksPage() {
  const [opened, open] = useOpened();
  const [addressed, show] = useOpened("address");
  const [asked, ask] = useState<Asked>();
  const [page, setPage] = useState(1);
  const list = api.useQuery("get", LIST, { params: { query: { page, limit: 50 } } });
  const find = (id: string | null) => list.data?.data.find((hook) => hook.id === id);
  const edited = find(opened);
  const shown = find(addressed);
  return (
    <ListPage
      texts={texts}
      icon={Inbox}
      onAdd={() => open(NEW)}
      query={list}
      page={page}
      onPage={setPage}
      table={(rows) => <Table rows={rows} onOpen={open} onShow={show} onAsk={ask} />}
    >
      {opened === NEW && <EditHook onSaved={(hook) => show(hook.id)} onClose={() => open(null)} />}
      {edited && <EditHook key={edited.id} before={edited} onClose={() => open(null)} />}
      {shown && <Address hook={shown} onClose={() => show(null)} />}
      {asked && <Question {...asked} onRotated={() => show(asked.hook.id)} onClose={() => ask(undefined)} />}
    </ListPage>
  );
}

type TableProps = {
  rows: readonly Hook[];
  onOpen: (id: string) => void;
  onShow: (id: string) => void;
  onAsk: (asked: Asked) => void;
};

function Table({ rows, onOpen, onShow, onAsk }: TableProps) {
  const targets = useTargets();
  const { columns } = texts;
  return (
    <DataTable
      label={texts.title}
      rows={rows}
      rowKey={(row) => row.id}
      columns={[
        nameColumn<Hook>(
          columns.name,
          (row) => row.name,
          (row) => onOpen(row.id),
        ),
        {
          id: "target",
          label: columns.target,
          cell: (row) => {
            const { kind, id } = targetOf(row);
            return texts.target(texts.targets[kind], nameOf(targets[kind], id) ?? id);
          },
        },
        {
          id: "state",
          label: columns.state,
          cell: (row) => (
            <Badge tone={row.is_active ? "good" : "plain"}>{row.is_active ? settings.on : settings.off}</Badge>
          ),
        },
        { id: "created", label: columns.created, cell: (row) => <Moment at={row.created_at} /> },
        actionsColumn<Hook>((row) => <Actions hook={row} onOpen={onOpen} onShow={onShow} onAsk={onAsk} />),
      ]}
    />
  );
}

function Actions({ hook, onOpen, onShow, onAsk }: Omit<TableProps, "rows"> & { hook: Hook }) {
  const refresh = useRefresh();
  const toggle = useMutation({
    mutationFn: () => call.PATCH(ONE, { params: { path: { hook_id: hook.id } }, body: { is_active: !hook.is_active } }),
    onSuccess: async () => {
      await refresh([LIST]);
      toast(hook.is_active ? texts.switchedOff(hook.name) : texts.switchedOn(hook.name));
    },
    onError: toastProblem,
  });
  return (
    <RowMenu
      name={hook.name}
      items={[
        { id: "show", label: texts.show, onAction: () => onShow(hook.id) },
        { id: "edit", label: texts.edit, onAction: () => onOpen(hook.id) },
        {
          id: "toggle",
          label: hook.is_active ? settings.switchOff : settings.switchOn,
          onAction: () => toggle.mutate(),
        },
        { id: "rotate", label: texts.rotate, onAction: () => onAsk({ hook, what: "rotate" }) },
        { id: "remove", label: texts.remove, isDanger: true, onAction: () => onAsk({ hook, what: "remove" }) },
      ]}
    />
  );
}

function Address({ hook, onClose }: { hook: Hook; onClose: () => void }) {
  const footer = (
    <Button kind="primary" onPress={onClose}>
      {common.close}
    </Button>
  );
  return (
    <Dialog title={hook.name} isOpen onOpenChange={(isOpen) => isOpen || onClose()} footer={footer}>
      {hook.url === null ? (
        <p>{texts.addressHidden}</p>
      ) : (
        <div className="flex flex-col gap-3">
          <p>{texts.addressHint}</p>
          <CopyableCode label={texts.address}>{hook.url}</CopyableCode>
          <h3 className="mt-2 font-semibold">{texts.tryIt}</h3>
          <CopyableCode label={texts.tryIt}>{exampleFor(hook)}</CopyableCode>
          {hook.has_secret && <p className="text-muted">{texts.secretStored}</p>}
        </div>
      )}
    </Dialog>
  );
}

/** A lead as it would come in, with the paths of the mapping that are plain names. */
function exampleFor(hook: Hook): string {
  const values: Record<string, string> = { name: "Ana Pérez", email: "ana@example.com", phone: "+14155550100" };
  const lead = Object.fromEntries(
    Object.entries(values).map(([field, value]) => {
      const path = hook.mapping[field];
      return [path && /^\w+$/.test(path) ? path : field, value];
    }),
  );
  return `curl -X POST '${hook.url}' -H 'Content-Type: application/json' -d '${JSON.stringify(lead)}'`;
}

function Question({ hook, what, onRotated, onClose }: Asked & { onRotated: () => void; onClose: () => void }) {
  const params = { path: { hook_id: hook.id } };
  if (what === "rotate") {
    return (
      <ConfirmRemoval
        title={texts.rotateTitle}
        action={texts.rotateAction}
        remove={() => told(call.POST(`${ONE}/rotate`, { params }))}
        refresh={[LIST]}
        onDone={onRotated}
        onClose={onClose}
      >
        {texts.rotateHint}
      </ConfirmRemoval>
    );
  }
  return (
    <ConfirmRemoval
      title={texts.removeTitle(hook.name)}
      remove={() => call.DELETE(ONE, { params })}
      refresh={[LIST]}
      done={texts.removed(hook.name)}
      onClose={onClose}
    >
      {texts.removeHint}
    </ConfirmRemoval>
  );
}
