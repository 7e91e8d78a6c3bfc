/** Every workflow, with how its leads stand; and making another one. */
import { useQueryClient } from "@tanstack/react-query";
import { Copy, Pencil, PlayCircle, Plus, Trash2, Waypoints } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { call } from "../../api/client";
import { useParts } from "../../api/pages";
import type { components } from "../../api/schema";
import { useMayWrite } from "../../session/session";
import { common } from "../../texts/common";
import { workflows as texts } from "../../texts/workflows";
import { Button, TextLink } from "../../ui/button";
import { Confirm } from "../../ui/dialog";
import { TextField } from "../../ui/field";
import { formatNumber, formatShare } from "../../ui/format";
import { Loading } from "../../ui/loading";
import { Menu } from "../../ui/menu";
import { Moment } from "../../ui/moment";
import { Card, Empty, Page } from "../../ui/page";
import { ProblemBox } from "../../ui/problem";
import { Select } from "../../ui/select";
import { DataTable } from "../../ui/table";
import { toast, toastProblem } from "../../ui/toast";
import { CreateWorkflow } from "./create";
import { StatusBadge } from "./parts";

type Item = components["schemas"]["WorkflowItem"];

const ANY = "any";
const REFRESH_MS = 10_000;
const STATUSES = Object.entries(texts.statuses).map(([id, label]) => ({ id, label }));
type Status = "" | "draft" | "active" | "paused" | "completed" | "cancelled";

function useWorkflows(search: string, status: Status) {
  return useParts<Item>(
    ["workflows", search, status],
    (cursor, signal) => call.GET("/console/workflows", { params: { query: { search, status, cursor } }, signal }),
    { isKept: true, refetchInterval: REFRESH_MS },
  );
}

/** What is looked for stands in the address, and so is there again after Back. */
function useView() {
  const [params, setParams] = useSearchParams();
  const asked = params.get("status") ?? "";
  const change = (name: "search" | "status", value: string) =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        if (value) after.set(name, value);
        else after.delete(name);
        return after;
      },
      { replace: true },
    );
  return { search: params.get("search") ?? "", status: asked in texts.statuses ? asked : ANY, change };
}

export function WorkflowList() {
  const { search, status, change } = useView();
  const [isCreating, setCreating] = useState(false);
  const mayWrite = useMayWrite();
  const listed = useWorkflows(useDeferredValue(search.trim()), status === ANY ? "" : (status as Status));
  const items = listed.data?.rows;
  const isFiltered = search !== "" || status !== ANY;
  const isEmpty = items?.length === 0 && !isFiltered;
  const create = mayWrite && (
    <Button kind="primary" icon={Plus} onPress={() => setCreating(true)}>
      {texts.list.create}
    </Button>
  );
  return (
    <Page title={texts.title} hint={texts.hint} actions={!isEmpty && create}>
      <div className="flex flex-wrap items-end gap-3">
        <div className="w-64">
          <TextField label={texts.list.search} type="search" value={search} onChange={(to) => change("search", to)} />
        </div>
        <div className="w-44">
          <Select
            label={texts.list.status}
            items={[{ id: ANY, label: texts.list.anyStatus }, ...STATUSES]}
            value={status}
            onChange={(to) => change("status", to === ANY ? "" : to)}
          />
        </div>
      </div>
      <ProblemBox error={listed.error} onRetry={listed.refetch} />
      {!items && !listed.error && <Loading />}
      {items && (
        <Card isFlush>
          {items.length > 0 ? <Table items={items} /> : <Nothing isFiltered={isFiltered} action={create} />}
          {listed.hasNextPage && (
            <div className="flex justify-center p-3">
              <Button onPress={() => listed.fetchNextPage()} isPending={listed.isFetchingNextPage}>
                {texts.list.more}
              </Button>
            </div>
          )}
        </Card>
      )}
      <CreateWorkflow isOpen={isCreating} onOpenChange={setCreating} />
    </Page>
  );
}

function Nothing({ isFiltered, action }: { isFiltered: boolean; action: React.ReactNode }) {
  if (isFiltered) return <Empty title={texts.list.nothingFound}>{texts.list.nothingFoundHint}</Empty>;
  return (
    <Empty icon={Waypoints} title={texts.list.empty} action={action}>
      {texts.list.emptyHint}
    </Empty>
  );
}

function Table({ items }: { items: readonly Item[] }) {
  return (
    <DataTable
      label={texts.list.label}
      rows={items}
      rowKey={(item) => item.id}
      columns={[
        { id: "name", label: texts.list.name, isHeader: true, cell: (item) => <Name item={item} /> },
        { id: "status", label: texts.list.statusColumn, cell: (item) => <StatusBadge status={item.status} /> },
        { id: "moving", label: texts.list.moving, isNumber: true, cell: (item) => formatNumber(item.runs.moving) },
        { id: "waiting", label: texts.list.waiting, isNumber: true, cell: (item) => formatNumber(item.runs.waiting) },
        { id: "converted", label: texts.list.converted, isNumber: true, cell: (item) => <Converted item={item} /> },
        { id: "changed", label: texts.list.changed, cell: (item) => <Moment at={item.updated_at} isAgo /> },
        { id: "actions", label: texts.list.actions, isLabelHidden: true, cell: (item) => <Actions item={item} /> },
      ]}
    />
  );
}

function Name({ item }: { item: Item }) {
  return (
    <div className="max-w-xs">
      <span className="font-medium">
        <TextLink to={`/workflows/${item.id}`}>{item.name}</TextLink>
      </span>
      {item.description && <p className="truncate text-muted text-xs">{item.description}</p>}
    </div>
  );
}

function Converted({ item: { runs } }: { item: Item }) {
  const ended = runs.completed + runs.dropped + runs.removed + runs.failed;
  return (
    <>
      {formatNumber(runs.completed)}
      {ended > 0 && (
        <span className="block whitespace-nowrap text-muted text-xs">
          {texts.list.share(formatShare(runs.completed / ended))}
        </span>
      )}
    </>
  );
}

function Actions({ item }: { item: Item }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const mayWrite = useMayWrite();
  const [isRemoving, setRemoving] = useState(false);
  const path = { path: { workflow_id: item.id } };
  const refresh = () => queries.invalidateQueries({ queryKey: ["workflows"] });
  const duplicate = async () => {
    try {
      const { data } = await call.POST("/v1/workflows/{workflow_id}/duplicate", { params: path });
      toast(texts.list.duplicated(data?.title ?? item.name));
      await refresh();
    } catch (error) {
      toastProblem(error);
    }
  };
  const go = (part: string) => () => navigate(`/workflows/${item.id}${part}`);
  return (
    <>
      <Menu
        label={texts.list.actionsOf(item.name)}
        items={[
          { id: "draw", label: texts.list.draw, icon: Pencil, onAction: go("/draw") },
          { id: "simulate", label: texts.list.simulate, icon: PlayCircle, onAction: go("/simulate") },
          { id: "duplicate", label: texts.list.duplicate, icon: Copy, isDisabled: !mayWrite, onAction: duplicate },
          {
            id: "remove",
            label: texts.list.remove,
            icon: Trash2,
            isDanger: true,
            isDisabled: !mayWrite,
            onAction: () => setRemoving(true),
          },
        ]}
      />
      <Remove item={item} isOpen={isRemoving} onOpenChange={setRemoving} onRemoved={refresh} />
    </>
  );
}

type RemoveProps = { item: Item; isOpen: boolean; onOpenChange: (isOpen: boolean) => void; onRemoved: () => void };

function Remove({ item, isOpen, onOpenChange, onRemoved }: RemoveProps) {
  const [isPending, setPending] = useState(false);
  const [error, setError] = useState<unknown>();
  const mayGo = item.status !== "active" && item.runs.moving + item.runs.waiting === 0;
  const remove = async () => {
    setPending(true);
    setError(undefined);
    try {
      await call.DELETE("/v1/workflows/{workflow_id}", { params: { path: { workflow_id: item.id } } });
      onOpenChange(false);
      toast(texts.list.removed(item.name));
      onRemoved();
    } catch (problem) {
      setError(problem);
    } finally {
      setPending(false);
    }
  };
  return (
    <Confirm
      title={texts.list.removeTitle(item.name)}
      action={common.remove}
      isDanger
      {...{ isOpen, onOpenChange, isPending, error }}
      onConfirm={remove}
    >
      <p>{mayGo ? texts.list.removeHint : texts.list.removeActive}</p>
    </Confirm>
  );
}
