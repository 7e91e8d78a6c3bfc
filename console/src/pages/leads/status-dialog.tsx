import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../api/client";
import { leads as texts } from "../../texts/leads";
import { Confirm } from "../../ui/dialog";
import { TextField } from "../../ui/field";
import { Select } from "../../ui/select";
import { toast } from "../../ui/toast";

type Props = { leadId: string; workflowId: string; onClose: () => void };

/** Put a lead into a stage of its workflow. */
export function StatusDialog({ leadId, workflowId, onClose }: Props) {
  const client = useQueryClient();
  const [key, setKey] = useState("");
  const [reason, setReason] = useState("");
  const workflow = api.useQuery("get", "/api/public/workflows/{workflow_id}", {
    params: { path: { workflow_id: workflowId } },
  });
  const put = api.useMutation("post", "/api/public/leads/{lead_id}/status", {
    onSuccess: (answer) => {
      toast(answer.note ?? texts.statusSet);
      void client.invalidateQueries();
      onClose();
    },
  });
  const save = () =>
    key &&
    put.mutate({
      params: { path: { lead_id: leadId } },
      body: { status_key: key, reason: reason.trim() || null, workflow_id: workflowId },
    });
  return (
    <Confirm
      title={texts.setStatusTitle}
      action={texts.setStatus}
      isOpen
      isPending={put.isPending}
      error={put.error ?? workflow.error}
      onOpenChange={(isOpen) => !isOpen && onClose()}
      onConfirm={save}
    >
      <p className="text-muted">{texts.setStatusHint}</p>
      <Select
        label={texts.stage}
        items={(workflow.data?.workflow.statuses ?? []).map(({ key: id, label }) => ({ id, label }))}
        value={key || null}
        onChange={setKey}
        isRequired
      />
      <TextField label={texts.reason} value={reason} onChange={setReason} maxLength={1000} />
    </Confirm>
  );
}
