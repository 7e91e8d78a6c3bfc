/** Columns that tables of settings have in common: the name that opens a row, and what can be done with it. */
import type { ReactNode } from "react";
import { useMayWrite } from "../../../session/session";
import { settings } from "../../../texts/settings";
import { TextButton } from "../../../ui/button";
import { Menu, type MenuAction } from "../../../ui/menu";
import type { Column } from "../../../ui/table";

export function nameColumn<Row>(
  label: string,
  nameOf: (row: Row) => string,
  onOpen: (row: Row) => void,
  hintOf?: (row: Row) => string | null,
): Column<Row> {
  return {
    id: "name",
    label,
    isHeader: true,
    cell: (row) => (
      <>
        <span className="font-medium">
          <TextButton onPress={() => onOpen(row)}>{nameOf(row)}</TextButton>
        </span>
        {hintOf && <span className="block break-all text-muted text-xs">{hintOf(row)}</span>}
      </>
    ),
  };
}

export function actionsColumn<Row>(cell: (row: Row) => ReactNode): Column<Row> {
  return {
    id: "actions",
    label: settings.actions,
    isLabelHidden: true,
    cell: (row) => <div className="flex justify-end">{cell(row)}</div>,
  };
}

/** What can be done with a row; nothing for those who may not. */
export function RowMenu({ name, items }: { name: string; items: readonly MenuAction[] }) {
  if (!useMayWrite()) return null;
  return <Menu label={settings.actionsFor(name)} items={items} />;
}
