/** Somebody else saved first: what they changed, and the choice between theirs and one's own. */
import { workflows } from "../../texts/workflows";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { DataTable } from "../../ui/table";
import type { Stored } from "./settings";
import { describeFields, type Fields, fieldsOf } from "./settings-fields";

const texts = workflows.settings;

type Props = {
  base: Stored;
  current: Stored;
  fields: Fields;
  onTakeTheirs: () => void;
  onSaveMine: () => void;
  onClose: () => void;
  isPending: boolean;
};

export function Overtaken({ base, current, fields, onTakeTheirs, onSaveMine, onClose, isPending }: Props) {
  const before = describeFields(fieldsOf(base));
  const mine = describeFields(fields);
  const changed = describeFields(fieldsOf(current))
    .map((setting, index) => ({ ...setting, before: before[index]?.value, mine: mine[index]?.value }))
    .filter((setting) => setting.value !== setting.before || setting.mine !== setting.value);
  const footer = (
    <>
      <Button onPress={onTakeTheirs}>{texts.takeTheirs}</Button>
      <Button kind="primary" onPress={onSaveMine} isPending={isPending}>
        {texts.saveYours}
      </Button>
    </>
  );
  return (
    <Dialog title={texts.overtaken} isOpen onOpenChange={(isOpen) => isOpen || onClose()} place="wide" footer={footer}>
      <p className="mb-3">{texts.overtakenHint}</p>
      <DataTable
        label={texts.overtaken}
        rows={changed}
        rowKey={(setting) => setting.id}
        columns={[
          { id: "field", label: texts.field, isHeader: true, cell: (setting) => setting.label },
          { id: "theirs", label: texts.theirs, cell: (setting) => setting.value },
          { id: "yours", label: texts.yours, cell: (setting) => setting.mine },
        ]}
      />
    </Dialog>
  );
}
