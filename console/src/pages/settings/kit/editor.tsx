/** Adding or changing one thing: a panel with a form, which keeps what was typed until it is saved or given up. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useId, useRef, useState } from "react";
import { useMayWrite } from "../../../session/session";
import { common } from "../../../texts/common";
import { settings } from "../../../texts/settings";
import { Button } from "../../../ui/button";
import { Dialog } from "../../../ui/dialog";
import { useDraft } from "../../../ui/draft";
import { ProblemBox } from "../../../ui/problem";
import { type FieldErrors, readErrors } from "./problems";

type Options<T, Answer> = {
  /** What the draft is kept under; null keeps it in the page only, for what holds secrets. */
  name: string | null;
  initial: T;
  /** Every field by its name on the wire, with what it is called here. */
  labels: Readonly<Record<string, string>>;
  reasons?: Readonly<Record<string, string>>;
  save: (draft: T) => Promise<Answer>;
  /** Paths whose lists are read again afterwards. */
  refresh: readonly string[];
  onSaved: (answer: Answer) => void;
  onClose: () => void;
};

export type Editor<T> = {
  draft: T;
  set: (part: Partial<T>) => void;
  errors: FieldErrors;
  isKept: boolean;
  isPending: boolean;
  submit: () => void;
  close: () => void;
};

export function useEditor<T extends object, Answer>(options: Options<T, Answer>): Editor<T> {
  const kept = useDraft<T>(`settings:${options.name}`, options.initial);
  const [inPage, setInPage] = useState(options.initial);
  const isSecret = options.name === null;
  const draft = isSecret ? inPage : kept.draft;
  // A field that is left and the one that is entered may change in the same moment, before anything is drawn anew.
  const latest = useRef(draft);
  latest.current = draft;
  const refresh = useRefresh();
  const saving = useMutation({
    mutationFn: () => options.save(latest.current),
    onSuccess: async (answer) => {
      if (!isSecret) kept.drop();
      await refresh(options.refresh);
      options.onSaved(answer);
    },
  });
  return {
    draft,
    set: (part) => {
      latest.current = { ...latest.current, ...part };
      (isSecret ? setInPage : kept.change)(latest.current);
    },
    errors: readErrors(saving.error, options.labels, options.reasons),
    isKept: !isSecret && kept.isKept && kept.isChanged,
    isPending: saving.isPending,
    submit: () => saving.mutate(),
    close: () => {
      if (!isSecret) kept.drop();
      options.onClose();
    },
  };
}

/** Read lists again after something changed in them. */
export function useRefresh(): (paths: readonly string[]) => Promise<void> {
  const queries = useQueryClient();
  return async (paths) => {
    await Promise.all(paths.map((path) => queries.invalidateQueries({ queryKey: ["get", path] })));
  };
}

type PanelProps<T> = {
  title: string;
  editor: Editor<T>;
  action?: string;
  place?: "middle" | "wide" | "side";
  children: ReactNode;
};

export function EditorPanel<T>({ title, editor, action = common.save, place = "side", children }: PanelProps<T>) {
  const form = useId();
  const mayWrite = useMayWrite();
  const send = (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    editor.submit();
  };
  const footer = mayWrite ? (
    <>
      <Button onPress={editor.close}>{common.cancel}</Button>
      <Button kind="primary" type="submit" form={form} isPending={editor.isPending}>
        {action}
      </Button>
    </>
  ) : (
    <Button onPress={editor.close}>{common.close}</Button>
  );
  return (
    <Dialog title={title} isOpen onOpenChange={(isOpen) => isOpen || editor.close()} place={place} footer={footer}>
      <form id={form} onSubmit={send}>
        <fieldset disabled={!mayWrite} className="flex min-w-0 flex-col gap-5">
          {!mayWrite && <p className="text-muted">{settings.readOnly}</p>}
          {editor.isKept && <p className="rounded-lg bg-info-soft px-3 py-2 text-info">{settings.draftKept}</p>}
          {children}
          <ProblemBox error={editor.errors.rest} />
        </fieldset>
      </form>
    </Dialog>
  );
}

/** Several fields under one heading. */
export function Group({ title, hint, children }: { title: string; hint?: string; children: ReactNode }) {
  const heading = useId();
  return (
    <section aria-labelledby={heading} className="flex flex-col gap-3 border-line border-t pt-4">
      <div>
        <h3 id={heading} className="font-semibold">
          {title}
        </h3>
        {hint && <p className="text-muted text-xs">{hint}</p>}
      </div>
      {children}
    </section>
  );
}

/** What is wrong with something that is more than one field. */
export function GroupError({ children }: { children: string | undefined }) {
  if (!children) return null;
  return (
    <p role="alert" className="whitespace-pre-line text-bad text-xs">
      {children}
    </p>
  );
}
