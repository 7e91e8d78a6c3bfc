/** What comes over the page: dialogs, panels at its side, and the question before something that cannot be undone. */
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { common } from "../texts/common";
import { Button, IconButton } from "./button";
import { classes } from "./classes";
import { ProblemBox } from "./problem";

type Props = {
  title: string;
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  /** `side` is a panel as high as the page. */
  place?: "middle" | "wide" | "side";
  footer?: ReactNode;
  children: ReactNode;
};

const PLACES = {
  middle: "m-auto w-full max-w-lg max-h-[85vh] rounded-xl",
  wide: "m-auto w-full max-w-4xl max-h-[90vh] rounded-xl",
  side: "ml-auto h-full w-full max-w-xl",
};

export function Dialog({ title, isOpen, onOpenChange, place = "middle", footer, children }: Props) {
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      isDismissable={false}
      className="fixed inset-0 z-40 flex bg-black/40 p-4"
    >
      <Modal className={classes("flex flex-col border border-line bg-surface shadow-xl", PLACES[place])}>
        <AriaDialog className="flex min-h-0 flex-1 flex-col outline-none">
          <header className="flex items-center justify-between gap-4 border-line border-b px-5 py-3">
            <Heading slot="title" className="font-semibold text-base">
              {title}
            </Heading>
            <IconButton label={common.close} icon={X} onPress={() => onOpenChange(false)} isSmall />
          </header>
          <div className="min-h-0 flex-1 overflow-auto px-5 py-4">{children}</div>
          {footer && <footer className="flex justify-end gap-2 border-line border-t px-5 py-3">{footer}</footer>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

type ConfirmProps = {
  title: string;
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  /** The verb on the button: what will be done. */
  action: string;
  onConfirm: () => void;
  isPending?: boolean;
  isDanger?: boolean;
  error?: unknown;
  children: ReactNode;
};

export function Confirm({ action, onConfirm, isPending, isDanger, error, children, ...props }: ConfirmProps) {
  const footer = (
    <>
      <Button onPress={() => props.onOpenChange(false)}>{common.cancel}</Button>
      <Button kind={isDanger ? "danger" : "primary"} onPress={onConfirm} isPending={isPending}>
        {action}
      </Button>
    </>
  );
  return (
    <Dialog {...props} footer={footer}>
      <div className="flex flex-col gap-3">
        {children}
        <ProblemBox error={error} />
      </div>
    </Dialog>
  );
}
