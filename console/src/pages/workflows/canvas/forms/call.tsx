import { steps as texts } from "../../../../texts/canvas-steps";
import { text } from "../summary";
import { ChoiceOrOther } from "./choice";
import { type ConfigForm, withFields } from "./form";

/** A call: who speaks, and from which number. */
export function CallForm({ node: { config }, choices, errorOf, change }: ConfigForm) {
  const set = (field: string) => (value: string) => change(withFields(config, { [field]: value }), field);
  return (
    <>
      <ChoiceOrOther
        label={texts.fields.agent_id ?? ""}
        items={choices.agents}
        value={text(config, "agent_id")}
        onChange={set("agent_id")}
        other={texts.call.otherAgent}
        placeholder={texts.call.chooseAgent}
        description={choices.agents.length === 0 ? texts.call.noAgents : texts.call.agentHint}
        error={errorOf("agent_id")}
        isRequired
      />
      <ChoiceOrOther
        label={texts.fields.from_phone_number ?? ""}
        items={choices.numbers}
        value={text(config, "from_phone_number")}
        onChange={set("from_phone_number")}
        other={texts.call.otherNumber}
        placeholder={texts.call.chooseNumber}
        description={choices.numbers.length === 0 ? texts.call.noNumbers : texts.call.numberHint}
        error={errorOf("from_phone_number")}
        isRequired
      />
      <p className="text-muted text-xs">{texts.call.attempts}</p>
    </>
  );
}
