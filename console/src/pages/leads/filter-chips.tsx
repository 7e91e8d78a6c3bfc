import { X } from "lucide-react";
import { leads as texts } from "../../texts/leads";
import { Button, IconButton } from "../../ui/button";
import { describe, FILTERS, type FilterName, type Filters } from "./filters";

type Props = {
  filters: Filters;
  named: (name: FilterName, id: string) => string;
  onChange: (filters: Filters) => void;
  onClear: () => void;
};

/** The filters that count now, each with a way to take it away. */
export function FilterChips({ filters, named, onChange, onClear }: Props) {
  const set = FILTERS.filter((name) => filters[name]);
  if (set.length === 0) return null;
  return (
    <ul aria-label={texts.filters} className="flex flex-wrap items-center gap-2">
      {set.map((name) => {
        const label = texts.fields[name] ?? name;
        return (
          <li key={name} className="flex items-center gap-1 rounded-lg bg-sunken py-0.5 pr-0.5 pl-3">
            <span className="text-muted">{label}:</span>
            <span className="max-w-60 truncate font-medium">{describe(name, filters[name] ?? "", named)}</span>
            <IconButton
              isSmall
              label={texts.removeFilter(label)}
              icon={X}
              onPress={() => onChange({ ...filters, [name]: "" })}
            />
          </li>
        );
      })}
      <li>
        <Button kind="quiet" onPress={onClear}>
          {texts.clearFilters}
        </Button>
      </li>
    </ul>
  );
}
