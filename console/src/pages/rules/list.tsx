/** Everything that routes, in one list: processors choose workflows, rulesets choose people. */
import { useQueryClient } from "@tanstack/react-query";
import { GitFork, Pencil, Plus, Power, Trash2 } from "lucide-react";
import { useState } from "react";
import { api, call } from "../../api/client";
import type { components } from "../../api/schema";
import { useMayWrite } from "../../session/session";
import { rules as texts } from "../../texts/rules";
import { Badge } from "../../ui/badge";
import { Button, TextLink } from "../../ui/button";
import { Confirm } from "../../ui/dialog";
import { formatNumber } from "../../ui/format";
import { Loading } from "../../ui/loading";
import { Menu, type MenuAction } from "../../ui/menu";
import { Moment } from "../../ui/moment";
import { Card, Empty, Page } from "../../ui/page";
import { ProblemBox } from "../../ui/problem";
import { DataTable } from "../../ui/table";
import { toastProblem } from "../../ui/toast";
import { CreateRouter } from "./create";
import type { Kind } from "./model";
import { RenameRouter } from "./rename";

type Item = components["schemas"]["RouterInList"];
type Hits = components["schemas"]["RouterHits"];

export function addressOf(kind: string, id: string): string {
  return `/rules/${kind === "processor" ? "processors" : "rulesets"}/${encodeURIComponent(id)}`;
}

export function RouterList() {
  const [isCreating, setCreating] = useState(false);
  const mayWrite = useMayWrite();
  const listed = api.useQuery("get", "/console/rules");
  const hits = api.useQuery("get", "/console/rules/hits");
  const items = listed.data?.data;
  const create = mayWrite && (
    <Button kind="primary" icon={Plus} onPress={() => setCreating(true)}>
      {texts.list.create}
    </Button>
  );
  return (
    <Page title={texts.title} hint={texts.hint} actions={items?.length !== 0 && create}>
      <ProblemBox error={listed.error} onRetry={listed.refetch} />
      {listed.isPending && <Loading />}
      {items && (
        <Card isFlush>
          {items.length > 0 ? (
            <RouterTable items={items} hits={hits.data} mayWrite={mayWrite} />
          ) : (
            <Empty icon={GitFork} title={texts.list.empty} action={create}>
              {texts.list.emptyHint}
            </Empty>
          )}
        </Card>
      )}
      {isCreating && <CreateRouter onClose={() => setCreating(false)} />}
    </Page>
  );
}

type TableProps = { items: readonly Item[]; hits: Hits | undefined; mayWrite: boolean };

function RouterTable({ items, hits, mayWrite }: TableProps) {
  const count = (item: Item, of: "week" | "month") => {
    if (!hits) return "";
    const counted = item.kind === "processor" ? hits.processors : hits.rulesets;
    return formatNumber(counted[item.id]?.[of] ?? 0);
  };
  const actions = {
    id: "actions",
    label: texts.list.actions,
    isLabelHidden: true,
    cell: (item: Item) => <Actions item={item} />,
  };
  return (
    <DataTable
      label={texts.list.label}
      rows={items}
      rowKey={(item) => `${item.kind} ${item.id}`}
      columns={[
        { id: "name", label: texts.list.name, isHeader: true, cell: (item) => <Name item={item} /> },
        { id: "kind", label: texts.list.kind, cell: (item) => texts.kinds[item.kind as Kind] },
        { id: "rules", label: texts.list.rules, isNumber: true, cell: (item) => formatNumber(item.rules_count) },
        { id: "week", label: texts.list.week, isNumber: true, cell: (item) => count(item, "week") },
        { id: "month", label: texts.list.month, isNumber: true, cell: (item) => count(item, "month") },
        { id: "changed", label: texts.list.changed, cell: (item) => <Moment at={item.updated_at} isAgo /> },
        ...(mayWrite ? [actions] : []),
      ]}
    />
  );
}

function Name({ item }: { item: Item }) {
  return (
    <div className="min-w-0">
      <span className="flex items-center gap-2 font-medium">
        <TextLink to={addressOf(item.kind, item.id)}>{item.name}</TextLink>
        {!item.is_active && <Badge>{texts.list.off}</Badge>}
      </span>
      <span className="text-muted text-xs">{texts.kindHints[item.kind as Kind]}</span>
    </div>
  );
}

type Asked = "rename" | "switchOff" | "remove" | null;

function Actions({ item }: { item: Item }) {
  const [asked, setAsked] = useState<Asked>(null);
  const queries = useQueryClient();
  const done = async () => {
    setAsked(null);
    await queries.invalidateQueries({ queryKey: ["get", "/console/rules"] });
  };
  const switchOn = () => setActive(item, true).then(done, toastProblem);
  const rename: MenuAction = {
    id: "rename",
    label: texts.list.rename,
    icon: Pencil,
    onAction: () => setAsked("rename"),
  };
  const off: MenuAction = item.is_active
    ? { id: "off", label: texts.list.switchOff, icon: Power, onAction: () => setAsked("switchOff") }
    : { id: "on", label: texts.list.switchOn, icon: Power, onAction: switchOn };
  const remove: MenuAction = {
    id: "remove",
    label: texts.list.remove,
    icon: Trash2,
    isDanger: true,
    onAction: () => setAsked("remove"),
  };
  return (
    <div className="flex justify-end">
      <Menu label={texts.list.more(item.name)} items={item.kind === "processor" ? [rename, off] : [rename, remove]} />
      {asked === "rename" && <RenameRouter item={item} onClose={() => setAsked(null)} onDone={done} />}
      {asked === "switchOff" && (
        <Ask
          title={texts.switchOff.title(item.name)}
          body={[texts.switchOff.body]}
          action={texts.list.switchOff}
          onClose={() => setAsked(null)}
          onConfirm={() => setActive(item, false).then(done)}
        />
      )}
      {asked === "remove" && (
        <Ask
          title={texts.remove.title(item.name)}
          body={[texts.remove.body, texts.remove.waiting]}
          action={texts.list.remove}
          onClose={() => setAsked(null)}
          onConfirm={() => deleteRuleset(item.id).then(done)}
        />
      )}
    </div>
  );
}

type AskProps = {
  title: string;
  body: readonly string[];
  action: string;
  onClose: () => void;
  onConfirm: () => Promise<void>;
};

function Ask({ title, body, action, onClose, onConfirm }: AskProps) {
  const [isPending, setPending] = useState(false);
  const [error, setError] = useState<unknown>();
  const confirm = () => {
    setPending(true);
    onConfirm()
      .catch(setError)
      .finally(() => setPending(false));
  };
  return (
    <Confirm
      title={title}
      isOpen
      onOpenChange={onClose}
      action={action}
      onConfirm={confirm}
      isPending={isPending}
      isDanger
      error={error}
    >
      {body.map((text) => (
        <p key={text}>{text}</p>
      ))}
    </Confirm>
  );
}

async function setActive(item: Item, isActive: boolean): Promise<void> {
  const path = { processor_id: item.id };
  await call.PATCH("/api/public/processors/{processor_id}", { params: { path }, body: { is_active: isActive } });
}

async function deleteRuleset(id: string): Promise<void> {
  await call.DELETE("/api/v1/rules/{ruleset_id}", { params: { path: { ruleset_id: id } } });
}
