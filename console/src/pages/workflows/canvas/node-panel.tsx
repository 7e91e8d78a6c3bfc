/** Everything about one node: its name, what it does, where leads go next. */
import { Copy, Trash2 } from "lucide-react";
import { canvas as texts } from "../../../texts/canvas";
import { steps } from "../../../texts/canvas-steps";
import { Button } from "../../../ui/button";
import { TextField } from "../../../ui/field";
import type { Choices } from "./api";
import type { DrawingStatus } from "./content";
import { type DrawnNode, type Graph, LONGEST_LABEL, type NodeType } from "./drawing";
import { ActionForm } from "./forms/action";
import { BranchForm } from "./forms/branch";
import { CallForm } from "./forms/call";
import { EndForm } from "./forms/end";
import type { ConfigForm } from "./forms/form";
import { WaitForm } from "./forms/wait";
import { ICONS, TINTS } from "./step";
import type { PlacedProblem } from "./use-problems";
import { Ways } from "./ways";

const FORMS: Record<NodeType, (props: ConfigForm) => React.ReactNode> = {
  VOICE_CALL: CallForm,
  TIME: WaitForm,
  CONDITIONAL: BranchForm,
  APPLICATION: ActionForm,
  CONVERTED: EndForm,
  DROPPED: EndForm,
};

type NodePanelProps = Readonly<{
  node: DrawnNode;
  graph: Graph;
  choices: Choices;
  statuses: readonly DrawingStatus[];
  problems: readonly PlacedProblem[];
  isReadOnly: boolean;
  onChange: (changes: Partial<DrawnNode>, field: string) => void;
  onRenameBranch: ConfigForm["renameBranch"];
  onConnect: (branch: string, to: string | null) => void;
  onAddTo: (branch: string, type: NodeType) => void;
  onOpen: (id: string) => void;
  onRemove: () => void;
  onDuplicate: () => void;
}>;

export function NodePanel(props: NodePanelProps) {
  const { node, graph, choices, statuses, problems, isReadOnly, onChange } = props;
  const Icon = ICONS[node.node_type];
  const Form = FORMS[node.node_type];
  const own = problems.filter((problem) => problem.nodeId === node.id);
  const errorOf = (field: string) => own.find((problem) => problem.field === field)?.words;
  const elsewhere = own.filter((problem) => problem.field === "");
  return (
    <div className="flex flex-col gap-4 p-4">
      <header className="flex items-center gap-2.5">
        <span className={`grid size-8 place-items-center rounded-md ${TINTS[node.node_type]}`}>
          <Icon size={17} aria-hidden />
        </span>
        <h2 className="font-semibold">{steps.kinds[node.node_type].name}</h2>
      </header>
      {elsewhere.length > 0 && (
        <ul className="flex flex-col gap-1 rounded-lg bg-bad-soft px-3 py-2 text-bad text-xs">
          {elsewhere.map((problem) => (
            <li key={problem.id}>{problem.words}</li>
          ))}
        </ul>
      )}
      <fieldset disabled={isReadOnly} className="contents">
        <TextField
          label={texts.panel.name}
          value={node.label}
          maxLength={LONGEST_LABEL}
          onChange={(label) => onChange({ label }, "label")}
          isDisabled={isReadOnly}
        />
        <Form
          key={node.id}
          node={node}
          choices={choices}
          statuses={statuses}
          errorOf={errorOf}
          change={(config, field) => onChange({ config }, field)}
          renameBranch={props.onRenameBranch}
        />
        <section className="border-line border-t pt-4">
          <h3 className="mb-3 font-semibold">{texts.panel.next}</h3>
          <Ways key={node.id} {...props} node={node} graph={graph} />
        </section>
        {!isReadOnly && (
          <footer className="flex gap-2 border-line border-t pt-4">
            <Button icon={Copy} onPress={props.onDuplicate}>
              {texts.panel.duplicate}
            </Button>
            <Button icon={Trash2} kind="danger" onPress={props.onRemove}>
              {texts.panel.remove}
            </Button>
          </footer>
        )}
      </fieldset>
    </div>
  );
}
