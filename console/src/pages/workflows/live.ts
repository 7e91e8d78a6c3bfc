/** How the leads of a workflow stand at this moment. */
import { api } from "../../api/client";
import type { components } from "../../api/schema";

export type Live = components["schemas"]["Live"];

const PATH = "/console/workflows/{workflow_id}/live";
const OFTEN_MS = 3_000;
const SELDOM_MS = 30_000;
const MANY = 10_000;

const at = (workflowId: string) => ({ params: { path: { workflow_id: workflowId } } });

/** Watch a workflow. Counting many leads takes the server longer, so it is asked less often. */
export function useLive(workflowId: string) {
  return api.useQuery("get", PATH, at(workflowId), {
    refetchInterval: (query) => (isLarge(query.state.data) ? SELDOM_MS : OFTEN_MS),
  });
}

/** To ask once how it stands now. */
export function liveNow(workflowId: string) {
  return { ...api.queryOptions("get", PATH, at(workflowId)), staleTime: OFTEN_MS };
}

function isLarge(live: Live | undefined): boolean {
  if (!live) return false;
  return Object.values(live.runs).reduce((sum, count) => sum + count, 0) > MANY;
}
