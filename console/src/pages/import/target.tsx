/** Where the leads go, and what their source is called. */
import { imports as texts } from "../../texts/import";
import { LinkButton } from "../../ui/button";
import { TextField } from "../../ui/field";
import { Card, Empty } from "../../ui/page";
import { RadioCards } from "../../ui/radio-card";
import { ComboBox } from "../../ui/select";
import { KINDS, type Kind, type Target } from "./data";
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
  const choose = (kind: Kind) => {
    const those = targets.filter((target) => target.kind === kind);
    onChange({ ...order, kind, targetId: (those.length === 1 && those[0]?.id) || null });
  };
  const items = KINDS.map((id) => ({
    id,
    ...texts.kindChoices[id],
    isDisabled: !targets.some((target) => target.kind === id),
  }));
  return <RadioCards label={texts.kindLabel} isLabelHidden isRow items={items} value={order.kind} onChange={choose} />;
}
