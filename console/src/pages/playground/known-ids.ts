/** Ids of what is stored already, so that examples name something that is there. */
import { useQuery } from "@tanstack/react-query";
import type { KnownIds } from "./example";

/** Where the first of each kind is found, and which field of it a request names. */
const LISTS: readonly [names: readonly string[], path: string, field: string][] = [
  [["processor_id"], "/api/public/processors?limit=1", "id"],
  [["workflow_id", "default_workflow_id", "workflowId"], "/v1/workflows?limit=1", "id"],
  [["ruleset_id"], "/api/v1/rules", "ruleset_id"],
  [["rep_id"], "/api/v1/reps", "id"],
  [["agent_id", "agentId"], "/v1/agents", "id"],
];

export function useKnownIds(): KnownIds | undefined {
  const found = useQuery({ queryKey: ["known-ids"], queryFn: findAll, staleTime: 60_000 });
  return found.data;
}

async function findAll(): Promise<KnownIds> {
  const each = LISTS.map(async ([names, path, field]) => {
    const id = await firstId(path, field);
    return id === undefined ? [] : names.map((name) => [name, id] as const);
  });
  return Object.fromEntries((await Promise.all(each)).flat());
}

/** The lists of the surfaces differ in shape: the first object of the first list in the answer is what counts. */
async function firstId(path: string, field: string): Promise<string | undefined> {
  const answer = await fetch(path).catch(() => undefined);
  if (!answer?.ok) return undefined;
  const first = firstObject(await answer.json());
  const id = first?.[field] ?? first?.id;
  return typeof id === "string" ? id : undefined;
}

function firstObject(value: unknown): Record<string, unknown> | undefined {
  if (Array.isArray(value)) return value[0];
  if (typeof value !== "object" || value === null) return undefined;
  return Object.values(value)
    .map(firstObject)
    .find((found) => found !== undefined);
}
