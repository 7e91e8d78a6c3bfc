/** Changing one's own password; every other session of one's own ends with it. */
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../api/client";
import { setCsrfToken } from "../session/again";
import { common } from "../texts/common";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Form, TextField } from "../ui/field";
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
      <TextField
        label={common.oldPassword}
        type="password"
        autoComplete="current-password"
        value={old}
        onChange={setOld}
        isRequired
      />
      <TextField
        label={common.newPasswordLabel}
        description={common.passwordHint}
        type="password"
        autoComplete="new-password"
        minLength={12}
        value={fresh}
        onChange={setFresh}
        isRequired
      />
      <ProblemBox error={change.error} />
      <Button kind="primary" type="submit" isPending={change.isPending}>
        {common.changePassword}
      </Button>
    </Form>
  );
}
