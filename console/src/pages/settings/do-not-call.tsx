/** Numbers that are never called: search them, add many, take some off. */
import { PhoneOff, Trash2 } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { call } from "../../api/client";
import { useParts } from "../../api/pages";
import type { components } from "../../api/schema";
import { useMayWrite } from "../../session/session";
import { settings } from "../../texts/settings";
import { doNotCall as texts } from "../../texts/settings-calls";
import { Button, IconButton } from "../../ui/button";
import { Checkbox } from "../../ui/field";
import { formatNumber } from "../../ui/format";
import { Moment } from "../../ui/moment";
import { Card, Empty, Page } from "../../ui/page";
import { type Column, DataTable } from "../../ui/table";
import { AddNumbers } from "./add-numbers";
import { actionsColumn } from "./kit/columns";
import { AddButton, Loaded, MoreFooter, NEW, SearchBox, useOpened } from "./kit/list";
import { ConfirmRemoval } from "./kit/remove";

type Entry = components["schemas"]["BlockedNumber"];

export const LIST = "/console/settings/do-not-call";

export default function DoNotCallPage() {
  const [opened, open] = useOpened();
  const [search, setSearch] = useState("");
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [removed, remove] = useState<readonly string[]>([]);
  const found = useEntries(useDeferredValue(search.trim()));
  const add = <AddButton label={texts.add} onPress={() => open(NEW)} />;
  const isEmpty = found.data?.total === 0 && search.trim() === "";
  return (
    <Page title={texts.title} hint={texts.hint} actions={!isEmpty && add}>
      <Card isFlush>
        {!isEmpty && (
          <div className="flex flex-wrap items-center justify-between gap-3 px-5 pt-2 pb-4">
            <div className="min-w-64 max-w-md flex-1">
              <SearchBox label={texts.search} value={search} onChange={setSearch} />
            </div>
            {chosen.length > 0 && (
              <Button kind="danger" icon={Trash2} onPress={() => remove(chosen)}>
                {texts.remove(chosen.length)}
              </Button>
            )}
          </div>
        )}
        <Loaded query={found}>
          {({ rows, total }) =>
            rows.length > 0 ? (
              <>
                <Table rows={rows} chosen={chosen} onChoose={setChosen} onRemove={(id) => remove([id])} />
                <MoreFooter list={found}>{texts.total(formatNumber(rows.length), formatNumber(total))}</MoreFooter>
              </>
            ) : isEmpty ? (
              <Empty icon={PhoneOff} title={texts.empty} action={add}>
                {texts.emptyHint}
              </Empty>
            ) : (
              <Empty title={settings.nothingFound}>{settings.nothingFoundHint}</Empty>
            )
          }
        </Loaded>
      </Card>
      {opened === NEW && <AddNumbers onClose={() => open(null)} />}
      {removed.length > 0 && (
        <ConfirmRemoval
          title={texts.removeTitle}
          action={texts.removeAction}
          remove={() => removeAll(removed)}
          refresh={[LIST]}
          done={texts.removed(removed.length)}
          onDone={() => setChosen(chosen.filter((id) => !removed.includes(id)))}
          onClose={() => remove([])}
        >
          {texts.removeHint(removed.length)}
        </ConfirmRemoval>
      )}
    </Page>
  );
}

const AT_ONCE = 1000;

async function removeAll(ids: readonly string[]) {
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    await call.POST(`${LIST}/remove`, { body: { ids: ids.slice(at, at + AT_ONCE) } });
  }
}

function useEntries(search: string) {
  return useParts<Entry>(
    ["get", LIST, search],
    (cursor, signal) => call.GET(LIST, { params: { query: { search, cursor, limit: 100 } }, signal }),
    { isKept: true },
  );
}

type TableProps = {
  rows: readonly Entry[];
  chosen: readonly string[];
  onChoose: (ids: readonly string[]) => void;
  onRemove: (id: string) => void;
};

function Table({ rows, chosen, onChoose, onRemove }: TableProps) {
  const mayWrite = useMayWrite();
  const { columns } = texts;
  const choice: Column<Entry> = {
    id: "choice",
    label: texts.chooseAll,
    isLabelHidden: true,
    cell: (row) => (
      <Checkbox
        aria-label={texts.choose(row.phone_number)}
        isSelected={chosen.includes(row.id)}
        onChange={(isOn) => onChoose(isOn ? [...chosen, row.id] : chosen.filter((id) => id !== row.id))}
      />
    ),
  };
  const actions = actionsColumn<Entry>((row) => (
    <IconButton label={texts.removeOne(row.phone_number)} icon={Trash2} isSmall onPress={() => onRemove(row.id)} />
  ));
  return (
    <>
      {mayWrite && (
        <div className="border-line border-b px-5 pb-3">
          <Checkbox
            isSelected={rows.every((row) => chosen.includes(row.id))}
            isIndeterminate={chosen.length > 0 && !rows.every((row) => chosen.includes(row.id))}
            onChange={(isOn) => onChoose(isOn ? rows.map((row) => row.id) : [])}
          >
            {texts.chooseAll}
          </Checkbox>
        </div>
      )}
      <DataTable
        label={texts.title}
        rows={rows}
        rowKey={(row) => row.id}
        columns={[
          ...(mayWrite ? [choice] : []),
          {
            id: "number",
            label: columns.number,
            isHeader: true,
            cell: (row) => <span className="whitespace-nowrap tabular-nums">{row.phone_number}</span>,
          },
          {
            id: "reason",
            label: columns.reason,
            cell: (row) =>
              row.reason ? (
                <span className="break-words">{row.reason}</span>
              ) : (
                <span className="text-muted">{texts.noReason}</span>
              ),
          },
          { id: "since", label: columns.since, cell: (row) => <Moment at={row.created_at} /> },
          ...(mayWrite ? [actions] : []),
        ]}
      />
    </>
  );
}
