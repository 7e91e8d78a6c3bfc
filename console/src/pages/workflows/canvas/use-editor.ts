/** The state of the editor: what is drawn, what was drawn before, what is chosen, and how it is saved. */

import { useMutation } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { newKey } from "../../../api/new-key";
import { canvas as texts } from "../../../texts/canvas";
import { useDraft } from "../../../ui/draft";
import { toast } from "../../../ui/toast";
import { currentOf, type StoredDrawing, saveDrawing, useKeepDrawing } from "./api";
import { overlaps } from "./arrange";
import { tidied } from "./canvas";
import { type Content, contentOf, renameIds, sameContent } from "./content";
import { useHistory } from "./history";

/** What is kept until it is saved: the drawing, and what it was drawn over. */
type Draft = { content: Content; base: { content: Content; digest: string } };

export function useEditor(workflowId: string, stored: StoredDrawing) {
  const keep = useKeepDrawing(workflowId);
  const base = useMemo(() => baseOf(stored), [stored]);
  const kept = useDraft<Draft>(`drawing:${workflowId}`, { content: base.content, base });
  const { content } = kept.draft;
  const latest = useRef(kept.draft);
  latest.current = kept.draft;
  const [selection, setSelection] = useState<ReadonlySet<string>>(new Set());

  const put = useCallback(
    (next: Content) => {
      const over = latest.current.base;
      latest.current = { content: next, base: over };
      kept.change(latest.current);
    },
    [kept.change],
  );
  const history = useHistory(content, put);
  // Fields that hold what is being typed begin anew when the drawing goes back or forth under them.
  const [revision, setRevision] = useState(0);
  const anew = (step: () => void) => () => {
    setRevision((count) => count + 1);
    step();
  };

  /** Change what is drawn; changes with the same tag in quick succession are undone together. */
  const commit = useCallback(
    (change: (content: Content) => Content, tag = "") => {
      const before = latest.current.content;
      const next = change(before);
      if (next === before) return;
      history.done(before, tag);
      put(next);
    },
    [history.done, put],
  );

  const keyOf = useSaveKey();
  const saving = useMutation({
    mutationFn: (over: string) =>
      saveDrawing(workflowId, latest.current.content, over, keyOf(latest.current.content, over)),
    onSuccess: ({ drawing, ids: named }) => {
      const ids = new Map(Object.entries(named));
      const drawn = renameIds(latest.current.content, ids);
      const saved = baseOf(drawing);
      history.rename((value) => renameIds(value, ids));
      setSelection((chosen) => new Set([...chosen].map((id) => ids.get(id) ?? id)));
      keep(drawing);
      if (sameContent(drawn, saved.content)) kept.drop();
      else kept.change({ content: drawn, base: saved });
      toast(texts.saved);
    },
    onError: (error) => {
      const current = currentOf(error);
      if (current) keep(current);
    },
  });

  const isChanged = useMemo(
    () => kept.isChanged && !sameContent(content, kept.draft.base.content),
    [kept.isChanged, kept.draft.base, content],
  );
  useLeaveWarning(isChanged);
  const isStale = kept.isChanged && !isChanged && kept.draft.base.digest !== stored.digest;
  useEffect(() => {
    if (isStale) kept.drop();
  }, [isStale, kept.drop]);

  return {
    content,
    commit,
    selection,
    select: setSelection,
    history: { ...history, undo: anew(history.undo), redo: anew(history.redo) },
    revision,
    isChanged,
    isKept: kept.isKept,
    saving,
    save: () => saving.mutate(latest.current.base.digest),
    /** What somebody else has made of it since, and what it was when drawing began. */
    overtakenBy:
      isChanged && kept.draft.base.digest !== stored.digest
        ? { before: kept.draft.base.content, now: base.content, isArranged: overlaps(stored) }
        : null,
    takeTheirs: anew(() => {
      kept.drop();
      history.forget();
      setSelection(new Set());
      saving.reset();
    }),
    overwrite: () => {
      kept.change({ content, base });
      saving.mutate(stored.digest);
    },
  };
}

export type Editor = ReturnType<typeof useEditor>;

function baseOf(stored: StoredDrawing): Draft["base"] {
  const content = contentOf(stored);
  return { content: { ...content, ...tidied(content) }, digest: stored.digest };
}

/** The same save has the same key: when its answer was lost, it is asked for again and not done twice. */
function useSaveKey(): (content: Content, over: string) => string {
  const last = useRef<{ content: Content; over: string; key: string }>(undefined);
  return (content, over) => {
    if (last.current?.content !== content || last.current.over !== over) {
      last.current = { content, over, key: newKey() };
    }
    return last.current.key;
  };
}

/** Closing the tab would lose what is not saved; the browser asks first. */
function useLeaveWarning(isChanged: boolean): void {
  useEffect(() => {
    if (!isChanged) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [isChanged]);
}
