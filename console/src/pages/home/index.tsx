/** Home: how things stand, live; and on the first day, the way to the first routed lead. */
import { useQuery } from "@tanstack/react-query";
import { Radio, RotateCw } from "lucide-react";
import { common } from "../../texts/common";
import { home } from "../../texts/home";
import { Button } from "../../ui/button";
import { classes } from "../../ui/classes";
import { Loading } from "../../ui/loading";
import { Page } from "../../ui/page";
import { ProblemBox } from "../../ui/problem";
import { Checklist } from "./checklist";
import { LeadsPerHour } from "./hours";
import { type Liveness, overviewQuery, useLive } from "./live";
import { Tiles } from "./tiles";
import { WentTo } from "./went-to";

export default function HomePage() {
  const { liveness, retry } = useLive();
  const overview = useQuery(overviewQuery);
  return (
    <Page title={common.home} hint={home.hint} actions={<LiveSign liveness={liveness} onRetry={retry} />}>
      {overview.isPending && <Loading />}
      {!overview.data && <ProblemBox error={overview.error} onRetry={overview.refetch} />}
      {overview.data && (
        <>
          <Checklist setup={overview.data.setup} />
          <Tiles overview={overview.data.data} />
          <LeadsPerHour hours={overview.data.data.hours} />
          <WentTo overview={overview.data.data} />
        </>
      )}
    </Page>
  );
}

const SIGNS: Record<Liveness, { label: string; hint: string; look: string }> = {
  opening: { label: common.loading, hint: "", look: "text-muted" },
  live: { label: home.live, hint: home.liveHint, look: "text-good" },
  lost: { label: home.notLive, hint: home.notLiveHint, look: "text-warn" },
  stopped: { label: home.stopped, hint: "", look: "text-warn" },
};

function LiveSign({ liveness, onRetry }: { liveness: Liveness; onRetry: () => void }) {
  const { label, hint, look } = SIGNS[liveness];
  return (
    <>
      <p role="status" title={hint} className={classes("flex items-center gap-1.5 font-medium", look)}>
        <Radio aria-hidden className="size-4" />
        {label}
      </p>
      {liveness === "stopped" && (
        <Button icon={RotateCw} onPress={onRetry}>
          {home.tryAgain}
        </Button>
      )}
    </>
  );
}
