/** The rules in the order in which they are tried: put in another order, added, copied, switched off, deleted. */

import { Copy, GripVertical, OctagonAlert, Plus, Power, Trash2, TriangleAlert } from "lucide-react";
import { useMemo } from "react";
import {
  Button as AriaButton,
  DropIndicator,
  GridList,
  GridListItem,
  ListLayout,
  useDragAndDrop,
  Virtualizer,
} from "react-aria-components";
import { api } from "../../api/client";
import { newKey } from "../../api/new-key";
import { rules as texts } from "../../texts/rules";
import { Badge } from "../../ui/badge";
import { Button } from "../../ui/button";
import { classes } from "../../ui/classes";
import { formatNumber } from "../../ui/format";
import { Menu } from "../../ui/menu";
import { Card } from "../../ui/page";
import { type Choices, moveRules, newRule, type Remark, type Router, type Rule } from "./model";
import { targetInWords } from "./target";
import { inWords } from "./tree";
import type { Remarks } from "./use-checks";

export const REST = "rest";

type Update = (next: (router: Router) => Router) => void;
type Props = {
  router: Router;
  chosen: string;
  onChoose: (key: string) => void;
  remarks: Remarks;
  choices: Choices | undefined;
  isReadOnly: boolean;
  update: Update;
};

export function RuleList({ router, chosen, onChoose, remarks, choices, isReadOnly, update }: Props) {
  const hits = useHits(router);
  const { dragAndDropHooks } = useDragAndDrop({
    getItems: (keys) => [...keys].map((key) => ({ "text/plain": nameOf(router, key) })),
    onReorder: ({ keys, target }) => {
      if (target.dropPosition === "on") return;
      const place = target.dropPosition;
      update((current) => ({ ...current, rules: moveRules(current.rules, keys, target.key, place) }));
    },
    renderDropIndicator: (target) => <DropIndicator target={target} className={DROP} />,
    isDisabled: isReadOnly,
  });
  const add = () => {
    const rule = newRule(router, texts.editor.newRule(router.rules.length + 1), choices);
    update((current) => ({ ...current, rules: [...current.rules, rule] }));
    onChoose(rule.key);
  };
  const places = useMemo(() => new Map(router.rules.map((rule, place) => [rule.key, place])), [router.rules]);
  const isLong = router.rules.length > MANY;
  const list = (
    <GridList
      aria-label={texts.editor.list}
      items={router.rules}
      selectionMode="single"
      selectionBehavior="replace"
      selectedKeys={chosen === REST ? [] : [chosen]}
      onSelectionChange={(keys) => {
        const [key] = keys === "all" ? [] : [...keys];
        if (key !== undefined) onChoose(String(key));
      }}
      dragAndDropHooks={dragAndDropHooks}
      dependencies={[router, remarks, choices, hits, isReadOnly]}
      renderEmptyState={() => <p className="px-4 py-5 text-muted">{texts.editor.noRules}</p>}
      className={classes("overflow-auto border-line border-t outline-none", isLong ? "h-[60vh]" : "max-h-[60vh]")}
    >
      {(rule) => (
        <GridListItem id={rule.key} textValue={rule.name} className={ROW}>
          <Row
            rule={rule}
            place={places.get(rule.key) ?? 0}
            target={targetInWords(rule, choices)}
            hits={rule.id === null || !hits ? undefined : (hits.rules[rule.id] ?? NO_HITS)}
            remarks={remarks.ofRule(rule.key)}
            isReadOnly={isReadOnly}
            update={update}
            onChoose={onChoose}
          />
        </GridListItem>
      )}
    </GridList>
  );
  return (
    <Card title={texts.title} hint={texts.editor.first} isFlush>
      {isLong ? (
        <Virtualizer layout={ListLayout} layoutOptions={LONG_LAYOUT}>
          {list}
        </Virtualizer>
      ) : (
        list
      )}
      <Rest
        router={router}
        choices={choices}
        hits={hits?.rest}
        remarks={remarks.ofRule(null)}
        {...{ chosen, onChoose }}
      />
      {!isReadOnly && (
        <div className="px-4 py-3">
          <Button icon={Plus} onPress={add}>
            {texts.editor.add}
          </Button>
        </div>
      )}
    </Card>
  );
}

/** Of longer lists only the rows in sight are drawn. */
const MANY = 60;
const LONG_LAYOUT = { estimatedRowSize: 92 };

const ROW =
  "group relative flex cursor-pointer items-start gap-1 border-line border-b py-2.5 pr-2 pl-1 outline-none hover:bg-canvas focus-visible:-outline-offset-2 selected:bg-accent-soft dragging:opacity-50";

const NO_HITS = { week: 0, month: 0 };

/** Where a rule would be put: a line between two others. */
const DROP =
  "relative z-10 h-0 outline-2 outline-transparent -outline-offset-1 drop-target:outline-accent data-[drop-target]:outline-accent";

type Hits = { week: number; month: number };

function useHits(router: Router) {
  const isProcessor = router.kind === "processor";
  const ofProcessor = api.useQuery(
    "get",
    "/console/processors/{processor_id}/hits",
    { params: { path: { processor_id: router.id } } },
    { enabled: isProcessor },
  );
  const ofRuleset = api.useQuery(
    "get",
    "/console/rulesets/{ruleset_id}/hits",
    { params: { path: { ruleset_id: router.id } } },
    { enabled: !isProcessor },
  );
  return isProcessor ? ofProcessor.data : ofRuleset.data;
}

type RowProps = {
  rule: Rule;
  place: number;
  target: string;
  hits: Hits | undefined;
  remarks: readonly Remark[];
  isReadOnly: boolean;
  update: Update;
  onChoose: (key: string) => void;
};

function Row({ rule, place, target, hits, remarks, isReadOnly, update, onChoose }: RowProps) {
  return (
    <>
      {!isReadOnly && (
        <AriaButton
          slot="drag"
          aria-label={texts.editor.drag(rule.name)}
          className="grid h-7 w-5 shrink-0 cursor-grab place-items-center rounded text-muted hover:text-ink"
        >
          <GripVertical aria-hidden className="size-4" />
        </AriaButton>
      )}
      <span className="w-6 shrink-0 pt-1 text-right text-muted text-xs tabular-nums">{place + 1}</span>
      <div className={classes("min-w-0 flex-1 px-1.5", !rule.isActive && "opacity-70")}>
        <span className="flex items-center gap-1.5">
          <span className="min-w-0 truncate font-medium">{rule.name || "…"}</span>
          {!rule.isActive && <Badge>{texts.editor.off1}</Badge>}
          <Marks remarks={remarks} />
        </span>
        <span className="line-clamp-2 break-words text-muted text-xs">{inWords(rule.condition)}</span>
        <span className="mt-0.5 flex justify-between gap-2 text-xs">
          <span className="min-w-0 truncate">→ {target}</span>
          <HitCount hits={hits} />
        </span>
      </div>
      {!isReadOnly && <RowMenu rule={rule} update={update} onChoose={onChoose} />}
    </>
  );
}

function Marks({ remarks }: { remarks: readonly Remark[] }) {
  if (remarks.length === 0) return null;
  const isProblem = remarks.some((remark) => remark.isProblem);
  const Icon = isProblem ? OctagonAlert : TriangleAlert;
  const label = isProblem ? texts.editor.problem : texts.editor.warnings(remarks.length);
  return (
    <span title={remarks.map((remark) => remark.message).join("\n")} className={isProblem ? "text-bad" : "text-warn"}>
      <Icon aria-hidden className="size-4" />
      <span className="sr-only">{label}</span>
    </span>
  );
}

function HitCount({ hits }: { hits: Hits | undefined }) {
  if (!hits) return null;
  const [week, month] = [formatNumber(hits.week), formatNumber(hits.month)];
  return (
    <span title={texts.editor.hitsLabel(week, month)} className="shrink-0 text-muted tabular-nums">
      <span aria-hidden>{texts.editor.hits(week, month)}</span>
      <span className="sr-only">{texts.editor.hitsLabel(week, month)}</span>
    </span>
  );
}

function RowMenu({ rule, update, onChoose }: Pick<RowProps, "rule" | "update" | "onChoose">) {
  const duplicate = () => {
    const copy = { ...rule, key: newKey(), id: null, name: texts.editor.copyOf(rule.name) };
    update((router) => {
      const rules = [...router.rules];
      rules.splice(rules.findIndex((one) => one.key === rule.key) + 1, 0, copy);
      return { ...router, rules };
    });
    onChoose(copy.key);
  };
  const toggle = () =>
    update((router) => ({
      ...router,
      rules: router.rules.map((one) => (one.key === rule.key ? { ...one, isActive: !one.isActive } : one)),
    }));
  const remove = () => update((router) => ({ ...router, rules: router.rules.filter((one) => one.key !== rule.key) }));
  const label = rule.isActive ? texts.editor.switchOff : texts.editor.switchOn;
  return (
    <Menu
      label={texts.editor.more(rule.name)}
      items={[
        { id: "duplicate", label: texts.editor.duplicate, icon: Copy, onAction: duplicate },
        { id: "toggle", label, icon: Power, onAction: toggle },
        { id: "remove", label: texts.editor.remove, icon: Trash2, isDanger: true, onAction: remove },
      ]}
    />
  );
}

type RestProps = Pick<Props, "router" | "choices" | "chosen" | "onChoose"> & {
  hits: Hits | undefined;
  remarks: readonly Remark[];
};

/** The last line: what becomes of leads that no rule takes. It cannot be moved. */
function Rest({ router, choices, chosen, onChoose, hits, remarks }: RestProps) {
  const workflow = choices?.workflows.find((item) => item.id === router.defaultWorkflowId);
  const where = router.kind === "processor" ? (workflow?.name ?? "…") : `${texts.rest.queue}: ${router.queueId}`;
  return (
    <AriaButton
      onPress={() => onChoose(REST)}
      aria-pressed={chosen === REST}
      className={classes(
        "-mt-px relative block w-full border-line border-y py-2.5 pr-3 pl-10 text-left hover:bg-canvas focus-visible:-outline-offset-2",
        chosen === REST && "bg-accent-soft",
      )}
    >
      <span className="flex items-center gap-1.5">
        <span className="font-medium">{texts.editor.otherwise}</span>
        <Marks remarks={remarks} />
      </span>
      <span className="flex justify-between gap-2 text-xs">
        <span className="min-w-0 truncate">→ {where}</span>
        <HitCount hits={hits} />
      </span>
    </AriaButton>
  );
}

function nameOf(router: Router, key: unknown): string {
  return router.rules.find((rule) => rule.key === key)?.name ?? "";
}
