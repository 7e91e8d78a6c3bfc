/** Which leads are selected: some by their ids, or all that the search and the filters let through. */
import { useState } from "react";

export type Selection = { isAll: boolean; ids: ReadonlySet<string> };
const NOTHING: Selection = { isAll: false, ids: new Set() };

export function useSelection(view: string) {
  const [state, setState] = useState({ view, selection: NOTHING });
  const selection = state.view === view ? state.selection : NOTHING;
  const set = (changed: Selection) => setState({ view, selection: changed });
  return {
    selection,
    clear: () => set(NOTHING),
    selectAll: () => set({ isAll: true, ids: new Set() }),
    select: (ids: readonly string[], isSelected: boolean) => {
      const kept = new Set(selection.ids);
      for (const id of ids) isSelected ? kept.add(id) : kept.delete(id);
      set({ isAll: false, ids: kept });
    },
  };
}
