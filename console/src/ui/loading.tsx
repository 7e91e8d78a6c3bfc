import { LoaderCircle } from "lucide-react";
import { common } from "../texts/common";

export function Loading({ label = common.loading }: { label?: string }) {
  return (
    <div role="status" className="flex items-center gap-2 py-6 text-muted">
      <LoaderCircle aria-hidden className="size-4 animate-spin motion-reduce:animate-none" />
      {label}
    </div>
  );
}
