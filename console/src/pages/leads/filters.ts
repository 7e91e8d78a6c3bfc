/** Which leads the list shows: kept in the address, so that a view can be shared and gone back to. */
import { useSearchParams } from "react-router";
import { leads as texts } from "../../texts/leads";
import { formatDate } from "../../ui/format";

export const FILTERS = [
  "workflow_id",
  "run_state",
  "status",
  "owner",
  "ownership",
  "tag",
  "campaign_id",
  "source",
  "created_from",
  "created_to",
  "do_not_call",
] as const;
export type FilterName = (typeof FILTERS)[number];
export type Filters = Partial<Record<FilterName, string>>;
export type View = { search: string; sort: string; filters: Filters };

/** The view in the address, and a way to change it. Going back undoes a filter, but not every letter typed. */
export function useView(): [View, (change: Partial<View>, isTyping?: boolean) => void] {
  const [params, setParams] = useSearchParams();
  const view = readView(params);
  const change = (changed: Partial<View>, isTyping = false) =>
    setParams((before) => writeView({ ...readView(before), ...changed }), { replace: isTyping });
  return [view, change];
}

function readView(params: URLSearchParams): View {
  const filters: Filters = {};
  for (const name of FILTERS) {
    const value = params.get(name);
    if (value) filters[name] = value;
  }
  const sort = params.get("sort") ?? "";
  return { search: params.get("search") ?? "", sort: sort in texts.sorts ? sort : "newest", filters };
}

function writeView({ search, sort, filters }: View): URLSearchParams {
  const params = new URLSearchParams();
  if (search) params.set("search", search);
  if (sort !== "newest") params.set("sort", sort);
  for (const name of FILTERS) {
    const value = filters[name];
    if (value) params.set(name, value);
  }
  return params;
}

/** The filter as the server takes it: days become moments in the viewer's zone. */
export function asQuery({ search, filters }: Pick<View, "search" | "filters">): Record<string, string> {
  const { created_from, created_to, ...plain } = filters;
  const from = created_from ? startOfDay(created_from, 0) : undefined;
  const before = created_to ? startOfDay(created_to, 1) : undefined;
  return {
    ...plain,
    ...(search && { search }),
    ...(from && { created_from: from }),
    ...(before && { created_before: before }),
  };
}

function startOfDay(day: string, later: number): string | undefined {
  const [year = Number.NaN, month = 1, date = 1] = day.split("-").map(Number);
  const moment = new Date(year, month - 1, date + later);
  return Number.isNaN(moment.getTime()) ? undefined : moment.toISOString();
}

export function isFiltered({ search, filters }: View): boolean {
  return search !== "" || Object.keys(filters).length > 0;
}

/** What a filter says, in words; `named` knows the names behind ids. */
export function describe(name: FilterName, value: string, named: (name: FilterName, id: string) => string): string {
  if (name === "run_state") return texts.states[value] ?? value;
  if (name === "ownership") return texts.ownerships[value] ?? value;
  if (name === "do_not_call") return texts.doNotCall[value] ?? value;
  if (name === "created_from" || name === "created_to") {
    const moment = startOfDay(value, 0);
    return moment ? formatDate(moment) : value;
  }
  return named(name, value);
}
