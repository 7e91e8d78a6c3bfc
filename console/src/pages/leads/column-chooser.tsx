import { common } from "../../texts/common";
import { leads as texts } from "../../texts/leads";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Checkbox } from "../../ui/field";
import { COLUMNS, columnLabel, metadataColumn } from "./columns";

type Props = {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  columns: readonly string[];
  choose: (columns: string[]) => void;
  reset: () => void;
  metadataKeys: readonly string[];
};

/** Chosen columns keep their order; one that is added comes last. */
export function ColumnChooser({ columns, choose, reset, metadataKeys, ...dialog }: Props) {
  const ofMetadata = [...new Set([...metadataKeys.map(metadataColumn), ...columns.filter((name) => !isOurs(name))])];
  const toggle = (name: string, isChosen: boolean) =>
    choose(isChosen ? [...columns, name] : columns.filter((column) => column !== name));
  const box = (name: string) => (
    <Checkbox key={name} isSelected={columns.includes(name)} onChange={(isChosen) => toggle(name, isChosen)}>
      <span className="break-all">{columnLabel(name)}</span>
    </Checkbox>
  );
  const footer = (
    <>
      <Button kind="quiet" onPress={reset}>
        {texts.usualColumns}
      </Button>
      <Button kind="primary" onPress={() => dialog.onOpenChange(false)}>
        {common.close}
      </Button>
    </>
  );
  return (
    <Dialog title={texts.chooseColumns} footer={footer} {...dialog}>
      <p className="mb-3 text-muted">{texts.columnsHint}</p>
      <div className="grid grid-cols-2 gap-2">{COLUMNS.map(box)}</div>
      <h3 className="mt-5 mb-2 font-medium">{texts.metadataColumns}</h3>
      {ofMetadata.length === 0 && <p className="text-muted">{texts.noMetadata}</p>}
      <div className="grid grid-cols-2 gap-2">{ofMetadata.map(box)}</div>
    </Dialog>
  );
}

const isOurs = (name: string) => COLUMNS.includes(name);
