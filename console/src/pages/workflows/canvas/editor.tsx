/** The page on which a workflow is drawn: `/workflows/{id}/draw`. */
import { ReactFlowProvider } from "@xyflow/react";
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import { useParams, useSearchParams } from "react-router";
import { isMissing } from "../../../api/problem";
import { useMayWrite } from "../../../session/session";
import { canvas as texts } from "../../../texts/canvas";
import { common } from "../../../texts/common";
import { Button } from "../../../ui/button";
import { Loading } from "../../../ui/loading";
import { Page } from "../../../ui/page";
import { ProblemBox } from "../../../ui/problem";
import { Missing } from "../parts";
import { currentOf, namesOf, type StoredDrawing, useChoices, useDrawing } from "./api";
import { Board } from "./board";
import { Conflict } from "./conflict";
import { Finder, Palette } from "./palette";
import { Panel } from "./panel";
import { Statuses } from "./statuses";
import { Toolbar } from "./toolbar";
import { useActions, useUndoKeys } from "./use-actions";
import { type Editor, useEditor } from "./use-editor";
import { useProblems } from "./use-problems";
import { useRemoval } from "./use-removal";

const OVER = ["completed", "cancelled"];
const LIVE = ["active", "paused"];
const ONCE_OPENED_MS = 200;

export default function EditorPage() {
  const { id = "" } = useParams();
  const drawing = useDrawing(id);
  if (isMissing(drawing.error)) return <Missing />;
  if (!drawing.data) {
    return (
      <Page title={texts.title}>
        {drawing.isPending ? <Loading /> : <ProblemBox error={drawing.error} onRetry={() => void drawing.refetch()} />}
      </Page>
    );
  }
  return (
    <ReactFlowProvider>
      <Drawer key={id} id={id} stored={drawing.data} />
    </ReactFlowProvider>
  );
}

function Drawer({ id, stored }: { id: string; stored: StoredDrawing }) {
  const { title, status } = stored.workflow;
  const mayWrite = useMayWrite();
  const isReadOnly = !mayWrite || OVER.includes(status);
  const editor = useEditor(id, stored);
  const actions = useActions(editor);
  const isLive = LIVE.includes(status);
  const removal = useRemoval(stored, editor, actions, isLive);
  const problems = useProblems(id, editor.content);
  const choices = useChoices(id);
  const names = useMemo(() => namesOf(choices, editor.content.statuses), [choices, editor.content.statuses]);
  const [isNaming, setNaming] = useState(false);
  const panel = usePanelFocus();
  useUndoKeys(editor.history, !isReadOnly);
  useAskedFor(actions.show);
  useEffect(() => {
    document.title = `${texts.titleOf(title)} · ${common.product}`;
  }, [title]);
  const { content, selection } = editor;
  return (
    <div className="flex h-full min-h-96 flex-col">
      <Toolbar
        title={title}
        back={`/workflows/${id}`}
        editor={editor}
        actions={actions}
        problemCount={problems.list.length}
        isReadOnly={isReadOnly}
        onStatuses={() => setNaming(true)}
        onChecklist={() => editor.select(new Set())}
      />
      <Notices editor={editor} isLive={isLive} isOver={OVER.includes(status)} />
      <div className="flex min-h-0 flex-1">
        <aside aria-label={texts.palette.title} className="flex w-44 shrink-0 flex-col border-line border-r bg-surface">
          {!isReadOnly && (
            <Palette
              onAdd={(type) => {
                actions.add(type);
                panel.focus();
              }}
            />
          )}
          <Finder nodes={content.nodes} onFind={actions.show} />
        </aside>
        <div className="min-w-0 flex-1">
          <Board
            graph={content}
            names={names}
            problems={problems.byNode}
            selection={selection}
            isReadOnly={isReadOnly}
            onSelect={editor.select}
            onOpen={panel.focus}
            onMove={actions.move}
            onConnect={actions.connect}
            onAdd={actions.add}
            onRemove={removal.remove}
            onDuplicate={actions.duplicate}
          />
        </div>
        <aside
          ref={panel.ref}
          onKeyDown={panel.onKeyDown}
          aria-label={texts.panel.title}
          className="w-80 shrink-0 overflow-auto border-line border-l bg-surface"
        >
          <Panel
            {...{ editor, actions, choices, problems, isReadOnly }}
            onRemove={removal.remove}
            onOpened={panel.focus}
          />
        </aside>
      </div>
      {removal.question}
      {isNaming && (
        <Statuses
          statuses={content.statuses}
          isOpen
          onOpenChange={setNaming}
          onChange={(statuses) => editor.commit((drawn) => ({ ...drawn, statuses }))}
        />
      )}
    </div>
  );
}

/** Go to the node that the address names, such as one that keeps the workflow from being activated. */
function useAskedFor(show: (id: string) => void) {
  const [search] = useSearchParams();
  const id = search.get("node");
  useEffect(() => {
    if (!id) return;
    const timer = window.setTimeout(() => show(id), ONCE_OPENED_MS);
    return () => window.clearTimeout(timer);
  }, [id, show]);
}

/** What stands above the canvas when something is out of the ordinary. */
function Notices({ editor, isLive, isOver }: { editor: Editor; isLive: boolean; isOver: boolean }) {
  const { overtakenBy, saving } = editor;
  const wasOvertaken = currentOf(saving.error) !== undefined;
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    if (wasOvertaken) setOpen(true);
  }, [wasOvertaken]);
  return (
    <>
      {saving.error !== null && !wasOvertaken && (
        <div className="px-4 pt-2">
          <ProblemBox error={saving.error} />
        </div>
      )}
      {overtakenBy && (
        <div role="alert" className="flex items-center gap-3 bg-warn-soft px-4 py-2 text-warn">
          {texts.conflict.notice}
          <Button onPress={() => setOpen(true)}>{texts.conflict.show}</Button>
        </div>
      )}
      {isLive && <p className="bg-info-soft px-4 py-2 text-info">{texts.live}</p>}
      {isOver && <p className="bg-sunken px-4 py-2 text-muted">{texts.over}</p>}
      {overtakenBy && (
        <Conflict
          {...overtakenBy}
          isOpen={isOpen}
          onOpenChange={setOpen}
          onTake={() => {
            editor.takeTheirs();
            setOpen(false);
          }}
          onOverwrite={() => {
            editor.overwrite();
            setOpen(false);
          }}
        />
      )}
    </>
  );
}

/** Enter on a node goes to its panel, Escape in the panel back to the node. */
function usePanelFocus() {
  const ref = useRef<HTMLElement>(null);
  const focus = () => {
    window.requestAnimationFrame(() => ref.current?.querySelector<HTMLElement>("input, button")?.focus());
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    document.querySelector<HTMLElement>(".react-flow__node.selected")?.focus();
  };
  return { ref, focus, onKeyDown };
}
