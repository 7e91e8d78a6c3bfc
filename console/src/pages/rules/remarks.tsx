import { OctagonAlert, TriangleAlert } from "lucide-react";
import { classes } from "../../ui/classes";
import type { Remark } from "./model";

/** What keeps a rule from being saved, and what in it may not be meant. */
export function RemarkList({ remarks }: { remarks: readonly Remark[] }) {
  return (
    <div aria-live="polite" className="flex flex-col gap-2 empty:hidden">
      {remarks.map((remark) => {
        const Icon = remark.isProblem ? OctagonAlert : TriangleAlert;
        return (
          <p
            key={remark.message}
            className={classes(
              "flex items-start gap-2 rounded-lg px-3 py-2",
              remark.isProblem ? "bg-bad-soft text-bad" : "bg-warn-soft text-warn",
            )}
          >
            <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />
            <span className="min-w-0 whitespace-pre-line break-words">{remark.message}</span>
          </p>
        );
      })}
    </div>
  );
}
