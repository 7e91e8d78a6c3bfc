/** When each workflow may call, and how often: the settings of all workflows in one place. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { Clock } from "lucide-react";
import { useState } from "react";
import { api, call } from "../../api/client";
import { everyWorkflow } from "../../api/pages";
import type { components } from "../../api/schema";
import { settings as common } from "../../texts/settings";
import { hours as texts } from "../../texts/settings-calls";
import { Badge } from "../../ui/badge";
import { LinkButton, TextButton } from "../../ui/button";
import { Confirm } from "../../ui/dialog";
import { Checkbox, NumberField, Switch } from "../../ui/field";
import { formatNumber } from "../../ui/format";
import { Card, Empty, Page } from "../../ui/page";
import { DataTable } from "../../ui/table";
import { toast } from "../../ui/toast";
import { changesOf, told } from "./kit/answers";
import { actionsColumn, RowMenu } from "./kit/columns";
import { EditorPanel, Group, useEditor, useRefresh } from "./kit/editor";
import { Loaded, Pager, SearchBox, useOpened } from "./kit/list";
import { type Hours, linesOfHours, OFFICE, WeekField } from "./kit/week";
import { ZoneField } from "./kit/zone";

type Workflow = components["schemas"]["Workflow"];
type Settings = {
  timezone: string | null;
  calling_hours: Hours[] | null;
  max_attempts_per_day: number | null;
  max_simultaneous_calls: number | null;
};

const LIST = "/v1/workflows";
const ONE = `${LIST}/{workflow_id}` as const;
const REFRESH = [LIST, ONE];

export default function CallingHoursPage() {
  const [opened, open] = useOpened();
  const [copied, copy] = useState<Workflow>();
  const [page, setPage] = useState(1);
  const [search, setSearch] = useState("");
  const list = api.useQuery("get", LIST, { params: { query: { page, limit: 50, search: search.trim() } } });
  const edited = list.data?.data.find((workflow) => workflow.id === opened);
  const isEmpty = list.data?.meta.total === 0 && search === "";
  return (
    <Page title={texts.title} hint={texts.hint}>
      <Card isFlush>
        {!isEmpty && (
          <div className="max-w-sm px-5 pt-2 pb-4">
            <SearchBox
              label={texts.search}
              value={search}
              onChange={(text) => {
                setSearch(text);
                setPage(1);
              }}
            />
          </div>
        )}
        <Loaded query={list}>
          {({ data, meta }) =>
            data.length > 0 ? (
              <>
                <Table rows={data} onOpen={open} onCopy={copy} />
                <Pager page={page} pages={meta.totalPages} total={meta.total} onChange={setPage} />
              </>
            ) : isEmpty ? (
              <Empty
                icon={Clock}
                title={texts.empty}
                action={
                  <LinkButton kind="primary" to="/workflows">
                    {texts.toWorkflows}
                  </LinkButton>
                }
              >
                {texts.emptyHint}
              </Empty>
            ) : (
              <Empty title={common.nothingFound}>{common.nothingFoundHint}</Empty>
            )
          }
        </Loaded>
      </Card>
      {edited && <Edit key={edited.id} workflow={edited} onClose={() => open(null)} />}
      {copied && <Copy workflow={copied} onClose={() => copy(undefined)} />}
    </Page>
  );
}

type TableProps = { rows: readonly Workflow[]; onOpen: (id: string) => void; onCopy: (workflow: Workflow) => void };

function Table({ rows, onOpen, onCopy }: TableProps) {
  const { columns } = texts;
  return (
    <DataTable
      label={texts.title}
      rows={rows}
      rowKey={(row) => row.id}
      columns={[
        {
          id: "workflow",
          label: columns.workflow,
          isHeader: true,
          cell: (row) => (
            <span className="flex flex-wrap items-center gap-2">
              <TextButton onPress={() => onOpen(row.id)}>{row.title}</TextButton>
              <Badge tone={row.status === "active" ? "good" : "plain"}>
                {texts.statuses[row.status] ?? row.status}
              </Badge>
            </span>
          ),
        },
        { id: "hours", label: columns.hours, cell: (row) => <Span hours={settingsOf(row).calling_hours} /> },
        { id: "zone", label: columns.zone, cell: (row) => settingsOf(row).timezone ?? texts.noZone },
        {
          id: "attempts",
          label: columns.attempts,
          isNumber: true,
          cell: (row) => counted(settingsOf(row).max_attempts_per_day) ?? texts.usual,
        },
        {
          id: "atOnce",
          label: columns.atOnce,
          isNumber: true,
          cell: (row) => counted(settingsOf(row).max_simultaneous_calls) ?? texts.noLimit,
        },
        actionsColumn<Workflow>((row) => (
          <RowMenu
            name={row.title}
            items={[
              { id: "edit", label: texts.edit, onAction: () => onOpen(row.id) },
              { id: "copy", label: texts.copy, onAction: () => onCopy(row) },
            ]}
          />
        )),
      ]}
    />
  );
}

function Span({ hours }: { hours: Hours[] | null }) {
  if (!hours) return <Badge tone="warn">{texts.anyHour}</Badge>;
  return linesOfHours(hours).map((entry) => (
    <span key={entry} className="block whitespace-nowrap">
      {entry}
    </span>
  ));
}

function Edit({ workflow, onClose }: { workflow: Workflow; onClose: () => void }) {
  const initial = settingsOf(workflow);
  const editor = useEditor({
    name: `calling-hours:${workflow.id}`,
    initial,
    labels: texts.fields,
    refresh: REFRESH,
    save: (draft) => {
      const changes = changesOf(initial, draft);
      return Object.keys(changes).length === 0 ? Promise.resolve(workflow) : change(workflow.id, changes);
    },
    onSaved: () => {
      toast(common.saved);
      onClose();
    },
    onClose,
  });
  const { draft, set, errors } = editor;
  return (
    <EditorPanel title={texts.editTitle(workflow.title)} editor={editor}>
      <Switch
        isSelected={draft.calling_hours !== null}
        onChange={(isOn) => set({ calling_hours: isOn ? [OFFICE] : null })}
      >
        {texts.only}
      </Switch>
      {draft.calling_hours ? (
        <>
          <p className="text-muted text-xs">{texts.onlyHint}</p>
          <WeekField
            value={draft.calling_hours}
            onChange={(calling_hours) => set({ calling_hours })}
            error={errors.of("calling_hours")}
          />
        </>
      ) : (
        <p className="rounded-lg bg-warn-soft px-3 py-2 text-warn">{texts.anyHourWarning}</p>
      )}
      <ZoneField
        label={texts.fields.timezone}
        none={texts.noZone}
        description={texts.zoneHint}
        value={draft.timezone}
        onChange={(timezone) => set({ timezone })}
        error={errors.of("timezone")}
      />
      <Group title={texts.limits}>
        <div className="grid grid-cols-2 gap-3">
          <NumberField
            label={texts.fields.max_attempts_per_day}
            description={texts.attemptsHint}
            minValue={1}
            maxValue={1000}
            value={draft.max_attempts_per_day ?? Number.NaN}
            onChange={(value) => set({ max_attempts_per_day: Number.isNaN(value) ? null : value })}
            error={errors.of("max_attempts_per_day")}
          />
          <NumberField
            label={texts.fields.max_simultaneous_calls}
            description={texts.atOnceHint}
            minValue={1}
            maxValue={100_000}
            value={draft.max_simultaneous_calls ?? Number.NaN}
            onChange={(value) => set({ max_simultaneous_calls: Number.isNaN(value) ? null : value })}
            error={errors.of("max_simultaneous_calls")}
          />
        </div>
      </Group>
    </EditorPanel>
  );
}

function Copy({ workflow, onClose }: { workflow: Workflow; onClose: () => void }) {
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const refresh = useRefresh();
  const others = useQuery(everyWorkflow).data?.filter(({ id }) => id !== workflow.id) ?? [];
  const copying = useMutation({
    mutationFn: async () => {
      for (const id of chosen) await change(id, settingsOf(workflow));
    },
    onSuccess: () => {
      toast(texts.copied(chosen.length));
      onClose();
    },
    onSettled: () => refresh(REFRESH),
  });
  return (
    <Confirm
      title={texts.copyTitle(workflow.title)}
      isOpen
      onOpenChange={(isOpen) => isOpen || onClose()}
      action={texts.copyAction}
      isPending={copying.isPending}
      onConfirm={() => (chosen.length > 0 ? copying.mutate() : onClose())}
      error={copying.error}
    >
      <p>{texts.copyHint}</p>
      <fieldset className="flex flex-col gap-2">
        <legend className="mb-1 font-medium">{texts.copyChoose}</legend>
        {others.length === 0 && <p className="text-muted">{texts.noOthers}</p>}
        {others.map((other) => (
          <Checkbox
            key={other.id}
            isSelected={chosen.includes(other.id)}
            onChange={(isOn) => setChosen(isOn ? [...chosen, other.id] : chosen.filter((id) => id !== other.id))}
          >
            {other.title}
          </Checkbox>
        ))}
      </fieldset>
    </Confirm>
  );
}

function change(workflowId: string, changes: Partial<Settings>) {
  return told(call.PATCH(ONE, { params: { path: { workflow_id: workflowId } }, body: { settings: changes as never } }));
}

/** The settings of a workflow that have to do with calls; null for what it leaves open. */
function settingsOf({ settings }: Workflow): Settings {
  const given = settings as Partial<Settings>;
  return {
    timezone: given.timezone ?? null,
    calling_hours: given.calling_hours ?? null,
    max_attempts_per_day: given.max_attempts_per_day ?? null,
    max_simultaneous_calls: given.max_simultaneous_calls ?? null,
  };
}

function counted(value: number | null): string | undefined {
  return value === null ? undefined : formatNumber(value);
}
