import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../api/client";
import { common } from "../../texts/common";
import { leads as texts } from "../../texts/leads";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { useDraft } from "../../ui/draft";
import { Checkbox, Form, TextArea } from "../../ui/field";
import { ProblemBox } from "../../ui/problem";
import { toast } from "../../ui/toast";

/** What is being written is kept until it is saved, also over the end of a session. */
export function NoteDialog({ leadId, onClose }: { leadId: string; onClose: () => void }) {
  const client = useQueryClient();
  const { draft, change, drop } = useDraft(`note:${leadId}`, "");
  const [isVisible, setVisible] = useState(false);
  const add = api.useMutation("post", "/api/public/leads/{lead_id}/notes", {
    onSuccess: () => {
      drop();
      toast(texts.noteAdded);
      void client.invalidateQueries();
      onClose();
    },
  });
  const save = () =>
    draft.trim() &&
    add.mutate({ params: { path: { lead_id: leadId } }, body: { content: draft.trim(), ai_visible: isVisible } });
  const footer = (
    <>
      <Button onPress={onClose}>{common.cancel}</Button>
      <Button kind="primary" isPending={add.isPending} isDisabled={!draft.trim()} onPress={save}>
        {texts.addNote}
      </Button>
    </>
  );
  return (
    <Dialog title={texts.noteTitle} isOpen onOpenChange={onClose} footer={footer}>
      <Form onSubmit={save}>
        <TextArea label={texts.note} value={draft} onChange={change} maxLength={10_000} rows={6} autoFocus isRequired />
        <Checkbox isSelected={isVisible} onChange={setVisible}>
          {texts.noteVisible}
        </Checkbox>
        <ProblemBox error={add.error} />
      </Form>
    </Dialog>
  );
}
