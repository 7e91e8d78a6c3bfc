/** Why a lead is where it is: every decision, rule by rule, in words. */
import { Check, Minus, Scale, X } from "lucide-react";
import { call } from "../../api/client";
import { useParts } from "../../api/pages";
import type { components } from "../../api/schema";
import { leads as texts } from "../../texts/leads";
import { Badge, type Tone } from "../../ui/badge";
import { Button } from "../../ui/button";
import { classes } from "../../ui/classes";
import { Loading } from "../../ui/loading";
import { Moment } from "../../ui/moment";
import { Card, Empty } from "../../ui/page";
import { ProblemBox } from "../../ui/problem";
import { conditionText, fieldName, outcomeOf, reasonOf, seenText, verdictText } from "./why-words";

type Decision = components["schemas"]["DecisionTale"];
type Rule = components["schemas"]["RuleTale"];
type Condition = components["schemas"]["ConditionTold"];

const WHY = "/console/leads/{lead_id}/why";

export function Why({ leadId }: { leadId: string }) {
  const found = useParts<Decision>(["get", WHY, leadId], (cursor, signal) =>
    call.GET(WHY, { params: { path: { lead_id: leadId }, query: { cursor } }, signal }),
  );
  const decisions = found.data?.rows ?? [];
  return (
    <div className="flex flex-col gap-4">
      <p className="text-muted">{texts.whyHint}</p>
      <ProblemBox error={found.error} onRetry={found.refetch} />
      {found.isPending && <Loading />}
      {found.data && decisions.length === 0 && (
        <Card>
          <Empty icon={Scale} title={texts.noWhy}>
            {texts.noWhyHint}
          </Empty>
        </Card>
      )}
      {decisions.map((decision) => (
        <DecisionCard key={decision.id} decision={decision} />
      ))}
      {found.hasNextPage && (
        <Button onPress={() => found.fetchNextPage()} isPending={found.isFetchingNextPage}>
          {texts.olderDecisions}
        </Button>
      )}
    </div>
  );
}

function DecisionCard({ decision }: { decision: Decision }) {
  return (
    <Card>
      <h2 className="break-words font-semibold">{outcomeOf(decision)}</h2>
      <p className="break-words">{reasonOf(decision)}</p>
      <p className="mb-3 text-muted text-xs">
        <Moment at={decision.decided_at} /> · {texts.version(decision.version)}
      </p>
      {decision.left_out > 0 && <p className="mb-2 text-muted">{texts.leftOut(decision.left_out)}</p>}
      <ol className="flex flex-col gap-2">
        {decision.rules.map((rule) => (
          <RuleLine key={`${rule.place}-${rule.name}`} rule={rule} />
        ))}
      </ol>
      {decision.not_reached > 0 && <p className="mt-3 text-muted">{texts.notReached(decision.not_reached)}</p>}
    </Card>
  );
}

const FATES: Record<string, Tone> = { matched: "good", passed_over: "warn" };

function RuleLine({ rule }: { rule: Rule }) {
  const isDecisive = rule.fate === "matched";
  return (
    <li className={classes("rounded-lg border p-3", isDecisive ? "border-accent bg-accent-soft" : "border-line")}>
      <div className="flex flex-wrap items-baseline justify-between gap-2">
        <h3 className="min-w-0 break-words font-medium">
          {rule.place}. {rule.name}
        </h3>
        <Badge tone={FATES[rule.fate]}>{texts.fates[rule.fate]}</Badge>
      </div>
      {rule.reason && <p className="text-muted">{texts.reasons[rule.reason] ?? rule.reason}</p>}
      {rule.fate !== "untested" && rule.conditions.length === 0 && <p className="text-muted">{texts.noConditions}</p>}
      <ul className="mt-1 flex flex-col gap-1">
        {rule.conditions.map((condition, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: what was decided does not change
          <ConditionLine key={place} condition={condition} />
        ))}
      </ul>
      {rule.reps.length > 0 && <Reps reps={rule.reps} />}
    </li>
  );
}

const INDENTS = ["", "ml-6", "ml-12", "ml-18", "ml-24"];

function ConditionLine({ condition }: { condition: Condition }) {
  const Icon = condition.holds ? Check : X;
  const isGroup = condition.kind !== "compare";
  return (
    <li className={classes("flex items-start gap-2", INDENTS[Math.min(condition.depth, INDENTS.length - 1)])}>
      <Icon
        role="img"
        aria-label={condition.holds ? texts.holds : texts.doesNotHold}
        className={classes("mt-0.5 size-4 shrink-0", condition.holds ? "text-good" : "text-bad")}
      />
      <span className="min-w-0 break-words">
        {isGroup ? (
          texts.groups[condition.kind]
        ) : (
          <>
            <span className="font-medium">{fieldName(condition.field ?? "")}</span> {conditionText(condition)}
            <span className="text-muted"> · {seenText(condition)}</span>
          </>
        )}
      </span>
    </li>
  );
}

function Reps({ reps }: { reps: Rule["reps"] }) {
  return (
    <div className="mt-2">
      <h4 className="text-muted text-xs">{texts.whoOf}</h4>
      <ul className="flex flex-col gap-0.5">
        {reps.map((rep) => {
          const hasIt = rep.verdict === "chosen" || rep.verdict === "stands in";
          const Icon = hasIt ? Check : Minus;
          return (
            <li key={rep.rep_id} className="flex items-center gap-2">
              <Icon aria-hidden className={classes("size-4 shrink-0", hasIt ? "text-good" : "text-muted")} />
              <span>
                <span className={hasIt ? "font-medium" : undefined}>{rep.name ?? rep.rep_id}</span>{" "}
                <span className="text-muted">{verdictText(rep.verdict)}</span>
              </span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
