/** Changing one's own password; every other session of one's own ends with it. */
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../api/client";
import { setCsrfToken } from "../session/again";
import { NewPasswordField, PasswordField } from "../session/fields";
import { common } from "../texts/common";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Form } from "../ui/field";
import { ProblemBox } from "../ui/problem";
import { toast } from "../ui/toast";

export function PasswordDialog({ isOpen, onOpenChange }: { isOpen: boolean; onOpenChange: (isOpen: boolean) => void }) {
  return (
    <Dialog title={common.changePassword} isOpen={isOpen} onOpenChange={onOpenChange}>
      <PasswordForm onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

function PasswordForm({ onDone }: { onDone: () => void }) {
  const [old, setOld] = useState("");
  const [fresh, setFresh] = useState("");
  const change = useMutation({
    mutationFn: () => call.PATCH("/console/session/password", { body: { old, new: fresh } }),
    onSuccess: ({ data }) => {
      setCsrfToken(data?.csrf_token);
      toast(common.passwordChanged);
      onDone();
    },
  });
  return (
    <Form onSubmit={() => change.mutate()}>
      <PasswordField label={common.oldPassword} value={old} onChange={setOld} />
      <NewPasswordField label={common.newPasswordLabel} value={fresh} onChange={setFresh} />
      <ProblemBox error={change.error} />
      <Button kind="primary" type="submit" isPending={change.isPending}>
        {common.changePassword}
      </Button>
    </Form>
  );
}
