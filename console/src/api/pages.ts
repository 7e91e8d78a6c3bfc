/** Lists that the server tells in parts. */
import { keepPreviousData, queryOptions, useInfiniteQuery } from "@tanstack/react-query";
import { call } from "./client";

type Part<Row> = { data: Row[]; next?: string | null; total?: number };
type Read<Row> = (cursor: string, signal: AbortSignal) => Promise<{ data?: Part<Row> }>;
type Options = {
  /** Show what was found before until the other is there: for lists that are searched. */
  isKept?: boolean;
  refetchInterval?: number;
};

/** A list by cursor, of which more is read when it is asked for. `total` is what the first part said. */
export function useParts<Row>(key: readonly unknown[], read: Read<Row>, { isKept, refetchInterval }: Options = {}) {
  return useInfiniteQuery({
    queryKey: key,
    queryFn: async ({ pageParam, signal }) => partOf(await read(pageParam, signal)),
    initialPageParam: "",
    getNextPageParam: (part) => part.next,
    ...(isKept && { placeholderData: keepPreviousData }),
    ...(refetchInterval && { refetchInterval }),
    select: ({ pages }) => ({ rows: pages.flatMap((part) => part.data), total: pages[0]?.total ?? 0 }),
  });
}

/** What an answer brought; the client has thrown when it brought nothing. */
function partOf<Row>({ data }: { data?: Part<Row> }): Part<Row> {
  return data ?? { data: [] };
}

type Paged<Row> = { data: Row[]; meta: { totalPages: number } };
type ReadPage<Row> = (params: { query: { page: number; limit: number } }) => Promise<{ data?: Paged<Row> }>;

const AT_ONCE = 100;
/** What is longer than this is not chosen from a list any more. */
const MOST_PAGES = 10;

export const everyAgent = every("/v1/agents", (params) => call.GET("/v1/agents", { params }));
export const everyWorkflow = every("/v1/workflows", (params) => call.GET("/v1/workflows", { params }));
export const everyNumber = every("/v1/organization-phone-numbers", (params) =>
  call.GET("/v1/organization-phone-numbers", { params }),
);

/** A list by pages as a whole, for those who choose from it. */
function every<Row>(path: string, read: ReadPage<Row>) {
  return queryOptions({
    queryKey: ["get", path, "every"],
    queryFn: async () => {
      const rows: Row[] = [];
      let pages = 1;
      for (let page = 1; page <= Math.min(pages, MOST_PAGES); page += 1) {
        const { data } = await read({ query: { page, limit: AT_ONCE } });
        rows.push(...(data?.data ?? []));
        pages = data?.meta.totalPages ?? 0;
      }
      return rows;
    },
  });
}
