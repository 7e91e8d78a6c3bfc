/** A place to drop a file on, or to choose one with. */
import { useMutation } from "@tanstack/react-query";
import { FileSpreadsheet } from "lucide-react";
import { useState } from "react";
import { DropZone, type DropZoneProps, FileTrigger, Text } from "react-aria-components";
import { imports as texts } from "../../texts/import";
import { Button } from "../../ui/button";
import { Loading } from "../../ui/loading";
import { ProblemBox } from "../../ui/problem";
import { type Preview, upload, useForget } from "./data";
import { asSentence } from "./words";

type DropEvent = Parameters<NonNullable<DropZoneProps["onDrop"]>>[0];

const KINDS = [".csv", ".tsv", ".txt", ".xlsx"];

export function DropFile({ largest, onUploaded }: { largest?: number; onUploaded: (preview: Preview) => void }) {
  const [wrong, setWrong] = useState<string>();
  const forget = useForget();
  const sending = useMutation({
    mutationFn: (file: File) => upload(file),
    onSuccess: (preview) => {
      onUploaded(preview);
      return forget();
    },
  });
  const size = largest === undefined ? undefined : texts.megabytes(largest);

  const take = (files: readonly File[]) => {
    const [file] = files;
    sending.reset();
    if (!file) setWrong(texts.notAFile);
    else if (files.length > 1) setWrong(texts.oneFile);
    else if (size && largest !== undefined && file.size > largest) setWrong(texts.tooLarge(file.name, size));
    else {
      setWrong(undefined);
      sending.mutate(file);
    }
  };
  const drop = async ({ items }: DropEvent) => {
    const files = items.filter((item) => item.kind === "file");
    take(await Promise.all(files.map((item) => item.getFile())));
  };

  return (
    <div className="flex flex-col gap-3">
      <DropZone
        onDrop={drop}
        isDisabled={sending.isPending}
        className="flex flex-col items-center gap-2 rounded-xl border-2 border-line-strong border-dashed bg-surface px-6 py-10 text-center drop-target:border-accent drop-target:bg-accent-soft"
      >
        {sending.isPending ? (
          <Loading label={texts.uploading(sending.variables.name)} />
        ) : (
          <>
            <FileSpreadsheet aria-hidden className="size-8 text-muted" />
            <Text slot="label" className="font-medium">
              {texts.dropLabel}
            </Text>
            {size && <p className="text-muted">{texts.dropHint(size)}</p>}
            <FileTrigger acceptedFileTypes={KINDS} onSelect={(files) => files?.length && take([...files])}>
              <Button kind="primary">{texts.choose}</Button>
            </FileTrigger>
          </>
        )}
      </DropZone>
      <ProblemBox error={wrong ? new Error(wrong) : asSentence(sending.error)} />
    </div>
  );
}
