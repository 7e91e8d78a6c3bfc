/** One thing done to many leads: what it needs, how far it is, and what became of each. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { common } from "../../texts/common";
import { leads as texts } from "../../texts/leads";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { formatNumber } from "../../ui/format";
import { ProblemBox } from "../../ui/problem";
import { type ActionName, type Progress, useBulk, type Which } from "./bulk";
import type { Choices } from "./choices";
import { needsTarget, TargetField } from "./target-field";

type Props = {
  action: ActionName;
  which: Which;
  howMany: string;
  choices: Choices;
  onClose: (isDone: boolean) => void;
};

const SHOWN = 20;

export function BulkDialog({ action, which, howMany, choices, onClose }: Props) {
  const client = useQueryClient();
  const [target, setTarget] = useState("");
  const refresh = () => void client.invalidateQueries();
  const { progress, start, stop, goOn } = useBulk(refresh);
  const state = progress?.state;
  const isReady = !needsTarget(action) || target.trim() !== "";
  const footer = (
    <>
      {state === "running" ? (
        <Button onPress={stop}>{texts.stopRun}</Button>
      ) : (
        <Button onPress={() => onClose(progress !== undefined)}>{progress ? common.close : common.cancel}</Button>
      )}
      {(state === "failed" || state === "stopped") && (
        <Button kind="primary" onPress={goOn}>
          {texts.goOn}
        </Button>
      )}
      {!progress && (
        <Button
          kind={action === "archive" ? "danger" : "primary"}
          isDisabled={!isReady}
          onPress={() => start(action, target.trim(), which)}
        >
          {texts.run(texts.actions[action], howMany)}
        </Button>
      )}
    </>
  );
  return (
    <Dialog
      title={texts.actions[action]}
      isOpen
      onOpenChange={() => state !== "running" && onClose(progress !== undefined)}
      footer={footer}
    >
      {progress ? (
        <Results progress={progress} />
      ) : (
        <div className="flex flex-col gap-4">
          <p className="text-muted">{texts.actionHints[action]}</p>
          <TargetField action={action} value={target} onChange={setTarget} choices={choices} />
        </div>
      )}
    </Dialog>
  );
}

function Results({ progress }: { progress: Progress }) {
  const { done, unchanged, refused, problems, state } = progress;
  const all = done + unchanged + refused;
  return (
    <div className="flex flex-col gap-3">
      <p role="status" className="font-medium">
        {state === "running"
          ? texts.running(formatNumber(all))
          : texts.resultCounts(formatNumber(done), formatNumber(unchanged), formatNumber(refused))}
      </p>
      {state === "stopped" && <p className="text-muted">{texts.stopped}</p>}
      <ProblemBox error={progress.error} />
      {problems.length > 0 && (
        <section aria-labelledby="refused-leads">
          <h3 id="refused-leads" className="mb-1 font-medium">
            {texts.refusedOnes}
          </h3>
          <ul className="flex flex-col gap-1">
            {problems.slice(0, SHOWN).map((problem) => (
              <li key={problem.lead_id} className="break-words">
                <span className="font-medium">{problem.name}</span>{" "}
                <span className="text-muted">{problem.message}</span>
              </li>
            ))}
          </ul>
          {refused > SHOWN && <p className="text-muted">{texts.moreRefused(formatNumber(refused - SHOWN))}</p>}
        </section>
      )}
    </div>
  );
}
