/** Making a workflow: from nothing, or from the sample sequence. */
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { useNavigate } from "react-router";
import { call } from "../../api/client";
import { common } from "../../texts/common";
import { workflows } from "../../texts/workflows";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { TextField } from "../../ui/field";
import { ProblemBox } from "../../ui/problem";
import { RadioCards } from "../../ui/radio-card";

const texts = workflows.create;
const LONGEST_NAME = 200;
const STARTS = [
  { id: "sample", label: texts.sample, hint: texts.sampleHint },
  { id: "empty", label: texts.empty, hint: texts.emptyHint },
] as const;

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
        <RadioCards label={texts.from} items={STARTS} value={start} onChange={setStart} />
        <ProblemBox error={error} />
      </form>
    </Dialog>
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
