/** An import that is running: how far it is, and a way to stop it. */
import { useState } from "react";
import { Label, ProgressBar } from "react-aria-components";
import { api } from "../../api/client";
import { useMayWrite } from "../../session/session";
import { imports as texts } from "../../texts/import";
import { Button, LinkButton } from "../../ui/button";
import { Confirm } from "../../ui/dialog";
import { Card, Page } from "../../ui/page";
import { type Import, ONE, useForget } from "./data";
import { Figures } from "./figures";
import { targetWords } from "./words";

export function Running({ one }: { one: Import }) {
  const mayWrite = useMayWrite();
  const left = one.rows_per_second ? (one.total_rows - one.done_rows) / one.rows_per_second : undefined;
  return (
    <Page
      title={one.file_name}
      hint={one.target && targetWords(one.target)}
      actions={
        <>
          <LinkButton to="/import">{texts.back}</LinkButton>
          {mayWrite && <Stop one={one} />}
        </>
      }
    >
      <Card>
        <ProgressBar value={one.done_rows} maxValue={one.total_rows} className="flex flex-col gap-2">
          {({ percentage, valueText }) => (
            <>
              <div className="flex justify-between gap-4">
                <Label className="font-medium">{texts.progress(one.file_name)}</Label>
                <span className="tabular-nums">{valueText}</span>
              </div>
              <div className="h-3 overflow-hidden rounded-full bg-sunken">
                <div
                  className="h-full rounded-full bg-accent transition-[width] duration-500 motion-reduce:transition-none"
                  style={{ width: `${percentage ?? 0}%` }}
                />
              </div>
            </>
          )}
        </ProgressBar>
        <p className="mt-2 flex flex-wrap gap-x-3 text-muted tabular-nums">
          <span>{texts.progressOf(one.done_rows, one.total_rows)}</span>
          {one.rows_per_second !== null && <span>{texts.speed(one.rows_per_second)}</span>}
          {left !== undefined && <span>{texts.left(left)}</span>}
        </p>
        <p role="status" className={one.is_waiting ? "mt-4 rounded-lg bg-warn-soft px-3 py-2 text-warn" : "sr-only"}>
          {one.is_waiting && texts.waiting}
        </p>
      </Card>
      <Figures one={one} />
      <p className="text-muted">{texts.mayLeave}</p>
    </Page>
  );
}

function Stop({ one }: { one: Import }) {
  const [isOpen, setOpen] = useState(false);
  const forget = useForget();
  const cancel = api.useMutation("post", `${ONE}/cancel`, { onSettled: forget });
  return (
    <>
      <Button onPress={() => setOpen(true)}>{texts.stop}</Button>
      <Confirm
        title={texts.stopTitle}
        isOpen={isOpen}
        onOpenChange={setOpen}
        action={texts.stop}
        onConfirm={() => cancel.mutate({ params: { path: { import_id: one.id } } })}
        isPending={cancel.isPending}
        error={cancel.error}
        isDanger
      >
        <p>{texts.stopHint}</p>
      </Confirm>
    </>
  );
}
