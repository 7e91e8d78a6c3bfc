/** What can be done with the whole drawing. */
import { ArrowLeft, LayoutGrid, ListChecks, Redo2, Save, Tags, Undo2 } from "lucide-react";
import { useState } from "react";
import { canvas as texts } from "../../../texts/canvas";
import { common } from "../../../texts/common";
import { Button, IconButton, LinkButton } from "../../../ui/button";
import { Confirm } from "../../../ui/dialog";
import type { Actions } from "./use-actions";
import type { Editor } from "./use-editor";

type ToolbarProps = Readonly<{
  title: string;
  back: string;
  editor: Editor;
  actions: Actions;
  problemCount: number;
  isReadOnly: boolean;
  onStatuses: () => void;
  onChecklist: () => void;
}>;

export function Toolbar({
  title,
  back,
  editor,
  actions,
  problemCount,
  isReadOnly,
  onStatuses,
  onChecklist,
}: ToolbarProps) {
  const { history, isChanged, saving } = editor;
  return (
    <header className="flex flex-wrap items-center gap-2 border-line border-b bg-surface px-4 py-2">
      <LinkButton kind="quiet" to={back} icon={ArrowLeft} aria-label={texts.toolbar.back} />
      <h1 className="min-w-0 max-w-80 truncate font-semibold text-base">{title}</h1>
      <span aria-live="polite" className="text-muted text-xs">
        {isReadOnly ? texts.toolbar.readOnly : isChanged ? common.unsaved : texts.toolbar.allSaved}
      </span>
      <div className="ml-auto flex items-center gap-1">
        <Button kind="quiet" icon={ListChecks} onPress={onChecklist}>
          {problemCount === 0 ? texts.toolbar.noProblems : texts.toolbar.problems(problemCount)}
        </Button>
        {!isReadOnly && (
          <>
            <IconButton icon={Undo2} label={texts.toolbar.undo} isDisabled={!history.canUndo} onPress={history.undo} />
            <IconButton icon={Redo2} label={texts.toolbar.redo} isDisabled={!history.canRedo} onPress={history.redo} />
            <IconButton icon={LayoutGrid} label={texts.toolbar.tidy} onPress={actions.tidy} />
            <IconButton icon={Tags} label={texts.toolbar.statuses} onPress={onStatuses} />
            <Discard editor={editor} />
            <Button
              kind="primary"
              icon={Save}
              isDisabled={!isChanged}
              isPending={saving.isPending}
              onPress={editor.save}
            >
              {common.save}
            </Button>
          </>
        )}
      </div>
    </header>
  );
}

function Discard({ editor }: { editor: Editor }) {
  const [isOpen, setOpen] = useState(false);
  if (!editor.isChanged) return null;
  const discard = () => {
    editor.takeTheirs();
    setOpen(false);
  };
  return (
    <>
      <Button kind="quiet" onPress={() => setOpen(true)}>
        {texts.toolbar.discard}
      </Button>
      <Confirm
        title={texts.discard.title}
        isOpen={isOpen}
        onOpenChange={setOpen}
        action={texts.discard.action}
        onConfirm={discard}
        isDanger
      >
        <p>{texts.discard.hint}</p>
      </Confirm>
    </>
  );
}
