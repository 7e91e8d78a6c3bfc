/** What became of a lead on the bench: where it goes, and rule by rule why. */
import { CircleCheck, CircleSlash, CircleX } from "lucide-react";
import type { components } from "../../api/schema";
import { rules } from "../../texts/rules";
import { classes } from "../../ui/classes";
import type { Choices, Router } from "./model";

const texts = rules.bench;
const MOST_SHOWN = 200;
const LONGEST_SHOWN = 300;

export type Result = components["schemas"]["RulesTried"];
type TriedRule = components["schemas"]["TriedRule"];
type Props = { tried: Result; router: Router; isStale: boolean; choices: Choices | undefined };

export function Tried({ tried, router, isStale }: Props) {
  const target = tried.workflow?.name ?? tried.rep?.name ?? tried.rep?.rep_id;
  const rule = tried.rule === null ? undefined : router.rules[tried.rule];
  const nobody = router.kind === "processor" ? texts.refused : texts.waits;
  return (
    <div className="flex flex-col gap-3">
      {isStale && <p className="rounded-lg bg-warn-soft px-3 py-2 text-warn">{texts.stale}</p>}
      <p className={classes("rounded-lg px-3 py-2.5", target ? "bg-good-soft text-good" : "bg-warn-soft text-warn")}>
        {target ? (
          <>
            {texts.goesTo} <strong>{target}</strong>{" "}
            {rule && tried.rule !== null ? texts.byRule(tried.rule + 1, rule.name) : texts.byRest}
          </>
        ) : (
          nobody
        )}
      </p>
      <h3 className="font-medium">{texts.stories}</h3>
      <ol className="flex flex-col">
        {tried.rules.slice(0, MOST_SHOWN).map((story, place) => (
          <Story
            key={router.rules[place]?.key ?? place}
            place={place}
            name={router.rules[place]?.name ?? ""}
            story={story}
            decides={tried.rule === place}
          />
        ))}
      </ol>
    </div>
  );
}

type StoryProps = { place: number; name: string; story: TriedRule; decides: boolean };

function Story({ place, name, story, decides }: StoryProps) {
  const Icon = decides ? CircleCheck : story.failed ? CircleX : CircleSlash;
  const said = decides ? texts.matched : story.failed ? texts.failed : passedOver(story.skipped ?? "");
  return (
    <li className="flex items-start gap-2.5 border-line border-b py-2 last:border-b-0">
      <Icon
        aria-hidden
        className={classes("mt-0.5 size-4 shrink-0", decides ? "text-good" : story.failed ? "text-bad" : "text-muted")}
      />
      <div className="min-w-0 flex-1">
        <p className="break-words">
          <span className="text-muted tabular-nums">{place + 1}.</span> <span className="font-medium">{name}</span>
          <span className="text-muted"> · {said}</span>
        </p>
        {story.failed && <Failed failed={story.failed} />}
        {story.reps.length > 0 && (
          <p className="text-muted text-xs">
            {story.reps.map((rep) => `${rep.name ?? rep.rep_id}: ${verdict(rep.verdict)}`).join(" · ")}
          </p>
        )}
      </div>
    </li>
  );
}

function Failed({ failed }: { failed: NonNullable<TriedRule["failed"]> }) {
  return (
    <div className="text-xs">
      {failed.text && (
        <p className="break-words">
          {texts.wanted} <code className="font-mono">{failed.text}</code>
        </p>
      )}
      {failed.seen.map(({ field, value }) => (
        <p key={field} className="break-words text-muted">
          {value === null || value === undefined ? (
            texts.seenNothing(field)
          ) : (
            <>
              {texts.seen(field)}{" "}
              <code className="break-all font-mono text-ink">{JSON.stringify(value).slice(0, LONGEST_SHOWN)}</code>
            </>
          )}
        </p>
      ))}
    </div>
  );
}

function passedOver(why: string): string {
  return texts.skipped[why] ?? texts.passed(why);
}

function verdict(word: string): string {
  return texts.verdicts[word] ?? word.replaceAll("_", " ");
}
