/** What can be done on the canvas, in terms of the drawing. */
import { useReactFlow, useStoreApi } from "@xyflow/react";
import { useCallback, useEffect, useMemo, useRef } from "react";
import { canvas as texts } from "../../../texts/canvas";
import { arrange } from "./arrange";
import {
  addNode,
  changeNode,
  connect,
  type DrawnNode,
  duplicateNodes,
  moveNodes,
  type NodeType,
  relabel,
  removeEdges,
  removeNodes,
} from "./drawing";
import type { StepNode } from "./flow";
import { makeNode, placeAfter } from "./place";
import { WIDTH } from "./shape";
import type { Editor } from "./use-editor";
import { boundsOf, SURVEYED, viewOf } from "./view";

const READABLE = 0.8;
const HALF = 60;

type Point = { x: number; y: number };

export function useActions(editor: Editor) {
  const flow = useReactFlow();
  const store = useStoreApi();
  const now = useRef(editor);
  now.current = editor;

  const goTo = useCallback(
    (node: DrawnNode) => {
      now.current.select(new Set([node.id]));
      const zoom = Math.max(flow.getZoom(), READABLE);
      void flow.setCenter(node.position_x + WIDTH / 2, node.position_y + HALF, { zoom });
    },
    [flow],
  );

  return useMemo(() => {
    const { commit, select } = { commit: editor.commit, select: editor.select };
    const chosen = () => now.current.selection;
    return {
      show: (id: string) => {
        const node = now.current.content.nodes.find((one) => one.id === id);
        if (node) goTo(node);
      },
      add: (type: NodeType, place?: Point) => {
        const { content, selection } = now.current;
        const after = content.nodes.find((node) => selection.has(node.id));
        const node = makeNode(content, type, place ?? placeAfter(content, after));
        commit((drawn) => ({ ...drawn, ...addNode(drawn, node) }));
        if (place) select(new Set([node.id]));
        else goTo(node);
      },
      addTo: (from: string, branch: string, type: NodeType) => {
        const { content } = now.current;
        const start = content.nodes.find((node) => node.id === from);
        const node = makeNode(content, type, placeAfter(content, start));
        commit((drawn) => ({ ...drawn, ...connect(addNode(drawn, node), from, branch, node.id) }));
        goTo(node);
      },
      move: (places: ReadonlyMap<string, Point>) =>
        commit((drawn) => ({ ...drawn, ...moveNodes(drawn, places) }), `move:${[...places.keys()].join()}`),
      connect: (from: string, branch: string, to: string | null) =>
        commit((drawn) => ({ ...drawn, ...connect(drawn, from, branch, to) })),
      change: (id: string, changes: Partial<DrawnNode>, field: string) =>
        commit((drawn) => ({ ...drawn, ...changeNode(drawn, id, changes) }), `${id}:${field}`),
      renameBranch: (id: string, before: string, after: string, config: DrawnNode["config"]) =>
        commit((drawn) => {
          const renamed = before ? relabel(drawn, id, before, after) : drawn;
          return { ...drawn, ...changeNode(renamed, id, { config }) };
        }, `${id}:branches`),
      remove: (ids: ReadonlySet<string>) => {
        if (ids.size === 0) return;
        commit((drawn) => ({ ...drawn, ...removeEdges(removeNodes(drawn, ids), ids) }));
        select(new Set());
      },
      duplicate: () => {
        let copies = new Set<string>();
        commit((drawn) => {
          const ids = new Set(drawn.nodes.filter((node) => chosen().has(node.id)).map((node) => node.id));
          if (ids.size === 0) return drawn;
          const made = duplicateNodes(drawn, ids, texts.copyOf);
          copies = made.copies;
          return { ...drawn, ...made.graph };
        });
        if (copies.size > 0) select(copies);
      },
      tidy: () => {
        const places = arrange(now.current.content);
        commit((drawn) => ({ ...drawn, ...moveNodes(drawn, places) }));
        const { width, height } = store.getState();
        const placed = flow.getNodes().map((node) => ({ ...node, position: places.get(node.id) ?? node.position }));
        const view = { least: SURVEYED, focus: [...chosen()].find((id) => places.has(id)) };
        void flow.setViewport(
          viewOf(placed as StepNode[], boundsOf(placed as StepNode[], []), { width, height }, view),
        );
      },
    };
  }, [editor.commit, editor.select, flow, store, goTo]);
}

export type Actions = ReturnType<typeof useActions>;

/** Undo and redo with the usual keys, wherever the focus is but in a field, which has its own. */
export function useUndoKeys({ undo, redo }: { undo: () => void; redo: () => void }, isOn: boolean): void {
  useEffect(() => {
    if (!isOn) return;
    const press = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || isField(event.target)) return;
      const key = event.key.toLowerCase();
      if (key === "z" && !event.shiftKey) undo();
      else if (key === "y" || (key === "z" && event.shiftKey)) redo();
      else return;
      event.preventDefault();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [undo, redo, isOn]);
}

function isField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]") !== null;
}
