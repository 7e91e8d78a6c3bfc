/** A list of settings: its heading, what can be added, and what stands there while there is nothing. */
import { Plus } from "lucide-react";
import type { ReactNode } from "react";
import { useSearchParams } from "react-router";
import { useMayWrite } from "../../../session/session";
import { settings } from "../../../texts/settings";
import { Button } from "../../../ui/button";
import { formatNumber } from "../../../ui/format";
import { Loading } from "../../../ui/loading";
import { ProblemBox } from "../../../ui/problem";

type Query = { isPending: boolean; error: unknown; refetch: () => unknown };

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
