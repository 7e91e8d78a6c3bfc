/** An import that is over: what became of its rows. */
import { sentence, imports as texts } from "../../texts/import";
import { LinkButton } from "../../ui/button";
import { Page } from "../../ui/page";
import type { Import } from "./data";
import { isKind } from "./data";
import { Figures } from "./figures";
import { Rejects } from "./rejects";
import { targetPage, targetWords } from "./words";

export function Result({ one }: { one: Import }) {
  const { target } = one;
  return (
    <Page
      title={one.file_name}
      hint={target && targetWords(target)}
      actions={
        <>
          <LinkButton to="/import">{texts.another}</LinkButton>
          {target && isKind(target.kind) && (
            <LinkButton to={targetPage(target)}>{texts.seeTarget[target.kind]}</LinkButton>
          )}
          {one.accepted_rows + one.known_rows > 0 && (
            <LinkButton kind="primary" to={leadsPage(one)}>
              {texts.seeLeads}
            </LinkButton>
          )}
        </>
      }
    >
      <Ending one={one} />
      {target && <Figures one={one} />}
      {target && <Rejects one={one} />}
    </Page>
  );
}

const TONES = { done: "bg-good-soft text-good", failed: "bg-bad-soft text-bad", cancelled: "bg-warn-soft text-warn" };

function Ending({ one }: { one: Import }) {
  if (one.state === "uploaded" || one.state === "running") return null;
  const title = { done: texts.doneTitle, failed: texts.failedTitle, cancelled: texts.cancelledTitle }[one.state];
  return (
    <div role="status" className={`rounded-lg px-4 py-3 ${TONES[one.state]}`}>
      <p className="font-medium">{title}</p>
      {one.state === "done" && <p>{texts.took(secondsOf(one))}</p>}
      {one.error && <p className="break-words">{sentence(one.error)}</p>}
      {one.state === "failed" && <p className="mt-1">{texts.failedHint}</p>}
      {one.state === "cancelled" && (
        <p>{one.target ? texts.cancelledHint(one.done_rows, one.total_rows) : texts.cancelledUnstarted}</p>
      )}
    </div>
  );
}

function secondsOf({ started_at, finished_at }: Import): number {
  if (!started_at || !finished_at) return 0;
  return (new Date(finished_at).getTime() - new Date(started_at).getTime()) / 1000;
}

/** The leads of this import, as closely as the list can be filtered. */
function leadsPage({ target, source }: Import): string {
  if (target?.kind === "workflow") return `/leads?${new URLSearchParams({ workflow_id: target.id })}`;
  return `/leads?${new URLSearchParams({ source })}`;
}
