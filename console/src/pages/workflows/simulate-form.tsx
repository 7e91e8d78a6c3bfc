/** What to simulate: how many leads, over how many days, and how they behave. */
import { ChevronRight, CirclePlay } from "lucide-react";
import type { ReactNode } from "react";
import { Button as AriaButton, Disclosure, DisclosurePanel, Heading } from "react-aria-components";
import { workflows } from "../../texts/workflows";
import { Button } from "../../ui/button";
import { Form, NumberField, TextArea } from "../../ui/field";
import { Card } from "../../ui/page";
import { conditionBranches } from "./canvas/branches";
import type { DrawnNode } from "./canvas/canvas";
import type { Drawn } from "./parts";
import { isModel, type Order } from "./simulate-order";

export type { Order } from "./simulate-order";

const texts = workflows.simulate;
const MOST_LEADS = 20_000;
const MOST_DAYS = 366;
const LONGEST_CALL = 14_400;

export const emptyOrder: Order = {
  leads: 1000,
  days: 30,
  seed: 1,
  arrivalDays: 1,
  answered: null,
  callFrom: null,
  callTo: null,
  branches: {},
  model: "",
};

type Props = {
  drawing: Drawn;
  order: Order;
  onChange: (order: Order) => void;
  onRun: () => void;
  isRunning: boolean;
  hasRun: boolean;
};

export function SimulateForm({ drawing, order, onChange, onRun, isRunning, hasRun }: Props) {
  const put = (part: Partial<Order>) => onChange({ ...order, ...part });
  const number = (key: "leads" | "days" | "seed" | "arrivalDays" | "answered" | "callFrom" | "callTo") => ({
    value: order[key] ?? Number.NaN,
    onChange: (value: number) => put({ [key]: Number.isNaN(value) ? null : value }),
  });
  const conditions = drawing.nodes.filter((node) => node.node_type === "CONDITIONAL");
  return (
    <Card title={texts.form}>
      <Form onSubmit={onRun}>
        <div className="grid grid-cols-2 gap-3">
          <NumberField label={texts.leads} minValue={1} maxValue={MOST_LEADS} isRequired {...number("leads")} />
          <NumberField label={texts.days} minValue={1} maxValue={MOST_DAYS} isRequired {...number("days")} />
        </div>
        <NumberField
          label={texts.arrival}
          description={texts.arrivalUnit}
          minValue={0}
          maxValue={MOST_DAYS}
          {...number("arrivalDays")}
        />
        <NumberField
          label={texts.answer}
          description={texts.answerHint}
          minValue={0}
          maxValue={100}
          {...number("answered")}
        />
        <Branches nodes={conditions} order={order} onChange={put} />
        <More>
          <NumberField label={texts.seed} description={texts.seedHint} minValue={0} {...number("seed")} />
          <fieldset className="flex flex-col gap-1">
            <legend className="mb-1 font-medium">{texts.length}</legend>
            <div className="grid grid-cols-2 gap-3">
              <NumberField label={texts.lengthFrom} minValue={1} maxValue={LONGEST_CALL} {...number("callFrom")} />
              <NumberField label={texts.lengthTo} minValue={1} maxValue={LONGEST_CALL} {...number("callTo")} />
            </div>
          </fieldset>
          <TextArea
            label={texts.model}
            description={texts.modelHint}
            isCode
            rows={5}
            value={order.model}
            onChange={(model) => put({ model })}
            error={isModel(order.model) ? "" : texts.modelWrong}
            placeholder={'{"zones": {"America/Santiago": 1}}'}
          />
        </More>
        <Button kind="primary" type="submit" icon={CirclePlay} isPending={isRunning}>
          {hasRun ? texts.again : texts.run}
        </Button>
      </Form>
    </Card>
  );
}

type BranchesProps = {
  nodes: readonly Pick<DrawnNode, "id" | "label" | "config">[];
  order: Order;
  onChange: (part: Partial<Order>) => void;
};

function Branches({ nodes, order, onChange }: BranchesProps) {
  if (nodes.length === 0) return null;
  const put = (nodeId: string, branch: string, share: number) => {
    const shares = { ...order.branches[nodeId], [branch]: Number.isNaN(share) ? null : share };
    onChange({ branches: { ...order.branches, [nodeId]: shares } });
  };
  return (
    <More title={texts.branches} hint={texts.branchesHint} isOpen>
      {nodes.map((node) => (
        <fieldset key={node.id} className="flex flex-col gap-2">
          <legend className="mb-1 font-medium">{node.label}</legend>
          {conditionBranches(node.config).map((branch) => (
            <div key={branch} className="flex items-center justify-between gap-3">
              <span aria-hidden className="min-w-0 break-words">
                {branchName(branch)}
              </span>
              <div className="w-32 shrink-0">
                <NumberField
                  label={texts.branch(node.label, branchName(branch))}
                  isLabelHidden
                  minValue={0}
                  maxValue={100}
                  value={order.branches[node.id]?.[branch] ?? Number.NaN}
                  onChange={(share) => put(node.id, branch, share)}
                />
              </div>
            </div>
          ))}
        </fieldset>
      ))}
    </More>
  );
}

function branchName(branch: string): string {
  if (branch === "true") return texts.yes;
  return branch === "false" ? texts.no : branch;
}

type MoreProps = { title?: string; hint?: string; isOpen?: boolean; children: ReactNode };

function More({ title = texts.more, hint, isOpen = false, children }: MoreProps) {
  return (
    <Disclosure defaultExpanded={isOpen} className="group border-line border-t pt-3">
      <Heading level={3}>
        <AriaButton slot="trigger" className="flex w-full items-center gap-1.5 text-left font-medium">
          <ChevronRight aria-hidden className="size-4 text-muted transition-transform group-expanded:rotate-90" />
          {title}
        </AriaButton>
      </Heading>
      <DisclosurePanel>
        <div className="flex flex-col gap-4 pt-3">
          {hint && <p className="text-muted text-xs">{hint}</p>}
          {children}
        </div>
      </DisclosurePanel>
    </Disclosure>
  );
}
