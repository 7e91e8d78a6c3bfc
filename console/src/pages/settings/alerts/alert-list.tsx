/** A card with one kind of alert, of which every ruleset can have one. */
import type { LucideIcon } from "lucide-react";
import { type ComponentType, useState } from "react";
import { alerts as shared } from "../../../texts/settings-connections";
import { LinkButton } from "../../../ui/button";
import { Card, Empty } from "../../../ui/page";
import { type Column, DataTable } from "../../../ui/table";
import { actionsColumn, nameColumn, RowMenu } from "../kit/columns";
import { AddButton, Loaded, NEW, type Query, useOpened } from "../kit/list";
import { ConfirmRemoval } from "../kit/remove";
import { nameOf, useRulesets } from "../targets";
import { type Alert, type EditProps, refreshed } from "./alert-panel";

type Props<A extends Alert> = {
  /** What stands for the kind in the address. */
  name: string;
  icon: LucideIcon;
  texts: {
    title: string;
    hint: string;
    add: string;
    empty: string;
    emptyHint: string;
    remove: (name: string) => string;
  };
  path: string;
  query: Query & { data: { data: A[] } | undefined };
  columns: readonly Column<A>[];
  remove: (params: { path: { ruleset_id: string } }) => Promise<unknown>;
  editor: ComponentType<EditProps<A>>;
  onSecret: (secret: string | undefined) => void;
};

export function AlertList<A extends Alert>({ name, icon, texts, path, query, editor: Editor, ...props }: Props<A>) {
  const [opened, open] = useOpened(name);
  const [removed, askToRemove] = useState<A>();
  const rulesets = useRulesets();
  const all = query.data?.data ?? [];
  const edited = all.find((alert) => alert.id === opened);
  const titleOf = (alert: A) => nameOf(rulesets, alert.rulesetId) ?? alert.rulesetId;
  const add = <AddButton label={texts.add} onPress={() => open(NEW)} />;
  const toRules = <LinkButton to="/rules">{shared.toRules}</LinkButton>;
  const editing = { all, onSaved: props.onSecret, onClose: () => open(null) };
  const columns: Column<A>[] = [
    nameColumn(shared.ruleset, titleOf, (alert) => open(alert.id)),
    ...props.columns,
    actionsColumn((alert) => (
      <RowMenu
        name={titleOf(alert)}
        items={[
          { id: "edit", label: shared.edit, onAction: () => open(alert.id) },
          { id: "remove", label: shared.remove, isDanger: true, onAction: () => askToRemove(alert) },
        ]}
      />
    )),
  ];
  return (
    <Card title={texts.title} hint={texts.hint} actions={all.length > 0 && add} isFlush>
      <Loaded query={query}>
        {({ data }) =>
          data.length > 0 ? (
            <DataTable label={texts.title} rows={data} rowKey={(row) => row.id} columns={columns} />
          ) : (
            <Empty icon={icon} title={texts.empty} action={rulesets.length > 0 ? add : toRules}>
              {rulesets.length > 0 ? texts.emptyHint : shared.noRulesets}
            </Empty>
          )
        }
      </Loaded>
      {opened === NEW && <Editor {...editing} />}
      {edited && <Editor key={edited.id} before={edited} {...editing} />}
      {removed && (
        <ConfirmRemoval
          title={texts.remove(titleOf(removed))}
          remove={() => props.remove({ path: { ruleset_id: removed.rulesetId } })}
          refresh={refreshed(path)}
          done={shared.removed}
          onClose={() => askToRemove(undefined)}
        >
          {shared.removeHint}
        </ConfirmRemoval>
      )}
    </Card>
  );
}
