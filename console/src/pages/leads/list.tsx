/** The list of leads: search, filters, columns, selection, and the file of it. */
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Columns3, Download, FileUp, SlidersHorizontal, Users } from "lucide-react";
import { useCallback, useEffect, useState } from "react";
import { call } from "../../api/client";
import { useMayWrite } from "../../session/session";
import { leads as texts } from "../../texts/leads";
import { Button, LinkButton } from "../../ui/button";
import { TextField } from "../../ui/field";
import { formatNumber } from "../../ui/format";
import { Loading } from "../../ui/loading";
import { Card, Empty, Page } from "../../ui/page";
import { ProblemBox } from "../../ui/problem";
import { Select } from "../../ui/select";
import { BulkBar } from "./bulk-bar";
import { useChoices } from "./choices";
import { ColumnChooser } from "./column-chooser";
import { useColumns } from "./columns";
import { FilterChips } from "./filter-chips";
import { FilterPanel } from "./filter-panel";
import { asQuery, isFiltered, useView, type View } from "./filters";
import { useSelection } from "./selection";
import { LeadsTable } from "./table";

const AT_ONCE = 100;
const SORTS = Object.entries(texts.sorts).map(([id, label]) => ({ id, label }));

export function LeadsList() {
  const [view, change] = useView();
  const [open, setOpen] = useState<"filters" | "columns" | null>(null);
  const { columns, choose, reset } = useColumns();
  const choices = useChoices();
  const mayWrite = useMayWrite();
  const found = useLeads(view, columns);
  const { selection, ...selecting } = useSelection(JSON.stringify(asQuery(view)));
  const rows = found.data?.pages.flatMap((page) => page.data) ?? [];
  const first = found.data?.pages[0];
  const exact = first && !first.more ? (first.total ?? null) : null;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = found;
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const total = first ? totalText(first.total ?? 0, first.more) : "";
  const loaded = hasNextPage ? texts.loaded(formatNumber(rows.length), total.toLowerCase()) : total;
  const footer = isFetchingNextPage ? texts.loadingMore : loaded;

  return (
    <Page
      title={texts.title}
      hint={texts.hint}
      isWide
      actions={
        <>
          {mayWrite && (
            <LinkButton to="/import" icon={FileUp}>
              {texts.importLeads}
            </LinkButton>
          )}
          <LinkButton to={exportAddress(view, columns)} icon={Download} reloadDocument download>
            {texts.export}
          </LinkButton>
        </>
      }
    >
      <div className="flex flex-wrap items-end gap-3">
        <div className="min-w-64 flex-1">
          <SearchField value={view.search} onChange={(search) => change({ search }, true)} />
        </div>
        <Button icon={SlidersHorizontal} onPress={() => setOpen("filters")}>
          {texts.filter}
        </Button>
        <div className="w-44">
          <Select
            label={texts.sort}
            isLabelHidden
            items={SORTS}
            value={view.sort}
            onChange={(sort) => change({ sort })}
          />
        </div>
        <Button icon={Columns3} onPress={() => setOpen("columns")}>
          {texts.columns}
        </Button>
      </div>
      <FilterChips
        filters={view.filters}
        named={choices.named}
        onChange={(filters) => change({ filters })}
        onClear={() => change({ search: "", filters: {} })}
      />
      <p role="status" className="sr-only">
        {total}
      </p>
      {mayWrite && (
        <BulkBar
          selection={selection}
          total={exact}
          totalText={total}
          query={asQuery(view)}
          choices={choices}
          selectAll={selecting.selectAll}
          clear={selecting.clear}
          areAllShown={rows.length > 0 && rows.every((row) => selection.ids.has(row.id)) && Boolean(hasNextPage)}
        />
      )}
      <ProblemBox error={found.error} onRetry={found.refetch} />
      <Card isFlush>
        {found.isPending && (
          <div className="px-5">
            <Loading />
          </div>
        )}
        {first && rows.length === 0 && (
          <Nothing isFiltered={isFiltered(view)} clear={() => change({ search: "", filters: {} })} />
        )}
        {rows.length > 0 && (
          <>
            <LeadsTable
              rows={rows}
              columns={columns}
              total={exact}
              selection={selection}
              select={selecting.select}
              maySelect={mayWrite}
              onEnd={loadMore}
            />
            <div className="flex items-center justify-between gap-4 px-5 py-2 text-muted text-xs">
              <span>{footer}</span>
              <span id="leads-list-hint">{texts.listHint}</span>
            </div>
          </>
        )}
      </Card>
      <FilterPanel
        isOpen={open === "filters"}
        onOpenChange={(isOpen) => setOpen(isOpen ? "filters" : null)}
        filters={view.filters}
        apply={(filters) => change({ filters })}
        choices={choices}
      />
      <ColumnChooser
        isOpen={open === "columns"}
        onOpenChange={(isOpen) => setOpen(isOpen ? "columns" : null)}
        columns={columns}
        choose={choose}
        reset={reset}
        metadataKeys={choices.metadataKeys}
      />
    </Page>
  );
}

function useLeads(view: View, columns: readonly string[]) {
  const query = { ...asQuery(view), sort: view.sort, columns: asked(columns), limit: AT_ONCE };
  return useInfiniteQuery({
    queryKey: ["get", "/console/leads", query],
    queryFn: async ({ pageParam, signal }) => {
      const { data } = await call.GET("/console/leads", { params: { query: { ...query, cursor: pageParam } }, signal });
      if (!data) throw new Error(texts.noneTitle);
      return data;
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
  });
}

/** Without a column there would be the usual ones of the server. */
const asked = (columns: readonly string[]) => (columns.length > 0 ? [...columns] : ["id"]);

function totalText(total: number, isMore: boolean): string {
  return isMore ? texts.more(formatNumber(total)) : texts.total(formatNumber(total), total === 1);
}

function exportAddress(view: View, columns: readonly string[]): string {
  const params = new URLSearchParams({ ...asQuery(view), sort: view.sort });
  for (const column of ["first_name", "last_name", ...columns]) params.append("columns", column);
  return `/console/leads/export.csv?${params}`;
}

const TYPING_MS = 250;

/** What is typed counts a moment after the last letter; what comes with the address counts at once. */
function SearchField({ value, onChange }: { value: string; onChange: (text: string) => void }) {
  const [text, setText] = useState(value);
  const [sent, setSent] = useState(value);
  const [seen, setSeen] = useState(value);
  if (value !== seen) {
    setSeen(value);
    // What was sent from here comes back with the address; by then more may have been typed.
    if (value !== sent) {
      setSent(value);
      setText(value);
    }
  }
  useEffect(() => {
    if (text.trim() === sent) return;
    const timer = window.setTimeout(() => {
      setSent(text.trim());
      onChange(text.trim());
    }, TYPING_MS);
    return () => window.clearTimeout(timer);
  }, [text, sent, onChange]);
  return (
    <TextField
      label={texts.search}
      isLabelHidden
      type="search"
      placeholder={texts.searchPlaceholder}
      value={text}
      onChange={setText}
      maxLength={200}
    />
  );
}

function Nothing({ isFiltered, clear }: { isFiltered: boolean; clear: () => void }) {
  if (isFiltered) {
    return (
      <Empty icon={Users} title={texts.noneTitle} action={<Button onPress={clear}>{texts.clearAll}</Button>}>
        {texts.noneHint}
      </Empty>
    );
  }
  return (
    <Empty
      icon={Users}
      title={texts.emptyTitle}
      action={
        <LinkButton to="/import" kind="primary" icon={FileUp}>
          {texts.importLeads}
        </LinkButton>
      }
    >
      {texts.emptyHint}
    </Empty>
  );
}
