/** A list of settings: its heading, what can be added, and what stands there while there is nothing. */
import { type LucideIcon, Plus } from "lucide-react";
import type { ReactNode } from "react";
import { useSearchParams } from "react-router";
import { useMayWrite } from "../../../session/session";
import { common } from "../../../texts/common";
import { settings } from "../../../texts/settings";
import { Button } from "../../../ui/button";
import { TextField } from "../../../ui/field";
import { formatNumber } from "../../../ui/format";
import { Loading } from "../../../ui/loading";
import { Card, Empty, Page } from "../../../ui/page";
import { ProblemBox } from "../../../ui/problem";

export type Query = { isPending: boolean; error: unknown; refetch: () => unknown };

/** What a query brought, or that it is on its way, or why it did not come. */
export function Loaded<T>({
  query,
  children,
}: {
  query: Query & { data: T | undefined };
  children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined) return children(query.data);
  return (
    <div className="px-5 py-3">
      {query.error ? <ProblemBox error={query.error} onRetry={() => query.refetch()} /> : <Loading />}
    </div>
  );
}

/** The button that adds to a list; nothing for those who may not. */
export function AddButton({ label, onPress }: { label: string; onPress: () => void }) {
  if (!useMayWrite()) return null;
  return (
    <Button kind="primary" icon={Plus} onPress={onPress}>
      {label}
    </Button>
  );
}

/** Which thing is open beside its list. It stands in the address, so that it is still open after a reload. */
export function useOpened(name = "open"): [string | null, (id: string | null) => void] {
  const [params, setParams] = useSearchParams();
  const open = (id: string | null) =>
    setParams((before) => {
      const after = new URLSearchParams(before);
      if (id === null) after.delete(name);
      else after.set(name, id);
      return after;
    });
  return [params.get(name), open];
}

export const NEW = "new";

type PagerProps = { page: number; pages: number; total: number; onChange: (page: number) => void };

export function Pager({ page, pages, total, onChange }: PagerProps) {
  if (pages <= 1) return null;
  return (
    <nav aria-label={settings.pages} className="flex items-center justify-between gap-3 border-line border-t px-5 py-3">
      <span className="text-muted" aria-live="polite">
        {settings.pageOf(formatNumber(page), formatNumber(pages), formatNumber(total))}
      </span>
      <span className="flex gap-2">
        <Button onPress={() => onChange(page - 1)} isDisabled={page <= 1}>
          {settings.previous}
        </Button>
        <Button onPress={() => onChange(page + 1)} isDisabled={page >= pages}>
          {settings.next}
        </Button>
      </span>
    </nav>
  );
}

/** What a list by pages brought. */
export type Paged<Row> = { data: readonly Row[]; meta: { total: number; totalPages: number } };

type ListProps<Row> = {
  texts: { title: string; hint: string; empty: string; emptyHint: string; add: string };
  icon: LucideIcon;
  /** Nothing is added by those who may not. */
  onAdd: (() => void) | undefined;
  query: Query & { data: Paged<Row> | undefined };
  page: number;
  onPage: (page: number) => void;
  table: (rows: readonly Row[]) => ReactNode;
  /** What is open over the page. */
  children: ReactNode;
};

/** A page that is one list by pages. What adds to it stands in one place: above it, or where nothing is. */
export function ListPage<Row>({ texts, icon, onAdd, query, page, onPage, table, children }: ListProps<Row>) {
  const add = onAdd && <AddButton label={texts.add} onPress={onAdd} />;
  const isEmpty = query.data?.data.length === 0;
  return (
    <Page title={texts.title} hint={texts.hint} actions={!isEmpty && add}>
      <Card isFlush>
        <Loaded query={query}>
          {({ data, meta }) =>
            data.length > 0 ? (
              <>
                {table(data)}
                <Pager page={page} pages={meta.totalPages} total={meta.total} onChange={onPage} />
              </>
            ) : (
              <Empty icon={icon} title={texts.empty} action={add}>
                {texts.emptyHint}
              </Empty>
            )
          }
        </Loaded>
      </Card>
      {children}
    </Page>
  );
}

type SearchProps = { label: string; value: string; onChange: (text: string) => void };

/** The box above a list that finds some of it. */
export function SearchBox({ label, value, onChange }: SearchProps) {
  return <TextField label={label} isLabelHidden placeholder={label} type="search" value={value} onChange={onChange} />;
}

type Parts = { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };

/** Below a list by cursor: how much of it is shown, and the way to more. */
export function MoreFooter({ list, children }: { list: Parts; children: string }) {
  return (
    <footer className="flex items-center justify-between border-line border-t px-5 py-3 text-muted">
      <span aria-live="polite">{children}</span>
      {list.hasNextPage && (
        <Button onPress={() => list.fetchNextPage()} isPending={list.isFetchingNextPage}>
          {common.more}
        </Button>
      )}
    </footer>
  );
}
