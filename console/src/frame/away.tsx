import { WifiOff } from "lucide-react";
import { useSyncExternalStore } from "react";
import { isAway, onReach } from "../api/reach";
import { common } from "../texts/common";

/** Says that the server is away for as long as it is. */
export function Away() {
  const away = useSyncExternalStore(onReach, isAway);
  return (
    <div role="status">
      {away && (
        <p className="flex items-center justify-center gap-2 bg-warn-soft px-4 py-2 text-warn">
          <WifiOff aria-hidden className="size-4" />
          {common.away}
        </p>
      )}
    </div>
  );
}
