/** What the editor asks the server for. */
import { useQueries, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { api, call } from "../../../api/client";
import { everyAgent, everyNumber } from "../../../api/pages";
import { Problem } from "../../../api/problem";
import type { components } from "../../../api/schema";
import type { Choice } from "../../../ui/select";
import type { Content, DrawingStatus } from "./content";
import type { DrawnNode } from "./drawing";
import type { Names } from "./summary";

export type StoredDrawing = Omit<components["schemas"]["Drawing"], "nodes" | "statuses"> & {
  nodes: DrawnNode[];
  statuses: DrawingStatus[];
};
export type DrawingProblem = components["schemas"]["ProblemInDrawing"];

const PATH = "/console/workflows/{workflow_id}/drawing";

const at = (workflowId: string) => ({ params: { path: { workflow_id: workflowId } } });

export function useDrawing(workflowId: string) {
  const query = api.useQuery("get", PATH, at(workflowId));
  return { ...query, data: query.data as StoredDrawing | undefined };
}

/** Put a drawing that the server has just told into the place where `useDrawing` finds it. */
export function useKeepDrawing(workflowId: string): (drawing: StoredDrawing) => void {
  const queries = useQueryClient();
  return (drawing) => {
    const { queryKey } = api.queryOptions("get", PATH, at(workflowId));
    queries.setQueryData(queryKey, drawing as components["schemas"]["Drawing"]);
  };
}

export type Saved = { drawing: StoredDrawing; ids: Record<string, string> };

/** Save a drawing. `key` makes a repeated request harmless when the first answer was lost. */
export async function saveDrawing(workflowId: string, content: Content, expected: string, key: string): Promise<Saved> {
  const { data } = await call.PUT(PATH, {
    ...at(workflowId),
    body: { ...bodyOf(content), statuses: [...content.statuses], expected },
    headers: { "Idempotency-Key": key },
  });
  return data as Saved;
}

/** What is stored now, when a drawing was not saved because somebody else was faster. */
export function currentOf(error: unknown): StoredDrawing | undefined {
  if (!(error instanceof Problem) || error.status !== 409) return undefined;
  return (error.body as { current?: StoredDrawing }).current;
}

export async function findProblems(
  workflowId: string,
  content: Content,
  signal: AbortSignal,
): Promise<DrawingProblem[]> {
  const { data } = await call.POST("/console/workflows/{workflow_id}/problems", {
    ...at(workflowId),
    body: bodyOf(content),
    signal,
  });
  return data?.data ?? [];
}

function bodyOf(content: Content) {
  return {
    nodes: content.nodes as unknown as components["schemas"]["NodeInDrawing"][],
    edges: content.edges.map(({ from_node_id, to_node_id, label }) => ({ from_node_id, to_node_id, label })),
  };
}

/** What can be chosen in the forms of nodes. */
export type Choices = Readonly<{
  agents: readonly Choice[];
  numbers: readonly Choice[];
  rulesets: readonly Choice[];
  reps: readonly Choice[];
  tags: readonly Choice[];
  /** Columns of the files that leads came in with. */
  variables: readonly string[];
}>;

/** Every list is there as far as it has come: a form works without it. */
export function useChoices(workflowId: string): Choices {
  const [agents, numbers, rulesets, reps, tags, keys] = useQueries({
    queries: [
      everyAgent,
      everyNumber,
      api.queryOptions("get", "/api/v1/rules"),
      api.queryOptions("get", "/api/v1/reps"),
      api.queryOptions("get", "/api/public/tags"),
      api.queryOptions("get", "/v1/workflows/{workflow_id}/leads/variable-keys", at(workflowId)),
    ],
  });
  return useMemo(
    () => ({
      agents: (agents.data ?? []).map((one) => ({ id: one.id, label: one.name })),
      numbers: (numbers.data ?? []).map((one) => ({
        id: one.phone_number,
        label: one.label ? `${one.phone_number} · ${one.label}` : one.phone_number,
      })),
      rulesets: (rulesets.data?.data ?? []).map((one) => ({ id: one.rulesetId, label: one.name })),
      reps: (reps.data ?? []).map((one) => ({ id: one.repId, label: one.name })),
      tags: (tags.data?.data ?? []).map((one) => ({ id: one.name, label: one.name })),
      variables: keys.data?.keys ?? [],
    }),
    [agents.data, numbers.data, rulesets.data, reps.data, tags.data, keys.data],
  );
}

export function namesOf(choices: Choices, statuses: readonly DrawingStatus[]): Names {
  const named = [...choices.agents, ...choices.rulesets, ...choices.reps];
  return new Map([
    ...named.map((one) => [one.id, one.label] as const),
    ...statuses.map((one) => [one.key, one.label] as const),
  ]);
}

/** What agents, rulesets and reps are called, for a `Drawing`; empty as long as it is not known. */
export function useNames(): Names {
  const [agents, rulesets, reps] = useQueries({
    queries: [everyAgent, api.queryOptions("get", "/api/v1/rules"), api.queryOptions("get", "/api/v1/reps")],
  });
  return useMemo(
    () =>
      new Map([
        ...(agents.data ?? []).map((one) => [one.id, one.name] as const),
        ...(rulesets.data?.data ?? []).map((one) => [one.rulesetId, one.name] as const),
        ...(reps.data ?? []).map((one) => [one.repId, one.name] as const),
      ]),
    [agents.data, rulesets.data, reps.data],
  );
}
