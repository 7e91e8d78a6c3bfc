/** A secret that the server shows once. */
import { common } from "../../../texts/common";
import { settings } from "../../../texts/settings";
import { Button } from "../../../ui/button";
import { CopyableCode } from "../../../ui/code";
import { Dialog } from "../../../ui/dialog";

type Props = { title: string; hint: string; secret: string; onClose: () => void };

export function ShownOnce({ title, hint, secret, onClose }: Props) {
  const footer = (
    <Button kind="primary" onPress={onClose}>
      {common.close}
    </Button>
  );
  return (
    <Dialog title={title} isOpen onOpenChange={(isOpen) => isOpen || onClose()} footer={footer}>
      <div className="flex flex-col gap-3">
        <p>{hint}</p>
        <CopyableCode label={settings.secret}>{secret}</CopyableCode>
      </div>
    </Dialog>
  );
}
