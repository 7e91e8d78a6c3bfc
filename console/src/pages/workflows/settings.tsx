/** What can be set on a workflow: what it is called, what it is for, when it may call and how often. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, call } from "../../api/client";
import { Problem } from "../../api/problem";
import type { components } from "../../api/schema";
import { useMayWrite } from "../../session/session";
import { workflows } from "../../texts/workflows";
import { Button } from "../../ui/button";
import { useDraft } from "../../ui/draft";
import { Form, NumberField, Switch, TextArea, TextField } from "../../ui/field";
import { Loading } from "../../ui/loading";
import { Card } from "../../ui/page";
import { ProblemBox } from "../../ui/problem";
import { Select } from "../../ui/select";
import { toast } from "../../ui/toast";
import { OFFICE, WeekField } from "../settings/kit/week";
import { ZoneField } from "../settings/kit/zone";
import { useWorkflowId, WorkflowPage } from "./parts";
import { type Fields, fieldsOf, settingsBody } from "./settings-fields";
import { Overtaken } from "./settings-overtaken";

const texts = workflows.settings;
const LONGEST_NAME = 200;
const LONGEST_DESCRIPTION = 10_000;
const MOST_ATTEMPTS = 1000;
const MOST_LINES = 100_000;
const GOALS = Object.entries(texts.goals).map(([id, label]) => ({ id, label }));

export type Stored = components["schemas"]["Settings"];

const at = (workflowId: string) => ({ params: { path: { workflow_id: workflowId } } });

export default function Settings() {
  const workflowId = useWorkflowId();
  return <WorkflowPage workflowId={workflowId}>{() => <Loaded workflowId={workflowId} />}</WorkflowPage>;
}

function Loaded({ workflowId }: { workflowId: string }) {
  const stored = api.useQuery("get", "/console/workflows/{workflow_id}/settings", at(workflowId));
  if (stored.error) return <ProblemBox error={stored.error} onRetry={stored.refetch} />;
  return stored.data ? <Editor workflowId={workflowId} stored={stored.data} /> : <Loading />;
}

/** A draft remembers what it was begun with, so that what others save meanwhile is not written over unseen. */
type Draft = { fields: Fields; base: Stored };

function useSaving(workflowId: string, drop: () => void) {
  const queries = useQueryClient();
  const [isPending, setPending] = useState(false);
  const [error, setError] = useState<unknown>();
  const [current, setCurrent] = useState<Stored>();
  const save = async (fields: Fields, base: Stored) => {
    setPending(true);
    setError(undefined);
    try {
      const body = settingsBody(fields, base);
      await call.PUT("/console/workflows/{workflow_id}/settings", { ...at(workflowId), body: body as never });
      await queries.invalidateQueries();
      drop();
      setCurrent(undefined);
      toast(texts.saved);
    } catch (problem) {
      const found = problem instanceof Problem && problem.status === 409 && problem.body;
      if (found) setCurrent((found as { current: Stored }).current);
      else setError(problem);
    } finally {
      setPending(false);
    }
  };
  return { save, isPending, error, current, setCurrent };
}

function Editor({ workflowId, stored }: { workflowId: string; stored: Stored }) {
  const mayWrite = useMayWrite();
  const queries = useQueryClient();
  const { draft, isChanged, isKept, change, drop } = useDraft<Draft>(`workflow-settings:${workflowId}`, {
    fields: fieldsOf(stored),
    base: stored,
  });
  const { fields, base } = draft;
  const { save, isPending, error, current, setCurrent } = useSaving(workflowId, drop);
  const put = (part: Partial<Fields>) => change({ fields: { ...fields, ...part }, base });
  const takeTheirs = async () => {
    drop();
    setCurrent(undefined);
    await queries.invalidateQueries();
  };
  return (
    <Form onSubmit={() => save(fields, base)}>
      {!mayWrite && <p className="text-muted">{texts.readOnly}</p>}
      {isKept && isChanged && <p className="rounded-lg bg-sunken px-3 py-2">{texts.kept}</p>}
      <fieldset disabled={!mayWrite} className="flex max-w-3xl flex-col gap-5">
        <About fields={fields} put={put} />
        <Calling fields={fields} put={put} />
        <Limits fields={fields} put={put} />
      </fieldset>
      <ProblemBox error={error} />
      {mayWrite && (
        <div className="flex items-center gap-3">
          <Button kind="primary" type="submit" isDisabled={!isChanged} isPending={isPending}>
            {texts.save}
          </Button>
          {isChanged && <Button onPress={drop}>{texts.discard}</Button>}
          <span className="text-muted text-xs">{texts.calmly}</span>
        </div>
      )}
      {current && (
        <Overtaken
          base={base}
          current={current}
          fields={fields}
          onTakeTheirs={takeTheirs}
          onSaveMine={() => save(fields, current)}
          onClose={() => setCurrent(undefined)}
          isPending={isPending}
        />
      )}
    </Form>
  );
}

type PartProps = { fields: Fields; put: (part: Partial<Fields>) => void };

function About({ fields, put }: PartProps) {
  return (
    <Card title={texts.about}>
      <div className="flex flex-col gap-4">
        <TextField
          label={texts.name}
          isRequired
          maxLength={LONGEST_NAME}
          value={fields.name}
          onChange={(name) => put({ name })}
        />
        <TextArea
          label={texts.description}
          maxLength={LONGEST_DESCRIPTION}
          rows={3}
          value={fields.description}
          onChange={(description) => put({ description })}
        />
        <div className="max-w-xs">
          <Select label={texts.goal} items={GOALS} value={fields.goal} onChange={(goal) => put({ goal })} />
        </div>
      </div>
    </Card>
  );
}

function Calling({ fields, put }: PartProps) {
  return (
    <Card title={texts.calling}>
      <div className="flex flex-col gap-4">
        <div className="max-w-xs">
          <ZoneField
            label={texts.zone}
            description={texts.zoneHint}
            none={texts.zoneNone}
            value={fields.zone}
            onChange={(zone) => put({ zone })}
          />
        </div>
        <Switch isSelected={fields.hours.length > 0} onChange={(isOn) => put({ hours: isOn ? [OFFICE] : [] })}>
          {fields.hours.length > 0 ? texts.someHours : texts.anyHour}
        </Switch>
        {fields.hours.length > 0 && <WeekField value={fields.hours} onChange={(hours) => put({ hours })} />}
      </div>
    </Card>
  );
}

function Limits({ fields, put }: PartProps) {
  const number = (key: "attempts" | "lines") => ({
    value: fields[key] ?? Number.NaN,
    onChange: (value: number) => put({ [key]: Number.isNaN(value) ? null : value }),
  });
  return (
    <Card title={texts.limits}>
      <div className="grid gap-4 sm:grid-cols-2">
        <NumberField
          label={texts.attempts}
          description={texts.attemptsHint}
          minValue={1}
          maxValue={MOST_ATTEMPTS}
          {...number("attempts")}
        />
        <NumberField
          label={texts.lines}
          description={texts.linesHint}
          minValue={1}
          maxValue={MOST_LINES}
          {...number("lines")}
        />
      </div>
    </Card>
  );
}
