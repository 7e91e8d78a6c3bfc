import { EllipsisVertical, type LucideIcon } from "lucide-react";
import type { ReactElement } from "react";
import { Menu as AriaMenu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import { IconButton } from "./button";
import { classes } from "./classes";

export type MenuAction = {
  id: string;
  label: string;
  icon?: LucideIcon;
  isDanger?: boolean;
  isDisabled?: boolean;
  onAction: () => void;
};
type Props = { label: string; items: readonly MenuAction[]; trigger?: ReactElement };

/** What can be done with something, behind three dots unless there is another `trigger`. */
export function Menu({ label, items, trigger }: Props) {
  return (
    <MenuTrigger>
      {trigger ?? <IconButton label={label} icon={EllipsisVertical} />}
      <Popover
        placement="bottom end"
        offset={4}
        className="min-w-44 rounded-lg border border-line bg-surface p-1 shadow-lg"
      >
        <AriaMenu aria-label={label} className="outline-none">
          {items.map(({ id, label: text, icon: Icon, isDanger, ...item }) => (
            <MenuItem
              key={id}
              id={id}
              textValue={text}
              {...item}
              className={classes(
                "flex cursor-pointer items-center gap-2 rounded-md px-2 py-1.5 outline-none focus:bg-accent-soft disabled:opacity-50",
                isDanger && "text-bad",
              )}
            >
              {Icon && <Icon aria-hidden className="size-4" />}
              {text}
            </MenuItem>
          ))}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
