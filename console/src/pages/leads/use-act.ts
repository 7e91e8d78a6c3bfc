import { useMutation, useQueryClient } from "@tanstack/react-query";
import { leads as texts } from "../../texts/leads";
import { toast, toastProblem } from "../../ui/toast";
import { type ActionName, actOnLead } from "./bulk";
import { leadName } from "./columns";

type Subject = { id: string; first_name: string; last_name: string | null };

/** Do something to one lead, say so, and read again what it may have changed. */
export function useAct(lead: Subject, onDone?: () => void) {
  const client = useQueryClient();
  const name = leadName(lead);
  return useMutation({
    mutationFn: ({ action, target = "" }: { action: ActionName; target?: string }) =>
      actOnLead(action, target, lead.id),
    onSuccess: (result, { action }) => {
      const done = result.message ?? texts.doneFor(texts.actions[action], name);
      toast(result.outcome === "unchanged" ? texts.unchangedFor(name) : done);
      onDone?.();
    },
    onError: toastProblem,
    onSettled: () => client.invalidateQueries(),
  });
}
