/** Adding numbers to the do-not-call list: typed, pasted or from a file; sent in parts, so that any length is fine. */
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { FileTrigger, ProgressBar } from "react-aria-components";
import { call } from "../../api/client";
import { common } from "../../texts/common";
import { doNotCall as texts } from "../../texts/settings-calls";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { useDraft } from "../../ui/draft";
import { TextArea, TextField } from "../../ui/field";
import { formatNumber } from "../../ui/format";
import { ProblemBox } from "../../ui/problem";
import { ComboBox } from "../../ui/select";
import { LIST } from "./do-not-call";
import { told } from "./kit/answers";
import { REGIONS } from "./kit/countries";
import { useRefresh } from "./kit/editor";

const AT_ONCE = 500;
const LARGEST_FILE = 20 * 1024 * 1024;
const MOST_SHOWN = 200;
const NO_REGION = "none";
const BLANK = { text: "", reason: "", region: NO_REGION };

type Problem = { line: number; problem: string };
type Result = { added: number; known: number; problems: Problem[] };

export function AddNumbers({ onClose }: { onClose: () => void }) {
  const { draft, change, drop } = useDraft("settings:do-not-call", BLANK);
  const [file, setFile] = useState<{ name: string; text: string }>();
  const [done, setDone] = useState(0);
  const [problem, setProblem] = useState<string>();
  const refresh = useRefresh();
  const lines = (file?.text ?? draft.text).split(/\r\n|\r|\n/);
  const adding = useMutation({
    mutationFn: () => addAll(lines, draft, setDone),
    onSuccess: drop,
    onSettled: () => refresh([LIST]),
  });
  const close = () => {
    drop();
    onClose();
  };
  const submit = () => {
    if (lines.every((line) => line.trim() === "")) setProblem(texts.nothing);
    else adding.mutate();
  };
  const again = () => {
    setFile(undefined);
    setDone(0);
    adding.reset();
  };
  const footer = adding.data ? (
    <>
      <Button onPress={again}>{texts.addMore}</Button>
      <Button kind="primary" onPress={close}>
        {common.close}
      </Button>
    </>
  ) : (
    <>
      <Button onPress={close}>{common.cancel}</Button>
      <Button kind="primary" onPress={submit} isPending={adding.isPending}>
        {common.add}
      </Button>
    </>
  );
  return (
    <Dialog title={texts.addTitle} isOpen onOpenChange={(isOpen) => isOpen || close()} footer={footer}>
      {adding.data ? (
        <Outcome result={adding.data} />
      ) : (
        <div className="flex flex-col gap-4">
          <TextArea
            label={texts.fields.lines}
            description={texts.linesHint}
            placeholder={texts.linesPlaceholder}
            rows={6}
            isDisabled={file !== undefined}
            value={draft.text}
            onChange={(text) => {
              setProblem(undefined);
              change({ ...draft, text });
            }}
            error={problem}
          />
          <FromFile
            file={file && texts.fileRead(file.name, formatNumber(lines.length))}
            onFile={(read) => {
              setFile(read);
              setProblem(undefined);
            }}
            onProblem={setProblem}
          />
          <TextField
            label={texts.fields.reason}
            description={texts.reasonHint}
            maxLength={1000}
            value={draft.reason}
            onChange={(reason) => change({ ...draft, reason })}
          />
          <ComboBox
            label={texts.fields.region}
            items={[{ id: NO_REGION, label: texts.noRegion }, ...REGIONS]}
            value={draft.region}
            onChange={(region) => change({ ...draft, region })}
          />
          {adding.isPending && <Progress done={done} total={lines.length} />}
          <ProblemBox error={adding.error} />
        </div>
      )}
    </Dialog>
  );
}

/** Send line by line what was pasted, in parts; a part that is sent twice adds nothing. */
async function addAll(lines: string[], draft: typeof BLANK, tell: (done: number) => void): Promise<Result> {
  const result: Result = { added: 0, known: 0, problems: [] };
  const region = draft.region === NO_REGION ? null : draft.region;
  for (let at = 0; at < lines.length; at += AT_ONCE) {
    const body = { lines: lines.slice(at, at + AT_ONCE), reason: draft.reason || null, region };
    const answer = await told(call.POST(LIST, { body }));
    result.added += answer.added;
    result.known += answer.already_there;
    result.problems.push(...answer.problems.map((problem) => ({ ...problem, line: problem.line + at })));
    tell(Math.min(at + AT_ONCE, lines.length));
  }
  return result;
}

type FileProps = {
  file: string | undefined;
  onFile: (file: { name: string; text: string } | undefined) => void;
  onProblem: (problem: string) => void;
};

function FromFile({ file, onFile, onProblem }: FileProps) {
  const take = async (files: FileList | null) => {
    const chosen = files?.[0];
    if (!chosen) return;
    if (chosen.size > LARGEST_FILE) onProblem(texts.fileTooLarge);
    else onFile({ name: chosen.name, text: await chosen.text() });
  };
  if (file) {
    return (
      <p className="flex items-center justify-between gap-3 rounded-lg bg-sunken px-3 py-2">
        {file}
        <Button kind="quiet" onPress={() => onFile(undefined)}>
          {common.remove}
        </Button>
      </p>
    );
  }
  return (
    <FileTrigger acceptedFileTypes={["text/plain", "text/csv", ".csv", ".txt"]} onSelect={take}>
      <Button>{texts.file}</Button>
    </FileTrigger>
  );
}

function Progress({ done, total }: { done: number; total: number }) {
  return (
    <ProgressBar
      aria-label={texts.addingLabel}
      value={done}
      maxValue={total}
      valueLabel={texts.adding(formatNumber(done), formatNumber(total))}
    >
      {({ percentage = 0, valueText }) => (
        <>
          <div className="h-2 overflow-hidden rounded-full bg-sunken">
            <div className="h-full bg-accent" style={{ width: `${percentage}%` }} />
          </div>
          <span className="text-muted text-xs">{valueText}</span>
        </>
      )}
    </ProgressBar>
  );
}

function Outcome({ result: { added, known, problems } }: { result: Result }) {
  return (
    <div role="status" className="flex flex-col gap-3">
      <p className="rounded-lg bg-good-soft px-3 py-2 text-good">
        {texts.result(formatNumber(added), formatNumber(known))}
      </p>
      {problems.length > 0 && (
        <>
          <p>{texts.problems(problems.length)}</p>
          <ul className="flex list-disc flex-col gap-1 pl-5 text-muted">
            {problems.slice(0, MOST_SHOWN).map(({ line, problem }) => (
              <li key={`${line} ${problem}`} className="break-words">
                {texts.problem(formatNumber(line), problem)}
              </li>
            ))}
            {problems.length > MOST_SHOWN && <li>{texts.moreProblems(problems.length - MOST_SHOWN)}</li>}
          </ul>
        </>
      )}
    </div>
  );
}
