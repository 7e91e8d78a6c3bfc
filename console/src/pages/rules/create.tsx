/** Making a processor or a ruleset. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate } from "react-router";
import { api, call } from "../../api/client";
import { common } from "../../texts/common";
import { rules } from "../../texts/rules";
import { Button, LinkButton } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Form, TextField } from "../../ui/field";
import { ProblemBox } from "../../ui/problem";
import { RadioCards } from "../../ui/radio-card";
import { Select } from "../../ui/select";
import { addressOf } from "./list";
import type { Kind } from "./model";
import { LONGEST_NAME } from "./rename";

const texts = rules.create;
const KINDS = [
  { id: "processor", label: texts.workflow, hint: texts.workflowHint },
  { id: "ruleset", label: texts.person, hint: texts.personHint },
] as const;

export function CreateRouter({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const choices = api.useQuery("get", "/console/rules/choices");
  const [name, setName] = useState("");
  const [kind, setKind] = useState<Kind>("processor");
  const [chosen, setChosen] = useState<string | null>(null);
  const [isPending, setPending] = useState(false);
  const [error, setError] = useState<unknown>();
  const workflows = choices.data?.workflows ?? [];
  const fallback = chosen ?? workflows[0]?.id ?? null;
  const isReady = name.trim() !== "" && (kind === "ruleset" || fallback !== null);
  const create = async () => {
    if (!isReady) return;
    setPending(true);
    setError(undefined);
    try {
      const id = kind === "ruleset" ? await createRuleset(name.trim()) : await createProcessor(name.trim(), fallback);
      await queries.invalidateQueries({ queryKey: ["get", "/console/rules"] });
      navigate(addressOf(kind, id));
    } catch (problem) {
      setError(problem);
      setPending(false);
    }
  };
  return (
    <Dialog title={texts.title} isOpen onOpenChange={onClose}>
      <Form onSubmit={create}>
        <TextField
          label={texts.name}
          placeholder={texts.namePlaceholder}
          value={name}
          onChange={setName}
          maxLength={LONGEST_NAME}
          isRequired
          autoFocus
        />
        <RadioCards label={texts.what} items={KINDS} value={kind} onChange={setKind} />
        {kind === "processor" && workflows.length > 0 && (
          <Select
            label={texts.fallback}
            items={workflows.map((item) => ({ id: item.id, label: item.name, hint: item.status }))}
            value={fallback}
            onChange={setChosen}
          />
        )}
        {kind === "processor" && choices.data && workflows.length === 0 && (
          <div className="flex items-center justify-between gap-3 rounded-lg bg-warn-soft px-3 py-2 text-warn">
            {texts.noWorkflows}
            <LinkButton to="/workflows">{texts.drawOne}</LinkButton>
          </div>
        )}
        <ProblemBox error={error ?? choices.error} />
        <div className="flex justify-end gap-2">
          <Button onPress={onClose}>{common.cancel}</Button>
          <Button kind="primary" type="submit" isPending={isPending} isDisabled={!isReady}>
            {texts.action}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}

async function createRuleset(name: string): Promise<string> {
  const { data } = await call.POST("/console/rulesets", { body: { name } });
  if (!data) throw new Error(common.failed);
  return data.id;
}

async function createProcessor(name: string, workflow: string | null): Promise<string> {
  const body = { name, description: null, default_workflow_id: workflow ?? "" };
  const { data } = await call.POST("/api/public/processors", { body });
  if (!data) throw new Error(common.failed);
  return data.processor.id;
}
