import { useCallback, useState } from "react";

/**
 * State of an editor that outlives a reload, a crash and the end of a session, in this tab.
 *
 * `draft` is `initial` until it is changed. `drop` forgets it: after saving, or when it is given up. `isKept` tells that
 * there was one when the editor opened.
 */
export function useDraft<T>(key: string, initial: T) {
  const name = `draft:${key}`;
  const [kept, setKept] = useState<T | undefined>(() => read<T>(name));
  const [isKept] = useState(kept !== undefined);
  const change = useCallback(
    (value: T) => {
      setKept(() => value);
      try {
        sessionStorage.setItem(name, JSON.stringify(value));
      } catch {
        // A draft that is too large for the browser's store lives in the page only.
      }
    },
    [name],
  );
  const drop = useCallback(() => {
    setKept(undefined);
    sessionStorage.removeItem(name);
  }, [name]);
  return { draft: kept === undefined ? initial : kept, isChanged: kept !== undefined, isKept, change, drop };
}

function read<T>(name: string): T | undefined {
  const text = sessionStorage.getItem(name);
  if (text === null) return undefined;
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}
