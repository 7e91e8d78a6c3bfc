/** What the pages of imports ask the server for. */
import { keepPreviousData, useQueryClient } from "@tanstack/react-query";
import { api, call } from "../../api/client";
import type { components } from "../../api/schema";

export type Import = components["schemas"]["ImportProgress"];
export type Preview = components["schemas"]["ImportPreview"];
export type Target = components["schemas"]["ImportTarget"];
export type Kind = "processor" | "workflow" | "ruleset";
export type State = "uploaded" | "running" | "done" | "failed" | "cancelled";

export const LIST = "/console/imports";
export const ONE = "/console/imports/{import_id}";

const RUNNING_MS = 700;

export const KINDS: readonly Kind[] = ["processor", "workflow", "ruleset"];

export function isKind(text: string | null): text is Kind {
  return KINDS.some((kind) => kind === text);
}

/** The newest imports; looked at again and again while one is running. */
export function useImports(limit: number) {
  return api.useQuery(
    "get",
    LIST,
    { params: { query: { limit } } },
    {
      refetchInterval: ({ state }) => (state.data?.data.some(isRunning) ? RUNNING_MS : false),
      placeholderData: keepPreviousData,
    },
  );
}

/** One import; looked at again and again while it is running. */
export function useImport(id: string) {
  return api.useQuery("get", ONE, paramsOf(id), {
    refetchInterval: ({ state }) => (state.data && isRunning(state.data) ? RUNNING_MS : false),
  });
}

export function isRunning(one: Import): boolean {
  return one.state === "running";
}

function paramsOf(id: string) {
  return { params: { path: { import_id: id } } };
}

/** Note how far an import is, as an answer has just said. */
export function useNote() {
  const queries = useQueryClient();
  return (one: Import) => queries.setQueryData(api.queryOptions("get", ONE, paramsOf(one.id)).queryKey, one);
}

/** Forget what is known about imports, after something has changed them. */
export function useForget() {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[1]).startsWith(LIST) });
}

/** The file that was uploaded last in this tab, so that it can be read in another encoding. */
let last: { id: string; file: File } | undefined;

export function fileOf(id: string): File | undefined {
  return last?.id === id ? last.file : undefined;
}

export async function upload(file: File, encoding?: string): Promise<Preview> {
  const { data } = await call.POST(LIST, {
    params: { query: { file_name: file.name, ...(encoding && { encoding }) } },
    body: file.name,
    bodySerializer: () => file,
    headers: { "Content-Type": "application/octet-stream" },
  });
  if (!data) throw new Error();
  last = { id: data.id, file };
  return data;
}
