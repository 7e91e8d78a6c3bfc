/** The condition as text, beside the builder: each follows the other as long as it makes sense. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { CircleCheck } from "lucide-react";
import { useEffect } from "react";
import { call } from "../../api/client";
import type { components } from "../../api/schema";
import { rules } from "../../texts/rules";
import { TextArea } from "../../ui/field";
import { ProblemBox } from "../../ui/problem";
import type { Kind, Rule } from "./model";
import type { Tree } from "./tree";
import { useSettled } from "./use-checks";

const texts = rules.rule;
const LONGEST_TEXT = 4096;
const BEFORE_CARET = 14;
const WIDEST_EXCERPT = 28;
const EVERY_LEAD = "true";

type Problem = components["schemas"]["TextProblemShape"];
type Props = { kind: Kind; rule: Rule; isReadOnly: boolean; onChange: (next: (rule: Rule) => Rule) => void };

export function TextPane({ kind, rule, isReadOnly, onChange }: Props) {
  const written = useWritten(rule.condition);
  const read = useRead(kind, rule, onChange);
  const built = written.data?.text ?? "";
  const type = (text: string) => onChange((current) => ({ ...current, text, isUnread: true }));
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <h3 className="font-medium">{texts.text}</h3>
      <TextArea
        label={texts.text}
        isLabelHidden
        isCode
        rows={6}
        maxLength={LONGEST_TEXT}
        description={texts.textHint}
        value={rule.text ?? (built === EVERY_LEAD ? "" : built)}
        placeholder={rules.editor.everybody}
        onChange={type}
        isReadOnly={isReadOnly}
        isInvalid={Boolean(rule.isUnread && read.problem)}
      />
      <div aria-live="polite" className="flex flex-col gap-2">
        {rule.text === undefined && written.data?.problem && <p className="text-warn">{written.data.problem}</p>}
        {rule.isUnread && read.problem && <TextProblem problem={read.problem} />}
        {rule.isUnread && !read.problem && <p className="text-muted text-xs">{texts.textReading}</p>}
        {rule.text !== undefined && !rule.isUnread && (
          <p className="flex items-center gap-1.5 text-good text-xs">
            <CircleCheck aria-hidden className="size-4" />
            {texts.textRead}
          </p>
        )}
      </div>
      <ProblemBox error={written.error ?? read.error} />
    </div>
  );
}

export function TextProblem({ problem }: { problem: Problem }) {
  return (
    <div className="rounded-lg bg-bad-soft px-3 py-2 text-bad">
      <p className="break-words">
        {problem.line !== null && problem.column !== null && `${texts.at(problem.line, problem.column)}: `}
        {problem.message}
      </p>
      {problem.caret && <pre className="mt-1 overflow-hidden font-mono text-xs">{excerpt(problem.caret)}</pre>}
      <p className="mt-1 text-xs">{texts.textStays}</p>
    </div>
  );
}

/** The place a caret points at, as wide as there is room for. */
function excerpt(caret: string): string {
  const [line = "", mark = ""] = caret.split("\n");
  const at = mark.length - 1;
  const from = Math.max(0, at - BEFORE_CARET);
  return `${line.slice(from, from + WIDEST_EXCERPT)}\n${" ".repeat(at - from)}^`;
}

/** The text of what is built. */
function useWritten(condition: Tree) {
  const asked = JSON.stringify(useSettled(condition, 200));
  return useQuery({
    queryKey: ["conditions", "write", asked],
    queryFn: async ({ signal }) => {
      const { data } = await call.POST("/console/conditions/write", { body: { condition: JSON.parse(asked) }, signal });
      return data ?? null;
    },
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Read what is typed, a moment after the last key; when it makes sense, the builder follows. */
function useRead(kind: Kind, rule: Rule, onChange: Props["onChange"]) {
  const text = useSettled(rule.isUnread ? rule.text : undefined, 300);
  const answer = useQuery({
    queryKey: ["conditions", "read", kind, text],
    queryFn: async ({ signal }) => {
      const { data } = await call.POST("/console/conditions/read", { body: { kind, text: text ?? "" }, signal });
      return data ?? null;
    },
    enabled: text !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const found = text === undefined ? undefined : answer.data?.condition;
  const isNew = Boolean(found) && rule.isUnread && rule.text === text;
  useEffect(() => {
    if (!isNew) return;
    const condition = found as unknown as Tree;
    onChange((current) => ({ ...current, condition, isUnread: undefined }));
  }, [isNew, found, onChange]);
  const isCurrent = text !== undefined && text === rule.text;
  return { problem: isCurrent ? answer.data?.problem : undefined, error: answer.error };
}
