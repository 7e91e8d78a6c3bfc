import type { ReactNode } from "react";
import { Tabs as AriaTabs, Tab, TabList, TabPanel } from "react-aria-components";

export type TabItem = { id: string; label: string; content: ReactNode };
type Props = { label: string; items: readonly TabItem[]; value?: string; onChange?: (id: string) => void };

export function Tabs({ label, items, value, onChange }: Props) {
  return (
    <AriaTabs
      selectedKey={value}
      onSelectionChange={(key) => onChange?.(String(key))}
      className="flex min-h-0 flex-col gap-4"
    >
      <TabList aria-label={label} className="flex gap-1 overflow-x-auto border-line border-b">
        {items.map((item) => (
          <Tab
            key={item.id}
            id={item.id}
            className="-mb-px border-transparent border-b-2 px-3 py-2 text-muted hover:text-ink selected:border-accent selected:text-ink"
          >
            {item.label}
          </Tab>
        ))}
      </TabList>
      {items.map((item) => (
        <TabPanel key={item.id} id={item.id}>
          {item.content}
        </TabPanel>
      ))}
    </AriaTabs>
  );
}
