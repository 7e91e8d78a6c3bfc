/** How things stand, watched: the server sends what changed, and while it cannot, that is said. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, call } from "../../api/client";
import { Problem } from "../../api/problem";
import type { components } from "../../api/schema";

export type OverviewAnswer = components["schemas"]["OverviewAnswer"];
export type Overview = OverviewAnswer["data"];
export type Setup = OverviewAnswer["setup"];
export type Liveness = "opening" | "live" | "lost" | "stopped";

const ADDRESS = "/console/live";
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 15_000;

export const overviewQuery = api.queryOptions("get", "/console/overview");

/** Keep the overview up to date for as long as the page is in sight. `retry` starts again after it has stopped. */
export function useLive(): { liveness: Liveness; retry: () => void } {
  const queries = useQueryClient();
  const [liveness, setLiveness] = useState<Liveness>("opening");
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new attempt opens a new stream
  useEffect(() => {
    const keep = (answer: OverviewAnswer) =>
      queries.setQueryData<OverviewAnswer>(overviewQuery.queryKey, (known) =>
        known && Date.parse(known.at) > Date.parse(answer.at) ? known : answer,
      );
    const watch = new Watch(keep, setLiveness);
    const see = () => (document.visibilityState === "visible" ? watch.open() : watch.close());
    document.addEventListener("visibilitychange", see);
    see();
    return () => {
      document.removeEventListener("visibilitychange", see);
      watch.close();
    };
  }, [queries, attempt]);
  return { liveness, retry: () => setAttempt(attempt + 1) };
}

/** A stream that opens itself again: browsers give up on some failures, and know nothing of sessions. */
class Watch {
  private source: EventSource | undefined;
  private timer: number | undefined;
  private wait = FIRST_WAIT_MS;

  constructor(
    private readonly keep: (answer: OverviewAnswer) => void,
    private readonly say: (liveness: Liveness) => void,
  ) {}

  open(): void {
    this.close();
    const source = new EventSource(ADDRESS);
    source.addEventListener("overview", (event) => {
      this.wait = FIRST_WAIT_MS;
      this.say("live");
      this.keep(JSON.parse(event.data) as OverviewAnswer);
    });
    source.addEventListener("error", () => this.mend(source));
    this.source = source;
  }

  close(): void {
    window.clearTimeout(this.timer);
    this.source?.close();
    this.source = undefined;
  }

  /** Ask once in the usual way: that says that the server is away, or has the user sign in again. */
  private async mend(source: EventSource): Promise<void> {
    if (this.source !== source) return;
    source.close();
    this.say("lost");
    try {
      const { data } = await call.GET("/console/overview");
      if (this.source !== source) return;
      if (data) this.keep(data);
    } catch (problem) {
      if (this.source !== source) return;
      if (problem instanceof Problem && problem.status < 500) {
        this.say("stopped");
        return;
      }
    }
    this.timer = window.setTimeout(() => this.open(), this.wait);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT_MS);
  }
}
