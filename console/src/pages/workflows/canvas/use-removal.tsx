/** Removing what is chosen. Where leads stand at a step now, what becomes of them is said before. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { canvas } from "../../../texts/canvas";
import { common } from "../../../texts/common";
import { Confirm } from "../../../ui/dialog";
import { formatNumber } from "../../../ui/format";
import { type Live, liveNow } from "../live";
import type { StoredDrawing } from "./api";
import type { DrawnNode } from "./drawing";
import type { Actions } from "./use-actions";
import type { Editor } from "./use-editor";

const texts = canvas.removal;

type Asked = Readonly<{ ids: ReadonlySet<string>; steps: readonly DrawnNode[]; leads: number }>;

export function useRemoval(stored: StoredDrawing, { content, selection }: Editor, actions: Actions, isLive: boolean) {
  const queries = useQueryClient();
  const [asked, setAsked] = useState<Asked>();
  const remove = async () => {
    const steps = content.nodes.filter((node) => selection.has(node.id));
    const isAsked = isLive && steps.length > 0;
    // What cannot be known now keeps nobody from drawing: nothing happens to leads before the drawing is saved.
    const live = isAsked ? await queries.fetchQuery(liveNow(stored.workflow.id)).catch(() => undefined) : undefined;
    const leads = live ? countLeads(live, stored, selection) : 0;
    if (leads > 0) setAsked({ ids: selection, steps, leads });
    else actions.remove(selection);
  };
  const question = asked && (
    <Question
      {...asked}
      onClose={() => setAsked(undefined)}
      onConfirm={() => {
        actions.remove(asked.ids);
        setAsked(undefined);
      }}
    />
  );
  return { remove, question };
}

/** Leads that have not started stand at no step, though they are counted at the first: they begin with another. */
function countLeads(live: Live, { nodes, edges }: StoredDrawing, ids: ReadonlySet<string>): number {
  const [entry, ...others] = nodes.filter((node) => !edges.some((edge) => edge.to_node_id === node.id));
  const standing = live.nodes.filter((node) => ids.has(node.node_id)).reduce((sum, node) => sum + node.waiting, 0);
  return entry && others.length === 0 && ids.has(entry.id) ? standing - live.not_started : standing;
}

type QuestionProps = Asked & Readonly<{ onConfirm: () => void; onClose: () => void }>;

function Question({ steps, leads, onConfirm, onClose }: QuestionProps) {
  const [first] = steps;
  return (
    <Confirm
      title={first && steps.length === 1 ? texts.title(first.label) : texts.several(steps.length)}
      isOpen
      onOpenChange={onClose}
      action={common.remove}
      isDanger
      onConfirm={onConfirm}
    >
      <p className="font-medium">{texts.standing(formatNumber(leads), leads === 1)}</p>
      <p>{texts.stay}</p>
      <p className="text-muted">{texts.instead}</p>
    </Confirm>
  );
}
