/** What can be done with a workflow, each after saying what it does to the leads inside. */
import { useQueryClient } from "@tanstack/react-query";
import { Ban, CirclePause, CirclePlay, UserPlus } from "lucide-react";
import { useState } from "react";
import { api, call } from "../../api/client";
import type { components } from "../../api/schema";
import { useMayWrite } from "../../session/session";
import { common } from "../../texts/common";
import { workflows } from "../../texts/workflows";
import { Button, LinkButton, TextLink } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Loading } from "../../ui/loading";
import { Menu } from "../../ui/menu";
import { ProblemBox } from "../../ui/problem";
import { toast } from "../../ui/toast";
import { AddLeads } from "./add-leads";
import { useDrawing } from "./canvas/api";
import { problemWords } from "./canvas/problem-words";
import type { Workflow } from "./parts";

const texts = workflows.life;

type Action = "activate" | "pause" | "resume" | "cancel";
type Effect = components["schemas"]["Effect"];

const NEXT: Record<string, Action> = { draft: "activate", active: "pause", paused: "resume" };
const PATHS = {
  activate: "/v1/workflows/{workflow_id}/activate",
  pause: "/v1/workflows/{workflow_id}/pause",
  resume: "/v1/workflows/{workflow_id}/resume",
  cancel: "/v1/workflows/{workflow_id}/cancel",
} as const;

export function LifeActions({ workflow }: { workflow: Workflow }) {
  const mayWrite = useMayWrite();
  const [asked, setAsked] = useState<Action | null>(null);
  const [isAdding, setAdding] = useState(false);
  const next = NEXT[workflow.status];
  if (!mayWrite || !next) return null;
  const icon = next === "pause" ? CirclePause : CirclePlay;
  return (
    <>
      <Button icon={UserPlus} onPress={() => setAdding(true)}>
        {texts.addLeads}
      </Button>
      <Button kind={next === "pause" ? "plain" : "primary"} icon={icon} onPress={() => setAsked(next)}>
        {texts[next]}
      </Button>
      <Menu
        label={texts.more}
        items={[{ id: "cancel", label: texts.cancel, icon: Ban, isDanger: true, onAction: () => setAsked("cancel") }]}
      />
      {asked && <Ask workflow={workflow} action={asked} onClose={() => setAsked(null)} />}
      <AddLeads workflow={workflow} isOpen={isAdding} onOpenChange={setAdding} />
    </>
  );
}

type AskProps = { workflow: Workflow; action: Action; onClose: () => void };

/** The question before an action. An action that cannot be done says why instead. */
function Ask({ workflow, action, onClose }: AskProps) {
  const title = texts.titles[action](workflow.title);
  const path = { workflow_id: workflow.id };
  const effect = api.useQuery(
    "get",
    "/console/workflows/{workflow_id}/effect",
    { params: { path, query: { action } } },
    { gcTime: 0, staleTime: 0 },
  );
  const close = (isOpen: boolean) => isOpen || onClose();
  if (!effect.data?.allowed) {
    return (
      <Dialog title={title} isOpen onOpenChange={close}>
        <ProblemBox error={effect.error} onRetry={effect.refetch} />
        {effect.data ? (
          <Refused effect={effect.data} workflowId={workflow.id} />
        ) : (
          !effect.error && <Loading label={texts.looking} />
        )}
      </Dialog>
    );
  }
  return <Sure workflow={workflow} action={action} title={title} says={effect.data.says} onClose={onClose} />;
}

type SureProps = AskProps & { title: string; says: readonly string[] };

function Sure({ workflow, action, title, says, onClose }: SureProps) {
  const queries = useQueryClient();
  const [isPending, setPending] = useState(false);
  const [error, setError] = useState<unknown>();
  const act = async () => {
    setPending(true);
    setError(undefined);
    try {
      await call.POST(PATHS[action], { params: { path: { workflow_id: workflow.id } } });
      onClose();
      toast(texts.done[action]);
    } catch (problem) {
      setError(problem);
      setPending(false);
    } finally {
      await queries.invalidateQueries();
    }
  };
  const footer = (
    <>
      <Button onPress={onClose}>{action === "cancel" ? texts.keep : common.cancel}</Button>
      <Button kind={action === "cancel" ? "danger" : "primary"} onPress={act} isPending={isPending}>
        {texts.verbs[action]}
      </Button>
    </>
  );
  return (
    <Dialog title={title} isOpen onOpenChange={(isOpen) => isOpen || onClose()} footer={footer}>
      <div className="flex flex-col gap-3">
        <ul aria-label={texts.what} className="flex list-disc flex-col gap-1.5 pl-5">
          {says.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
        <ProblemBox error={error} />
      </div>
    </Dialog>
  );
}

function Refused({ effect, workflowId }: { effect: Effect; workflowId: string }) {
  const nodes = useDrawing(workflowId).data?.nodes ?? [];
  if (effect.refusal) return <p>{effect.refusal}</p>;
  const draw = `/workflows/${workflowId}/draw`;
  return (
    <div className="flex flex-col gap-3">
      <p>{texts.problems}</p>
      <ul className="flex flex-col gap-2">
        {effect.problems.map((problem) => (
          <li key={`${problem.node_id}${problem.field}${problem.reason}`} className="rounded-lg bg-bad-soft px-3 py-2">
            <TextLink to={problem.node_id ? `${draw}?node=${problem.node_id}` : draw}>
              {problem.node_label ?? texts.wholeDrawing}
            </TextLink>
            <span className="block text-bad">
              {problemWords(
                problem,
                nodes.find((node) => node.id === problem.node_id),
              )}
            </span>
          </li>
        ))}
      </ul>
      <p className="text-muted text-xs">{texts.problemsHint}</p>
      <div>
        <LinkButton kind="primary" to={draw}>
          {texts.mend}
        </LinkButton>
      </div>
    </div>
  );
}
