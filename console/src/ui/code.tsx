import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { common } from "../texts/common";
import { IconButton } from "./button";

/** Something to be copied: a key, a link, a command. */
export function CopyableCode({ label, children }: { label: string; children: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(children);
    setCopied(true);
    window.setTimeout(() => setCopied(false), 2000);
  };
  return (
    <div className="flex items-start gap-2 rounded-lg border border-line bg-sunken py-1 pr-1 pl-3">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section aria-label={label} tabIndex={0} className="max-h-96 min-w-0 flex-1 overflow-auto py-1.5">
        <pre className="whitespace-pre-wrap break-all font-mono text-xs">{children}</pre>
      </section>
      <IconButton
        label={isCopied ? common.copied : `${common.copy}: ${label}`}
        icon={isCopied ? Check : Copy}
        onPress={copy}
        isSmall
      />
    </div>
  );
}
