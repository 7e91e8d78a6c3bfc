/** The processor or ruleset in the editor: what is stored, what was changed, saving it, and who else saved. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef, useState } from "react";
import { call } from "../../api/client";
import { Problem } from "../../api/problem";
import { common } from "../../texts/common";
import { useDraft } from "../../ui/draft";
import { fromStored, type Kind, type Router, type Rule, toRules } from "./model";

export function keyOf(kind: Kind, id: string) {
  return ["rules", "stored", kind, id];
}

/** Read what is stored. It is not read again by itself: that would change the ground under the editor. */
export function useStored(kind: Kind, id: string) {
  return useQuery({
    queryKey: keyOf(kind, id),
    queryFn: () => readStored(kind, id),
    staleTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
}

async function readStored(kind: Kind, id: string): Promise<Router> {
  if (kind === "processor") {
    const params = { path: { processor_id: id } };
    const { data } = await call.GET("/console/processors/{processor_id}/rules", { params });
    if (data) return fromStored(kind, data);
  } else {
    const { data } = await call.GET("/console/rulesets/{ruleset_id}", { params: { path: { ruleset_id: id } } });
    if (data) return fromStored(kind, data);
  }
  throw new Error(common.failed);
}

export function useRouterDraft(stored: Router) {
  const { kind, id } = stored;
  const queries = useQueryClient();
  const { draft, isChanged, isKept, change, drop } = useDraft<Router>(`rules:${kind}:${id}`, stored);
  const latest = useRef(draft);
  latest.current = draft;
  const [isSaving, setSaving] = useState(false);
  const [error, setError] = useState<unknown>();
  const [theirs, setTheirs] = useState<Router>();

  const update = useCallback(
    (next: (router: Router) => Router) => {
      latest.current = next(latest.current);
      change(latest.current);
    },
    [change],
  );
  const updateRule = useCallback(
    (key: string, next: (rule: Rule) => Rule) =>
      update((router) => ({ ...router, rules: router.rules.map((rule) => (rule.key === key ? next(rule) : rule)) })),
    [update],
  );
  const settle = async (saved: Router) => {
    queries.setQueryData(keyOf(kind, id), saved);
    drop();
    setTheirs(undefined);
    setError(undefined);
    await queries.invalidateQueries({ queryKey: ["get", "/console/rules"] });
  };
  const save = async (expected = latest.current.expected): Promise<boolean> => {
    setSaving(true);
    setError(undefined);
    try {
      await settle(await writeStored({ ...latest.current, expected }));
      return true;
    } catch (problem) {
      const current = currentOf(kind, problem);
      if (current) setTheirs(current);
      else setError(problem);
      return false;
    } finally {
      setSaving(false);
    }
  };
  return {
    router: draft,
    isChanged,
    isKept,
    isSaving,
    error,
    theirs,
    update,
    updateRule,
    save,
    discard: drop,
    takeTheirs: (current: Router) => settle(current),
    goOn: () => setTheirs(undefined),
  };
}

async function writeStored(router: Router): Promise<Router> {
  const rules = toRules(router);
  const { kind, id, expected, name } = router;
  if (kind === "processor") {
    const body = { expected, name, rules, default_workflow_id: router.defaultWorkflowId, is_active: router.isActive };
    const params = { path: { processor_id: id } };
    const { data } = await call.PUT("/console/processors/{processor_id}/rules", { params, body });
    if (data) return fromStored(kind, data);
  } else {
    const body = { expected, name, rules, queue_id: router.queueId, on_unavailable: router.onUnavailable };
    const { data } = await call.PUT("/console/rulesets/{ruleset_id}", { params: { path: { ruleset_id: id } }, body });
    if (data) return fromStored(kind, data);
  }
  throw new Error(common.failed);
}

/** What somebody else has saved meanwhile, if that is the problem. */
function currentOf(kind: Kind, problem: unknown): Router | undefined {
  if (!(problem instanceof Problem) || problem.status !== 409) return undefined;
  const body = problem.body as { current?: Parameters<typeof fromStored>[1] };
  return body.current && fromStored(kind, body.current);
}
