/**
 * The same done to many leads: batch by batch, so that it can be watched, stopped, and taken up again.
 *
 * Every batch is sent under a key of its own: one whose answer was lost can be sent again without being done twice.
 */
import { useRef, useState } from "react";
import { call } from "../../api/client";
import { newKey } from "../../api/new-key";
import type { components } from "../../api/schema";
import { leads as texts } from "../../texts/leads";

export type ActionName = keyof typeof texts.actions;
export type BulkResult = components["schemas"]["BulkResult"];
export type Which = { ids: readonly string[] } | { query: Record<string, string> };
export type Progress = {
  done: number;
  unchanged: number;
  refused: number;
  problems: BulkResult[];
  state: "running" | "finished" | "stopped" | "failed";
  error?: unknown;
};

const AT_ONCE = 200;
const MOST_PROBLEMS = 500;
const NO_FILTER: components["schemas"]["FilterBody"] = {
  search: "",
  workflow_id: "",
  run_state: "",
  status: "",
  owner: "",
  ownership: "",
  tag: "",
  campaign_id: "",
  source: "",
  created_from: "",
  created_before: "",
  do_not_call: "",
};
const FRESH: Progress = { done: 0, unchanged: 0, refused: 0, problems: [], state: "running" };

type Job = { action: ActionName; target: string; which: Which; key: string; batch: number; cursor: string | null };

export function useBulk(onFinished: () => void) {
  const [progress, setProgress] = useState<Progress>();
  const job = useRef<Job>(undefined);
  const isStopped = useRef(false);

  const go = async () => {
    isStopped.current = false;
    setProgress((before) => ({ ...(before ?? FRESH), state: "running", error: undefined }));
    try {
      while (job.current && !isStopped.current) {
        const answer = await sendBatch(job.current);
        setProgress((before) => add(before ?? FRESH, answer));
        job.current = nextJob(job.current, answer.next);
      }
      setProgress((before) => ({ ...(before ?? FRESH), state: job.current ? "stopped" : "finished" }));
    } catch (error) {
      setProgress((before) => ({ ...(before ?? FRESH), state: "failed", error }));
    }
    onFinished();
  };
  const start = (action: ActionName, target: string, which: Which) => {
    job.current = { action, target, which, key: newKey(), batch: 0, cursor: null };
    setProgress(FRESH);
    return go();
  };
  const stop = () => {
    isStopped.current = true;
  };
  return { progress, start, stop, goOn: go, reset: () => setProgress(undefined) };
}

/** Do something to one lead. */
export async function actOnLead(action: ActionName, target: string, leadId: string): Promise<BulkResult> {
  const job = { action, target, which: { ids: [leadId] }, key: newKey(), batch: 0, cursor: null };
  const [result] = (await sendBatch(job)).results;
  if (!result) throw new Error(texts.missing);
  if (result.outcome === "refused") throw new Error(result.message ?? texts.refusedOnes);
  return result;
}

async function sendBatch({ action, target, which, key, batch, cursor }: Job) {
  const from = batch * AT_ONCE;
  const selected =
    "ids" in which
      ? { lead_ids: which.ids.slice(from, from + AT_ONCE), filter: null, cursor: null }
      : { lead_ids: null, filter: { ...NO_FILTER, ...which.query }, cursor };
  const { data } = await call.POST("/console/leads/bulk", {
    body: { action, target: target || null, ...selected },
    headers: { "Idempotency-Key": `${key}-${batch}` },
  });
  if (!data) throw new Error(texts.refusedOnes);
  return data;
}

function nextJob(job: Job, next: string | null): Job | undefined {
  const following = { ...job, batch: job.batch + 1, cursor: next };
  const isOver = "ids" in job.which ? following.batch * AT_ONCE >= job.which.ids.length : next === null;
  return isOver ? undefined : following;
}

function add(before: Progress, answer: components["schemas"]["BulkAnswer"]): Progress {
  const problems = answer.results.filter((result) => result.outcome === "refused");
  return {
    ...before,
    done: before.done + answer.done,
    unchanged: before.unchanged + answer.unchanged,
    refused: before.refused + answer.refused,
    problems: [...before.problems, ...problems].slice(0, MOST_PROBLEMS),
  };
}
