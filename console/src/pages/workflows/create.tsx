/** Making a workflow: from nothing, or from the sample sequence. */
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { Label, Radio, RadioGroup } from "react-aria-components";
import { useNavigate } from "react-router";
import { call } from "../../api/client";
import { common } from "../../texts/common";
import { workflows } from "../../texts/workflows";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { TextField } from "../../ui/field";
import { ProblemBox } from "../../ui/problem";

const texts = workflows.create;
const LONGEST_NAME = 200;

type Start = "empty" | "sample";
type Props = { isOpen: boolean; onOpenChange: (isOpen: boolean) => void };

export function CreateWorkflow({ isOpen, onOpenChange }: Props) {
  const form = useId();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [start, setStart] = useState<Start>("sample");
  const [isPending, setPending] = useState(false);
  const [error, setError] = useState<unknown>();
  const create = async (event: FormEvent) => {
    event.preventDefault();
    setPending(true);
    setError(undefined);
    try {
      const id = start === "sample" ? await createSample(name.trim()) : await createEmpty(name.trim());
      await queries.invalidateQueries({ queryKey: ["workflows"] });
      onOpenChange(false);
      navigate(`/workflows/${id}${start === "empty" ? "/draw" : ""}`);
    } catch (problem) {
      setError(problem);
    } finally {
      setPending(false);
    }
  };
  const footer = (
    <>
      <Button onPress={() => onOpenChange(false)}>{common.cancel}</Button>
      <Button kind="primary" type="submit" form={form} isPending={isPending}>
        {texts.action}
      </Button>
    </>
  );
  return (
    <Dialog title={texts.title} isOpen={isOpen} onOpenChange={onOpenChange} footer={footer}>
      <form id={form} onSubmit={create} className="flex flex-col gap-4">
        <TextField
          label={texts.name}
          placeholder={texts.namePlaceholder}
          value={name}
          onChange={setName}
          maxLength={LONGEST_NAME}
          isRequired
          autoFocus
        />
        <RadioGroup value={start} onChange={(value) => setStart(value === "empty" ? "empty" : "sample")}>
          <Label className="mb-1 block font-medium">{texts.from}</Label>
          <div className="flex flex-col gap-2">
            <Choice value="sample" title={texts.sample} hint={texts.sampleHint} />
            <Choice value="empty" title={texts.empty} hint={texts.emptyHint} />
          </div>
        </RadioGroup>
        <ProblemBox error={error} />
      </form>
    </Dialog>
  );
}

function Choice({ value, title, hint }: { value: Start; title: string; hint: string }) {
  return (
    <Radio
      value={value}
      className="group flex cursor-pointer items-start gap-3 rounded-lg border border-line px-3 py-2.5 selected:border-accent selected:bg-accent-soft"
    >
      <span
        aria-hidden
        className="mt-0.5 grid size-4 shrink-0 place-items-center rounded-full border border-line-strong bg-surface group-selected:border-accent"
      >
        <span className="size-2 rounded-full group-selected:bg-accent" />
      </span>
      <span>
        <span className="block font-medium">{title}</span>
        <span className="block text-muted text-xs">{hint}</span>
      </span>
    </Radio>
  );
}

async function createEmpty(title: string): Promise<string> {
  const { data } = await call.POST("/v1/workflows", { body: { title } as never });
  if (!data) throw new Error(common.failed);
  return data.id;
}

async function createSample(name: string): Promise<string> {
  const { data } = await call.POST("/console/workflows/sample", { body: { name } });
  if (!data) throw new Error(common.failed);
  return data.id;
}
