/** What becomes of leads that no rule takes. */
import { rules as texts } from "../../texts/rules";
import { TextField } from "../../ui/field";
import { Card } from "../../ui/page";
import { Select } from "../../ui/select";
import type { Choices, Remark, Router } from "./model";
import { RemarkList } from "./remarks";

const LONGEST_QUEUE = 128;

type Props = {
  router: Router;
  remarks: readonly Remark[];
  choices: Choices | undefined;
  isReadOnly: boolean;
  update: (next: (router: Router) => Router) => void;
};

export function RestPanel({ router, remarks, choices, isReadOnly, update }: Props) {
  return (
    <Card title={texts.rest.heading} hint={texts.rest.hint}>
      <div className="flex max-w-lg flex-col gap-4">
        <RemarkList remarks={remarks} />
        {router.kind === "processor" ? (
          <Select
            label={texts.rest.workflow}
            items={(choices?.workflows ?? []).map((item) => ({ id: item.id, label: item.name, hint: item.status }))}
            value={router.defaultWorkflowId}
            onChange={(defaultWorkflowId) => update((current) => ({ ...current, defaultWorkflowId }))}
            isDisabled={isReadOnly}
          />
        ) : (
          <>
            <TextField
              label={texts.rest.queue}
              description={texts.rest.queueHint}
              value={router.queueId}
              onChange={(queueId) => update((current) => ({ ...current, queueId }))}
              maxLength={LONGEST_QUEUE}
              isRequired
              isReadOnly={isReadOnly}
            />
            <Select
              label={texts.rest.unavailable}
              items={[
                { id: "fallback", label: texts.rest.fallback },
                { id: "error", label: texts.rest.refuse },
              ]}
              value={router.onUnavailable}
              onChange={(onUnavailable) => update((current) => ({ ...current, onUnavailable }))}
              isDisabled={isReadOnly}
            />
          </>
        )}
      </div>
    </Card>
  );
}
