/** Undo and redo: what the drawing was, step by step. */
import { useCallback, useReducer } from "react";

const DEEPEST = 200;
/** Typing goes back as a whole, not letter by letter. */
const TOGETHER_MS = 1500;

type State<T> = { past: readonly T[]; future: readonly T[]; tag: string; at: number };
type Action<T> =
  | { kind: "done"; before: T; tag: string; at: number }
  | { kind: "undo" | "redo"; now: T }
  | { kind: "rename"; rename: (value: T) => T }
  | { kind: "forget" };

function reduce<T>(state: State<T>, action: Action<T>): State<T> {
  switch (action.kind) {
    case "done": {
      const goesOn = action.tag !== "" && action.tag === state.tag && action.at - state.at < TOGETHER_MS;
      const past = goesOn ? state.past : [...state.past, action.before].slice(-DEEPEST);
      return { past, future: [], tag: action.tag, at: action.at };
    }
    case "undo":
      return { past: state.past.slice(0, -1), future: [action.now, ...state.future], tag: "", at: 0 };
    case "redo":
      return { past: [...state.past, action.now], future: state.future.slice(1), tag: "", at: 0 };
    case "rename":
      return { ...state, past: state.past.map(action.rename), future: state.future.map(action.rename) };
    case "forget":
      return { past: [], future: [], tag: "", at: 0 };
  }
}

export function useHistory<T>(now: T, show: (value: T) => void) {
  const [state, act] = useReducer(reduce<T>, { past: [], future: [], tag: "", at: 0 });
  const before = state.past.at(-1);
  const after = state.future[0];
  return {
    canUndo: before !== undefined,
    canRedo: after !== undefined,
    undo: () => {
      if (before === undefined) return;
      act({ kind: "undo", now });
      show(before);
    },
    redo: () => {
      if (after === undefined) return;
      act({ kind: "redo", now });
      show(after);
    },
    /** Remember what was before a change; changes with the same tag in quick succession are one. */
    done: useCallback((was: T, tag: string) => act({ kind: "done", before: was, tag, at: Date.now() }), []),
    rename: useCallback((rename: (value: T) => T) => act({ kind: "rename", rename }), []),
    forget: useCallback(() => act({ kind: "forget" }), []),
  };
}
