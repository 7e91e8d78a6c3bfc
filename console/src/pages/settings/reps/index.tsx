/** Reps: who they are, how busy they are, and why they take no leads now. */
import { useMutation } from "@tanstack/react-query";
import { Users } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { call } from "../../../api/client";
import { useParts } from "../../../api/pages";
import type { components } from "../../../api/schema";
import { settings } from "../../../texts/settings";
import { reps as texts } from "../../../texts/settings-reps";
import { Badge, type Tone } from "../../../ui/badge";
import { formatMoment, formatNumber } from "../../../ui/format";
import { Card, Empty, Page } from "../../../ui/page";
import { Select } from "../../../ui/select";
import { DataTable } from "../../../ui/table";
import { toast, toastProblem } from "../../../ui/toast";
import { actionsColumn, nameColumn, RowMenu } from "../kit/columns";
import { useRefresh } from "../kit/editor";
import { AddButton, Loaded, MoreFooter, NEW, SearchBox, useOpened } from "../kit/list";
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
  const [search, setSearch] = useState("");
  const [status, setStatus] = useState(ANY);
  const found = useReps(useDeferredValue(search), status);
  const isEmpty = found.data?.total === 0 && !found.isPlaceholderData && search.trim() === "" && status === ANY;
  const add = <AddButton label={texts.add} onPress={() => open(NEW)} />;
  return (
    <Page title={texts.title} hint={texts.hint} actions={!isEmpty && add}>
      <Card isFlush>
        {isEmpty ? (
          <Empty icon={Users} title={texts.empty} action={add}>
            {texts.emptyHint}
          </Empty>
        ) : (
          <>
            <Filters search={search} onSearch={setSearch} status={status} onStatus={setStatus} />
            <RepList found={found} onOpen={open} onLeave={leave} />
          </>
        )}
      </Card>
      {opened === NEW && <NewRep onClose={() => open(null)} />}
      {opened !== null && opened !== NEW && <EditRep rep={opened} onClose={() => open(null)} />}
      {leaving !== null && <LeaveDialog rep={leaving} onClose={() => leave(null)} />}
    </Page>
  );
}

type FilterProps = {
  search: string;
  onSearch: (search: string) => void;
  status: string;
  onStatus: (status: string) => void;
};

function Filters({ search, onSearch, status, onStatus }: FilterProps) {
  return (
    <div className="flex flex-wrap gap-3 px-5 pt-2 pb-4">
      <div className="min-w-64 flex-1">
        <SearchBox label={texts.search} value={search} onChange={onSearch} />
      </div>
      <div className="w-44">
        <Select label={texts.status} isLabelHidden items={STATUSES} value={status} onChange={onStatus} />
      </div>
    </div>
  );
}

type ListProps = { onOpen: (rep: string) => void; onLeave: (rep: string) => void };

function RepList({ found, ...actions }: ListProps & { found: ReturnType<typeof useReps> }) {
  return (
    <Loaded query={found}>
      {({ rows, total }) =>
        rows.length > 0 ? (
          <>
            <Table rows={rows} {...actions} />
            <MoreFooter list={found}>{texts.total(formatNumber(rows.length), formatNumber(total))}</MoreFooter>
          </>
        ) : (
          <Empty title={settings.nothingFound}>{settings.nothingFoundHint}</Empty>
        )
      }
    </Loaded>
  );
}

function useReps(search: string, status: string) {
  const query = { search: search.trim(), ...(status !== ANY && { status: status as "active" }) };
  return useParts<Rep>(
    ["get", LIST, query],
    (cursor, signal) => call.GET(LIST, { params: { query: { ...query, cursor } }, signal }),
    { isKept: true, refetchInterval: 60_000 },
  );
}

function Table({ rows, onOpen, onLeave }: ListProps & { rows: readonly Rep[] }) {
  const { columns } = texts;
  return (
    <DataTable
      label={texts.title}
      rows={rows}
      rowKey={(rep) => rep.id}
      columns={[
        nameColumn<Rep>(
          columns.name,
          (rep) => rep.name,
          (rep) => onOpen(rep.rep_id),
          (rep) => rep.email,
        ),
        { id: "status", label: columns.status, cell: (rep) => <Presence rep={rep} /> },
        { id: "open", label: columns.open, isNumber: true, cell: (rep) => share(rep.load.open, rep.max_open) },
        { id: "today", label: columns.today, isNumber: true, cell: (rep) => share(rep.load.today, rep.max_per_day) },
        {
          id: "week",
          label: columns.week,
          isNumber: true,
          cell: (rep) => share(rep.load.this_week, rep.max_per_week),
        },
        actionsColumn<Rep>((rep) => <Actions rep={rep} onOpen={onOpen} onLeave={onLeave} />),
      ]}
    />
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
  return (
    <RowMenu
      name={rep.name}
      items={[
        { id: "edit", label: texts.edit, onAction: () => onOpen(rep.rep_id) },
        ...(rep.status === "ooo" ? [{ id: "back", label: texts.back, onAction: () => back.mutate() }] : []),
        rep.status === "inactive"
          ? { id: "activate", label: texts.activate, onAction: () => back.mutate() }
          : { id: "leave", label: texts.deactivate, isDanger: true, onAction: () => onLeave(rep.rep_id) },
      ]}
    />
  );
}
