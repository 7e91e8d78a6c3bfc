/** Reps: who they are, how busy they are, and why they take no leads now. */
import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { Users } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { call } from "../../../api/client";
import type { components } from "../../../api/schema";
import { useMayWrite } from "../../../session/session";
import { common } from "../../../texts/common";
import { settings } from "../../../texts/settings";
import { reps as texts } from "../../../texts/settings-reps";
import { Badge, type Tone } from "../../../ui/badge";
import { Button } from "../../../ui/button";
import { TextField } from "../../../ui/field";
import { formatMoment, formatNumber } from "../../../ui/format";
import { Menu } from "../../../ui/menu";
import { Card, Empty, Page } from "../../../ui/page";
import { Select } from "../../../ui/select";
import { DataTable } from "../../../ui/table";
import { toast, toastProblem } from "../../../ui/toast";
import { told } from "../kit/answers";
import { useRefresh } from "../kit/editor";
import { AddButton, Loaded, NEW, useOpened } from "../kit/list";
import { EditRep, NewRep } from "./edit";
import { LeaveDialog } from "./leave";

export type Rep = components["schemas"]["RepInList"];
export const LIST = "/console/settings/reps";
/** Everything that shows reps. */
export const REFRESH = [LIST, "/api/v1/reps", "/api/v1/reps/{rep_id}"];

const ANY = "any";
const STATUSES = [
  { id: ANY, label: texts.anyStatus },
  ...Object.entries(texts.statuses).map(([id, label]) => ({ id, label })),
];

export default function RepsPage() {
  const [opened, open] = useOpened();
  const [leaving, leave] = useOpened("leave");
  return (
    <Page title={texts.title} hint={texts.hint} actions={<AddButton label={texts.add} onPress={() => open(NEW)} />}>
      <RepList onOpen={open} onLeave={leave} />
      {opened === NEW && <NewRep onClose={() => open(null)} />}
      {opened !== null && opened !== NEW && <EditRep rep={opened} onClose={() => open(null)} />}
      {leaving !== null && <LeaveDialog rep={leaving} onClose={() => leave(null)} />}
    </Page>
  );
}

type ListProps = { onOpen: (rep: string) => void; onLeave: (rep: string) => void };

function RepList({ onOpen, onLeave }: ListProps) {
  const [search, setSearch] = useState("");
  const [status, setStatus] = useState(ANY);
  const found = useReps(useDeferredValue(search), status);
  const isFiltered = search.trim() !== "" || status !== ANY;
  return (
    <Card isFlush>
      <div className="flex flex-wrap gap-3 px-5 pt-2 pb-4">
        <div className="min-w-64 flex-1">
          <TextField
            label={texts.search}
            isLabelHidden
            placeholder={texts.search}
            type="search"
            value={search}
            onChange={setSearch}
          />
        </div>
        <div className="w-44">
          <Select label={texts.status} isLabelHidden items={STATUSES} value={status} onChange={setStatus} />
        </div>
      </div>
      <Loaded query={found}>
        {({ rows, total }) =>
          rows.length > 0 ? (
            <>
              <Table rows={rows} onOpen={onOpen} onLeave={onLeave} />
              <footer className="flex items-center justify-between border-line border-t px-5 py-3 text-muted">
                <span aria-live="polite">{texts.total(formatNumber(rows.length), formatNumber(total))}</span>
                {found.hasNextPage && (
                  <Button onPress={() => found.fetchNextPage()} isPending={found.isFetchingNextPage}>
                    {common.more}
                  </Button>
                )}
              </footer>
            </>
          ) : isFiltered ? (
            <Empty title={settings.nothingFound}>{settings.nothingFoundHint}</Empty>
          ) : (
            <Empty
              icon={Users}
              title={texts.empty}
              action={<AddButton label={texts.add} onPress={() => onOpen(NEW)} />}
            >
              {texts.emptyHint}
            </Empty>
          )
        }
      </Loaded>
    </Card>
  );
}

function useReps(search: string, status: string) {
  const query = { search: search.trim(), ...(status !== ANY && { status: status as "active" }) };
  return useInfiniteQuery({
    queryKey: ["get", LIST, query],
    queryFn: ({ pageParam, signal }) =>
      told(call.GET(LIST, { params: { query: { ...query, cursor: pageParam } }, signal })),
    initialPageParam: "",
    getNextPageParam: (page) => page.next,
    placeholderData: (before) => before,
    refetchInterval: 60_000,
    select: ({ pages }) => ({ rows: pages.flatMap((page) => page.data), total: pages[0]?.total ?? 0 }),
  });
}

function Table({ rows, onOpen, onLeave }: ListProps & { rows: readonly Rep[] }) {
  const { columns } = texts;
  return (
    <DataTable
      label={texts.title}
      rows={rows}
      rowKey={(rep) => rep.id}
      columns={[
        { id: "name", label: columns.name, isHeader: true, cell: (rep) => <Name rep={rep} onOpen={onOpen} /> },
        { id: "status", label: columns.status, cell: (rep) => <Presence rep={rep} /> },
        { id: "open", label: columns.open, isNumber: true, cell: (rep) => share(rep.load.open, rep.max_open) },
        { id: "today", label: columns.today, isNumber: true, cell: (rep) => share(rep.load.today, rep.max_per_day) },
        {
          id: "week",
          label: columns.week,
          isNumber: true,
          cell: (rep) => share(rep.load.this_week, rep.max_per_week),
        },
        {
          id: "actions",
          label: settings.actions,
          isLabelHidden: true,
          cell: (rep) => <Actions rep={rep} onOpen={onOpen} onLeave={onLeave} />,
        },
      ]}
    />
  );
}

function Name({ rep, onOpen }: { rep: Rep; onOpen: (rep: string) => void }) {
  return (
    <>
      <button
        type="button"
        className="break-words text-left font-medium text-accent hover:underline"
        onClick={() => onOpen(rep.rep_id)}
      >
        {rep.name}
      </button>
      <span className="block break-all text-muted text-xs">{rep.email}</span>
    </>
  );
}

const TONES: Record<string, Tone> = { inactive: "plain", out_of_office: "warn", time_off: "warn" };

function Presence({ rep }: { rep: Rep }) {
  const tone = rep.absence === null ? "good" : (TONES[rep.absence] ?? "info");
  const hints = [
    rep.ooo_until && texts.until(formatMoment(rep.ooo_until)),
    rep.status === "ooo" && rep.overflow_name && texts.standIn(rep.overflow_name),
  ].filter(Boolean);
  return (
    <>
      <Badge tone={tone}>{rep.absence === null ? texts.available : (texts.absences[rep.absence] ?? rep.absence)}</Badge>
      {hints.map((hint) => (
        <span key={String(hint)} className="mt-0.5 block text-muted text-xs">
          {hint}
        </span>
      ))}
    </>
  );
}

function share(count: number, cap: number | null) {
  if (cap === null) return formatNumber(count);
  return (
    <span className={count >= cap ? "text-warn" : undefined}>{texts.of(formatNumber(count), formatNumber(cap))}</span>
  );
}

function Actions({ rep, onOpen, onLeave }: ListProps & { rep: Rep }) {
  const mayWrite = useMayWrite();
  const refresh = useRefresh();
  const back = useMutation({
    mutationFn: () =>
      call.PATCH("/api/v1/reps/{rep_id}", { params: { path: { rep_id: rep.rep_id } }, body: { status: "active" } }),
    onSuccess: async () => {
      await refresh(REFRESH);
      toast(texts.isBack(rep.name));
    },
    onError: toastProblem,
  });
  if (!mayWrite) return null;
  return (
    <div className="flex justify-end">
      <Menu
        label={settings.actionsFor(rep.name)}
        items={[
          { id: "edit", label: texts.edit, onAction: () => onOpen(rep.rep_id) },
          ...(rep.status === "ooo" ? [{ id: "back", label: texts.back, onAction: () => back.mutate() }] : []),
          rep.status === "inactive"
            ? { id: "activate", label: texts.activate, onAction: () => back.mutate() }
            : { id: "leave", label: texts.deactivate, isDanger: true, onAction: () => onLeave(rep.rep_id) },
        ]}
      />
    </div>
  );
}
