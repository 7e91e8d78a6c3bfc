import { useState } from "react";
import { call } from "../../api/client";
import type { components } from "../../api/schema";
import { common } from "../../texts/common";
import { rules as texts } from "../../texts/rules";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Form, TextField } from "../../ui/field";
import { ProblemBox } from "../../ui/problem";

export const LONGEST_NAME = 128;

type Item = components["schemas"]["RouterInList"];
type Props = { item: Item; onClose: () => void; onDone: () => Promise<void> };

export function RenameRouter({ item, onClose, onDone }: Props) {
  const [name, setName] = useState(item.name);
  const [isPending, setPending] = useState(false);
  const [error, setError] = useState<unknown>();
  const save = async () => {
    setPending(true);
    setError(undefined);
    try {
      await (item.kind === "processor" ? renameProcessor(item.id, name.trim()) : renameRuleset(item.id, name.trim()));
      await onDone();
    } catch (problem) {
      setError(problem);
      setPending(false);
    }
  };
  return (
    <Dialog title={texts.rename.title} isOpen onOpenChange={onClose}>
      <Form onSubmit={save}>
        <TextField
          label={texts.rename.name}
          value={name}
          onChange={setName}
          maxLength={LONGEST_NAME}
          isRequired
          autoFocus
        />
        <ProblemBox error={error} />
        <div className="flex justify-end gap-2">
          <Button onPress={onClose}>{common.cancel}</Button>
          <Button kind="primary" type="submit" isPending={isPending} isDisabled={!name.trim()}>
            {common.save}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}

async function renameProcessor(id: string, name: string): Promise<void> {
  const path = { processor_id: id };
  await call.PATCH("/api/public/processors/{processor_id}", { params: { path }, body: { name } });
}

/** A ruleset is saved whole, so it is read first; when somebody saves in between, that is said. */
async function renameRuleset(id: string, name: string): Promise<void> {
  const params = { path: { ruleset_id: id } };
  const { data } = await call.GET("/console/rulesets/{ruleset_id}", { params });
  if (!data) throw new Error(common.failed);
  const { queue_id, on_unavailable, rules, digest } = data;
  const body = { expected: digest, name, queue_id, on_unavailable, rules };
  await call.PUT("/console/rulesets/{ruleset_id}", { params, body });
}
