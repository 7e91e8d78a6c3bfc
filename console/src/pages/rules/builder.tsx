/** Conditions drawn: comparisons in groups, groups in groups. */
import { FolderPlus, Plus, X } from "lucide-react";
import { useId } from "react";
import { rules } from "../../texts/rules";
import { Button, IconButton } from "../../ui/button";
import { classes } from "../../ui/classes";
import { ComboBox, Select } from "../../ui/select";
import type { Field } from "./model";
import {
  type Comparison,
  groupOf,
  isComparison,
  type Mode,
  type Operator,
  operatorsFor,
  type Tree,
  treeOf,
  withOperator,
} from "./tree";
import { isWide, KindEditor, ValueEditor } from "./value";

const texts = rules.builder;
const DEEPEST = 5;
const MODES = Object.entries(texts.modes).map(([id, label]) => ({ id, label }));
const FRESH: Comparison = { field: "", operator: "eq", value: "" };

type Props = { tree: Tree; fields: readonly Field[]; isReadOnly: boolean; onChange: (tree: Tree) => void };

export function Builder(props: Props) {
  const heading = useId();
  return (
    <div className="min-w-0">
      <h3 id={heading} className="mb-2 font-medium">
        {texts.label}
      </h3>
      <GroupEditor {...props} depth={0} />
    </div>
  );
}

type GroupProps = Props & { depth: number; onRemove?: () => void };

function GroupEditor({ tree, fields, isReadOnly, onChange, depth, onRemove }: GroupProps) {
  const group = groupOf(tree);
  const change = (parts: readonly Tree[], mode: Mode = group.mode) => onChange(treeOf({ mode, parts }));
  const replace = (at: number, part: Tree) => change(group.parts.map((one, place) => (place === at ? part : one)));
  const remove = (at: number) => change(group.parts.filter((_, place) => place !== at));
  const isBare = depth === 0 && group.parts.length < 2 && group.mode === "all";
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as this is
    <div
      role="group"
      aria-label={texts.modes[group.mode]}
      className={classes("flex flex-col gap-2", depth > 0 && "rounded-lg border border-line bg-canvas p-2.5")}
    >
      {!isBare && (
        <div className="flex items-center justify-between gap-2">
          <div className="w-60">
            <Select
              label={texts.mode}
              isLabelHidden
              items={MODES}
              value={group.mode}
              onChange={(mode) => change(group.parts, mode as Mode)}
              isDisabled={isReadOnly}
            />
          </div>
          {onRemove && !isReadOnly && <IconButton label={texts.removeGroup} icon={X} onPress={onRemove} isSmall />}
        </div>
      )}
      {group.parts.length === 0 && (
        <p className="rounded-lg bg-sunken px-3 py-2 text-muted">
          {group.mode === "all" || group.mode === "none" ? texts.every : texts.never}
        </p>
      )}
      {group.parts.map((part, at) => {
        const shared = { fields, isReadOnly, onRemove: () => remove(at) };
        return isComparison(part) ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: a condition is known by its place
          <ComparisonEditor key={at} comparison={part} onChange={(next) => replace(at, next)} {...shared} />
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: a group is known by its place
          <GroupEditor key={at} tree={part} depth={depth + 1} onChange={(next) => replace(at, next)} {...shared} />
        );
      })}
      {!isReadOnly && (
        <div className="flex flex-wrap gap-2">
          <Button kind="quiet" icon={Plus} onPress={() => change([...group.parts, FRESH])}>
            {texts.add}
          </Button>
          {depth < DEEPEST && group.parts.length > 0 && (
            <Button kind="quiet" icon={FolderPlus} onPress={() => change([...group.parts, { any: [FRESH] }])}>
              {texts.addGroup}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

type ComparisonProps = {
  comparison: Comparison;
  fields: readonly Field[];
  isReadOnly: boolean;
  onChange: (comparison: Comparison) => void;
  onRemove: () => void;
};

function ComparisonEditor({ comparison, fields, isReadOnly, onChange, onRemove }: ComparisonProps) {
  const field = fields.find((one) => one.path === comparison.field);
  const operators = operatorsFor(field?.kind, comparison.operator);
  const shared = { comparison, field, isReadOnly, onChange };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as this is
    <div
      role="group"
      aria-label={comparison.field || texts.field}
      className="flex items-start gap-1 rounded-lg border border-line bg-surface p-2"
    >
      <div className="flex min-w-0 flex-1 flex-col gap-2">
        <div className="flex gap-2">
          <div className="min-w-0 flex-1">
            <ComboBox
              label={texts.field}
              isLabelHidden
              isFree
              items={fields.map((one) => ({ id: one.path, label: one.path, hint: hintOf(one) }))}
              value={comparison.field}
              onChange={(path) => onChange({ ...comparison, field: path.trim() })}
              placeholder={texts.fieldPlaceholder}
              isDisabled={isReadOnly}
            />
          </div>
          <KindEditor {...shared} />
        </div>
        <div className={classes("grid gap-2", isWide(comparison) ? "grid-cols-1" : "grid-cols-2")}>
          <Select
            label={texts.operator}
            isLabelHidden
            items={operators.map((id) => ({ id, label: texts.operators[id] }))}
            value={comparison.operator}
            onChange={(operator) => onChange(withOperator(comparison, operator as Operator))}
            isDisabled={isReadOnly}
          />
          <ValueEditor {...shared} />
        </div>
      </div>
      {!isReadOnly && <IconButton label={texts.remove} icon={X} onPress={onRemove} isSmall />}
    </div>
  );
}

function hintOf(field: Field): string {
  const kind = texts.fieldKinds[field.kind] ?? field.kind;
  return field.is_core ? `${kind}, ${texts.everyLead}` : kind;
}
