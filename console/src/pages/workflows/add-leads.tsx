/** Adding leads from a file: all of its rows, or none. */

import { useQueryClient } from "@tanstack/react-query";
import { Upload } from "lucide-react";
import { useState } from "react";
import { DropZone, FileTrigger } from "react-aria-components";
import { fetchSignedIn, problemOf } from "../../api/client";
import { newKey } from "../../api/new-key";
import { common } from "../../texts/common";
import { workflows } from "../../texts/workflows";
import { Button, TextLink } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { formatNumber } from "../../ui/format";
import { Loading } from "../../ui/loading";
import { ProblemBox } from "../../ui/problem";
import { toast } from "../../ui/toast";
import type { Workflow } from "./parts";

const texts = workflows.add;
const KINDS = [".csv", ".xlsx", "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"];
const KB = 1000;

type Props = { workflow: Workflow; isOpen: boolean; onOpenChange: (isOpen: boolean) => void };

export function AddLeads({ workflow, isOpen, onOpenChange }: Props) {
  const queries = useQueryClient();
  const [file, setFile] = useState<File>();
  const [isPending, setPending] = useState(false);
  const [error, setError] = useState<unknown>();
  const choose = (chosen: File | undefined) => {
    setFile(chosen);
    setError(undefined);
  };
  const close = (open: boolean) => {
    if (!open) choose(undefined);
    onOpenChange(open);
  };
  const add = async () => {
    if (!file) return;
    setPending(true);
    setError(undefined);
    try {
      const count = await upload(workflow.id, file);
      toast(texts.done(count));
      close(false);
      await queries.invalidateQueries();
    } catch (problem) {
      setError(problem);
    } finally {
      setPending(false);
    }
  };
  const footer = (
    <>
      <Button onPress={() => close(false)}>{common.cancel}</Button>
      <Button kind="primary" onPress={add} isDisabled={!file} isPending={isPending}>
        {texts.action}
      </Button>
    </>
  );
  return (
    <Dialog title={texts.title} isOpen={isOpen} onOpenChange={close} footer={footer}>
      <div className="flex flex-col gap-4">
        <p>{texts.hint}</p>
        {workflow.status !== "active" && <p className="rounded-lg bg-sunken px-3 py-2">{texts.waits}</p>}
        <FileField file={file} onChoose={choose} />
        {isPending && <Loading label={texts.working} />}
        <ProblemBox error={error} />
        <p className="text-muted">
          {texts.other}{" "}
          <TextLink to={`/import?target_kind=workflow&target_id=${workflow.id}`}>{texts.importLink}</TextLink>
        </p>
      </div>
    </Dialog>
  );
}

function FileField({ file, onChoose }: { file: File | undefined; onChoose: (file: File | undefined) => void }) {
  return (
    <DropZone
      aria-label={texts.file}
      onDrop={async ({ items }) => {
        const item = items.find((one) => one.kind === "file");
        if (item?.kind === "file") onChoose(await item.getFile());
      }}
      className="flex flex-col items-center gap-2 rounded-xl border border-line-strong border-dashed px-4 py-6 text-center drop-target:border-accent drop-target:bg-accent-soft"
    >
      <FileTrigger acceptedFileTypes={KINDS} onSelect={(files) => onChoose(files?.[0])}>
        <Button icon={Upload}>{texts.choose}</Button>
      </FileTrigger>
      <span className="break-all text-muted text-xs">
        {file ? texts.chosen(file.name, `${formatNumber(Math.max(file.size / KB, 0.1))} kB`) : texts.drop}
      </span>
    </DropZone>
  );
}

/** Send a file as `multipart/form-data`; a request that is repeated adds nobody twice. */
async function upload(workflowId: string, file: File): Promise<number> {
  const body = new FormData();
  body.append("file", file);
  const address = `${window.location.origin}/v1/workflows/${encodeURIComponent(workflowId)}/leads`;
  const headers = { "Idempotency-Key": newKey() };
  const answer = await fetchSignedIn(new Request(address, { method: "POST", body, headers }));
  if (!answer.ok) throw await problemOf(answer);
  const { leads_enrolled } = (await answer.json()) as { leads_enrolled: number };
  return leads_enrolled;
}
