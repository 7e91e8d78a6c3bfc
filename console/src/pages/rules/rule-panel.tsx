/** One rule: its name, when it matches (drawn and as text, side by side), and who or what gets the lead. */
import { api } from "../../api/client";
import { rules as texts } from "../../texts/rules";
import { Switch, TextField } from "../../ui/field";
import { Card } from "../../ui/page";
import { Select } from "../../ui/select";
import { AssignmentForm } from "./assignment";
import { Builder } from "./builder";
import type { Choices, Field, Remark, Router, Rule } from "./model";
import { RemarkList } from "./remarks";
import { TextPane } from "./text-pane";

const LONGEST_NAME = 200;

type Props = {
  router: Router;
  rule: Rule;
  remarks: readonly Remark[];
  choices: Choices | undefined;
  isReadOnly: boolean;
  onChange: (next: (rule: Rule) => Rule) => void;
};

export function RulePanel({ router, rule, remarks, choices, isReadOnly, onChange }: Props) {
  const place = router.rules.findIndex((one) => one.key === rule.key) + 1;
  const { kind } = router;
  const known = api.useQuery("get", "/console/rules/fields", { params: { query: { kind } } });
  const fields: readonly Field[] = known.data?.data ?? [];
  return (
    <fieldset disabled={isReadOnly} className="flex min-w-0 flex-col gap-5">
      <Card title={texts.editor.position(place, router.rules.length)}>
        <div className="flex flex-col gap-4">
          <div className="flex flex-wrap items-end gap-5">
            <div className="min-w-64 flex-1">
              <TextField
                label={texts.rule.name}
                value={rule.name}
                onChange={(name) => onChange((current) => ({ ...current, name }))}
                maxLength={LONGEST_NAME}
                isRequired
                isReadOnly={isReadOnly}
              />
            </div>
            <div className="pb-2">
              <Switch
                isSelected={rule.isActive}
                onChange={(isActive) => onChange((current) => ({ ...current, isActive }))}
                isDisabled={isReadOnly}
              >
                {texts.rule.isActive}
              </Switch>
            </div>
          </div>
          <RemarkList remarks={remarks} />
        </div>
      </Card>
      <Card title={texts.rule.when}>
        <div className="grid gap-5 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
          <Builder
            tree={rule.condition}
            fields={fields}
            isReadOnly={isReadOnly}
            onChange={(condition) =>
              onChange((current) => ({ ...current, condition, text: undefined, isUnread: undefined }))
            }
          />
          <TextPane kind={router.kind} rule={rule} isReadOnly={isReadOnly} onChange={onChange} />
        </div>
      </Card>
      <Card title={texts.rule.thenGive}>
        {router.kind === "processor" ? (
          <div className="max-w-md">
            <Select
              label={texts.rule.workflow}
              items={(choices?.workflows ?? []).map((item) => ({ id: item.id, label: item.name, hint: item.status }))}
              value={rule.workflowId}
              onChange={(workflowId) => onChange((current) => ({ ...current, workflowId }))}
              placeholder={texts.rule.workflowNone}
              isDisabled={isReadOnly}
            />
          </div>
        ) : (
          <AssignmentForm
            assignment={rule.assignment}
            choices={choices}
            fields={fields}
            isReadOnly={isReadOnly}
            onChange={(assignment) => onChange((current) => ({ ...current, assignment }))}
          />
        )}
      </Card>
    </fieldset>
  );
}
