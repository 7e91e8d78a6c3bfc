/** Somebody else has saved meanwhile: their version beside mine, and the choice between them. */
import { rules as texts } from "../../texts/rules";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { DataTable } from "../../ui/table";
import type { Choices, Kind, Router, Rule } from "./model";
import { targetInWords } from "./target";
import { inWords } from "./tree";

type Props = {
  theirs: Router;
  mine: Router;
  choices: Choices | undefined;
  isSaving: boolean;
  onTakeTheirs: (current: Router) => void;
  onOverwrite: (current: Router) => void;
  onGoOn: () => void;
};

export function Conflict({ theirs, mine, choices, isSaving, onTakeTheirs, onOverwrite, onGoOn }: Props) {
  const rows = differences(theirs, mine, choices);
  const footer = (
    <>
      <Button onPress={onGoOn}>{texts.conflict.goOn}</Button>
      <Button onPress={() => onTakeTheirs(theirs)}>{texts.conflict.takeTheirs}</Button>
      <Button kind="danger" onPress={() => onOverwrite(theirs)} isPending={isSaving}>
        {texts.conflict.overwrite}
      </Button>
    </>
  );
  return (
    <Dialog title={texts.conflict.title} isOpen onOpenChange={onGoOn} place="wide" footer={footer}>
      <div className="flex flex-col gap-4">
        <p>{texts.conflict.hint}</p>
        {rows.length > 0 ? (
          <DataTable
            label={texts.conflict.title}
            rows={rows}
            rowKey={(row) => row.key}
            columns={[
              { id: "what", label: texts.conflict.what, isHeader: true, cell: (row) => row.what },
              { id: "theirs", label: texts.conflict.theirs, cell: (row) => <Version lines={row.theirs} /> },
              { id: "mine", label: texts.conflict.mine, cell: (row) => <Version lines={row.mine} /> },
            ]}
          />
        ) : (
          <p className="text-muted">{texts.conflict.same}</p>
        )}
      </div>
    </Dialog>
  );
}

function Version({ lines }: { lines: readonly string[] }) {
  if (lines.length === 0) return <span className="text-muted italic">{texts.conflict.none}</span>;
  return (
    <div className="flex flex-col break-words">
      {lines.map((line, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines do not move
        <span key={at}>{line}</span>
      ))}
    </div>
  );
}

type Row = { key: string; what: string; theirs: readonly string[]; mine: readonly string[] };

/** What differs, rule by rule. Those of a processor keep their ids; new ones, and those of rulesets, their names. */
export function differences(theirs: Router, mine: Router, choices: Choices | undefined): Row[] {
  const rows: Row[] = [];
  const note = (key: string, what: string, left: readonly string[], right: readonly string[]) => {
    if (left.join("\n") !== right.join("\n")) rows.push({ key, what, theirs: left, mine: right });
  };
  note("name", texts.conflict.name, [theirs.name], [mine.name]);
  const counterparts = new Map(
    theirs.rules.map((rule) => [rule, mine.rules.find((one) => isSame(mine.kind, one, rule))]),
  );
  for (const rule of theirs.rules) {
    const other = counterparts.get(rule);
    note(`theirs ${rule.key}`, rule.name, said(rule, choices), other ? said(other, choices) : []);
  }
  const known = new Set(counterparts.values());
  for (const rule of mine.rules.filter((one) => !known.has(one))) {
    note(`mine ${rule.key}`, rule.name, [], said(rule, choices));
  }
  const both = [...counterparts].filter(([, other]) => other);
  const myOrder = mine.rules.filter((rule) => known.has(rule));
  note(
    "order",
    texts.conflict.order,
    both.map(([rule]) => rule.name),
    orderOf(myOrder, both),
  );
  note("rest", texts.editor.otherwise, rest(theirs, choices), rest(mine, choices));
  return rows;
}

/** My order, under the names that they have given. */
function orderOf(myOrder: readonly Rule[], both: readonly (readonly [Rule, Rule | undefined])[]): string[] {
  return myOrder.map((rule) => both.find(([, other]) => other === rule)?.[0].name ?? rule.name);
}

function isSame(kind: Kind, left: Rule, right: Rule): boolean {
  return left.id !== null && kind === "processor" ? left.id === right.id : left.name === right.name;
}

function said(rule: Rule, choices: Choices | undefined): string[] {
  return [
    rule.isActive ? rule.name : `${rule.name} (${texts.editor.off1})`,
    inWords(rule.condition),
    `→ ${targetInWords(rule, choices)}`,
  ];
}

function rest(router: Router, choices: Choices | undefined): string[] {
  if (router.kind === "ruleset") {
    return [router.queueId, router.onUnavailable === "error" ? texts.rest.refuse : texts.rest.fallback];
  }
  return [choices?.workflows.find((item) => item.id === router.defaultWorkflowId)?.name ?? router.defaultWorkflowId];
}
