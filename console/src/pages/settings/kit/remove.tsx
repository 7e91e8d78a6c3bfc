/** The question before something is removed. */
import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { common } from "../../../texts/common";
import { Confirm } from "../../../ui/dialog";
import { toast } from "../../../ui/toast";
import { useRefresh } from "./editor";

type Props = {
  title: string;
  /** The verb on the button, unless it is "Remove". */
  action?: string;
  isDanger?: boolean;
  remove: () => Promise<unknown>;
  refresh: readonly string[];
  /** Said once it is done. */
  done?: string;
  onDone?: (answer: unknown) => void;
  onClose: () => void;
  children: ReactNode;
};

export function ConfirmRemoval({
  title,
  action,
  isDanger = true,
  remove,
  refresh,
  done,
  onDone,
  onClose,
  children,
}: Props) {
  const read = useRefresh();
  const removing = useMutation({
    mutationFn: remove,
    onSuccess: async (answer) => {
      onClose();
      if (done) toast(done);
      onDone?.(answer);
      await read(refresh);
    },
  });
  return (
    <Confirm
      title={title}
      isOpen
      onOpenChange={(isOpen) => isOpen || onClose()}
      action={action ?? common.remove}
      isDanger={isDanger}
      isPending={removing.isPending}
      onConfirm={() => removing.mutate()}
      error={removing.error}
    >
      <p>{children}</p>
    </Confirm>
  );
}
