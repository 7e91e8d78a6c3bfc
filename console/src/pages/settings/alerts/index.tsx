/** How soon leads are answered, how long they may lie, and who hears of it when that is not kept. */
import { useState } from "react";
import { alerts as texts, webhooks } from "../../../texts/settings-connections";
import { Page } from "../../../ui/page";
import { ShownOnce } from "../kit/secret";
import { Slas } from "./slas";
import { StaleAlerts } from "./stale";

export default function AlertsPage() {
  const [secret, show] = useState<string>();
  return (
    <Page title={texts.title} hint={texts.hint}>
      <Slas onSecret={show} />
      <StaleAlerts onSecret={show} />
      {secret && (
        <ShownOnce
          title={texts.secretTitle}
          hint={webhooks.secretHint}
          secret={secret}
          onClose={() => show(undefined)}
        />
      )}
    </Page>
  );
}
