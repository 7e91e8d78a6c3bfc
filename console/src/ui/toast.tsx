/** Short messages about what has just been done; they go by themselves, and are read out. */
import { X } from "lucide-react";
import {
  UNSTABLE_Toast as AriaToast,
  Text,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastQueue as ToastQueue,
  UNSTABLE_ToastRegion as ToastRegion,
} from "react-aria-components";
import { common } from "../texts/common";
import { IconButton } from "./button";
import { classes } from "./classes";
import { messageOf } from "./problem";

type Message = { text: string; isBad: boolean };

const queue = new ToastQueue<Message>({ maxVisibleToasts: 3 });
const SHOWN_MS = 6000;

export function toast(text: string): void {
  queue.add({ text, isBad: false }, { timeout: SHOWN_MS });
}

/** Say what went wrong where there is no better place for it; it stays until it is dismissed. */
export function toastProblem(error: unknown): void {
  queue.add({ text: messageOf(error), isBad: true });
}

export function Toasts() {
  return (
    <ToastRegion
      queue={queue}
      aria-label={common.notifications}
      className="fixed bottom-4 left-1/2 z-50 -translate-x-1/2 flex flex-col gap-2"
    >
      {({ toast: shown }) => (
        <AriaToast
          toast={shown}
          className={classes(
            "flex max-w-sm items-start gap-3 rounded-lg border border-line px-4 py-3 shadow-lg",
            shown.content.isBad ? "bg-bad-soft text-bad" : "bg-surface",
          )}
        >
          <ToastContent className="min-w-0 flex-1">
            <Text slot="title" className="whitespace-pre-line break-words">
              {shown.content.text}
            </Text>
          </ToastContent>
          <IconButton slot="close" label={common.dismiss} icon={X} isSmall />
        </AriaToast>
      )}
    </ToastRegion>
  );
}
