/** Where the leads go, and what their source is called. */
import { Radio, RadioGroup } from "react-aria-components";
import { imports as texts } from "../../texts/import";
import { LinkButton } from "../../ui/button";
import { TextField } from "../../ui/field";
import { Card, Empty } from "../../ui/page";
import { ComboBox } from "../../ui/select";
import { isKind, KINDS, type Target } from "./data";
import { type Order, type Problems, shownTarget } from "./order";

type Props = { order: Order; targets: readonly Target[]; problems: Problems; onChange: (order: Order) => void };

export function TargetCard({ order, targets, problems, onChange }: Props) {
  if (targets.length === 0) {
    return (
      <Card title={texts.where}>
        <Empty title={texts.noTargets} action={<LinkButton to="/workflows">{texts.toWorkflows}</LinkButton>}>
          {texts.noTargetsHint}
        </Empty>
      </Card>
    );
  }
  const items = targets.filter(({ kind }) => kind === order.kind).map(({ id, name }) => ({ id, label: name }));
  return (
    <Card title={texts.where}>
      <div className="flex flex-col gap-4">
        <Kinds order={order} targets={targets} onChange={onChange} />
        <div className="grid gap-4 md:grid-cols-2">
          <ComboBox
            key={order.kind}
            label={texts.targetLabel[order.kind]}
            items={items}
            value={shownTarget(order, targets)?.id ?? null}
            onChange={(targetId) => onChange({ ...order, targetId })}
            placeholder={texts.targetPlaceholder}
            error={problems.target}
            isRequired
          />
          <TextField
            label={texts.sourceLabel}
            description={texts.sourceHint}
            value={order.source}
            onChange={(source) => onChange({ ...order, source })}
            error={problems.source}
            isRequired
          />
        </div>
      </div>
    </Card>
  );
}

function Kinds({ order, targets, onChange }: Omit<Props, "problems">) {
  const choose = (kind: string) => {
    if (!isKind(kind)) return;
    const those = targets.filter((target) => target.kind === kind);
    onChange({ ...order, kind, targetId: (those.length === 1 && those[0]?.id) || null });
  };
  return (
    <RadioGroup aria-label={texts.kindLabel} value={order.kind} onChange={choose} className="grid gap-3 md:grid-cols-3">
      {KINDS.map((kind) => (
        <Radio
          key={kind}
          value={kind}
          isDisabled={!targets.some((target) => target.kind === kind)}
          className="flex cursor-pointer items-start gap-3 rounded-lg border border-line px-4 py-3 selected:border-accent selected:bg-accent-soft disabled:opacity-60 focus-visible:outline-2 focus-visible:outline-accent"
        >
          {({ isSelected }) => (
            <>
              <span
                aria-hidden
                className={`mt-0.5 grid size-4 shrink-0 place-items-center rounded-full border bg-surface ${isSelected ? "border-accent" : "border-line-strong"}`}
              >
                {isSelected && <span className="size-2 rounded-full bg-accent" />}
              </span>
              <span>
                <span className="block font-medium">{texts.kindChoices[kind].label}</span>
                <span className="block text-muted text-xs">{texts.kindChoices[kind].hint}</span>
              </span>
            </>
          )}
        </Radio>
      ))}
    </RadioGroup>
  );
}
