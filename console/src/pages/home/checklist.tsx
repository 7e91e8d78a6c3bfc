/** The way to the first routed lead. It goes away when that is there, or when it is hidden. */
import { Circle, CircleCheck, X } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useSession } from "../../session/session";
import { home } from "../../texts/home";
import { Button, IconButton, LinkButton } from "../../ui/button";
import { classes } from "../../ui/classes";
import { Card } from "../../ui/page";
import type { Setup } from "./live";
import { TestLead } from "./test-lead";

const texts = home.checklist;

type StepName = keyof typeof texts.steps;
type Step = { name: StepName; isDone: boolean; to?: string; isOptional?: boolean };

export function Checklist({ setup }: { setup: Setup }) {
  const { organization } = useSession();
  const [isHidden, hide] = useHidden(`first-lead:${organization.id}`);
  // Who sent the test lead from here reads what became of it, though the list is done with that.
  const [isReading, setReading] = useState(false);
  if (isHidden || (setup.routed_lead && !isReading)) return null;
  const steps: readonly Step[] = [
    { name: "workflow", isDone: setup.workflow, to: "/workflows" },
    { name: "active", isDone: setup.active_workflow, to: "/workflows" },
    { name: "rule", isDone: setup.rule, to: "/rules" },
    { name: "rep", isDone: setup.rep, to: "/settings/reps", isOptional: true },
    { name: "key", isDone: setup.key, to: "/settings/keys", isOptional: true },
    { name: "lead", isDone: setup.routed_lead },
  ];
  const done = steps.filter(({ isDone }) => isDone).length;
  const next = steps.find(({ isDone, isOptional }) => !isDone && !isOptional)?.name;
  return (
    <Card
      title={texts.title}
      hint={`${texts.hint} ${texts.progress(done, steps.length)}.`}
      actions={
        setup.routed_lead ? (
          <Button onPress={() => setReading(false)}>{texts.finish}</Button>
        ) : (
          <IconButton label={texts.dismiss} icon={X} onPress={hide} />
        )
      }
    >
      <ol className="flex flex-col divide-y divide-line">
        {steps.map((step) => (
          <StepRow key={step.name} step={step} isNext={step.name === next}>
            {step.name === "lead" && (step.name === next || setup.routed_lead) && (
              <TestLead setup={setup} onSend={() => setReading(true)} />
            )}
          </StepRow>
        ))}
      </ol>
    </Card>
  );
}

function StepRow({ step, isNext, children }: { step: Step; isNext: boolean; children: ReactNode }) {
  const { title, hint, action } = texts.steps[step.name];
  const Icon = step.isDone ? CircleCheck : Circle;
  return (
    <li className="py-3 first:pt-0 last:pb-0" aria-current={isNext ? "step" : undefined}>
      <div className="flex items-start gap-3">
        <Icon
          role="img"
          aria-label={step.isDone ? texts.done : texts.todo}
          className={classes("mt-0.5 size-5 shrink-0", step.isDone ? "text-good" : "text-line-strong")}
        />
        <div className="min-w-0 flex-1">
          <p className={classes("font-medium", step.isDone && "text-muted")}>
            {title}
            {step.isOptional && !step.isDone && (
              <span className="ml-2 font-normal text-muted text-xs">{texts.optional}</span>
            )}
          </p>
          {!step.isDone && <p className="text-muted text-xs">{hint}</p>}
        </div>
        {step.to && !step.isDone && (
          <LinkButton to={step.to} kind={isNext ? "primary" : "plain"}>
            {action}
          </LinkButton>
        )}
      </div>
      {children}
    </li>
  );
}

/** Remember in this browser that something is not to be shown any more. */
function useHidden(name: string): [boolean, () => void] {
  const [isHidden, setHidden] = useState(() => localStorage.getItem(name) === "hidden");
  const hide = () => {
    localStorage.setItem(name, "hidden");
    setHidden(true);
  };
  return [isHidden, hide];
}
