/** Where leads go next: one line for every branch, so that everything can be connected without a pointer. */
import { ArrowRight } from "lucide-react";
import { useState } from "react";
import { canvas as texts } from "../../../texts/canvas";
import { steps } from "../../../texts/canvas-steps";
import { IconButton } from "../../../ui/button";
import { type Choice, Select } from "../../../ui/select";
import { branchesOf, branchWords, possibleBranches } from "./branches";
import { type DrawnNode, type Graph, isEnd, NODE_TYPES, type NodeType, targetOf } from "./drawing";

const NOWHERE = "\u0000nowhere";
const NEW = "\u0000new:";

const NOWHERE_CHOICE: Choice = { id: NOWHERE, label: texts.ways.nowhere };
const NEW_CHOICES: readonly Choice[] = NODE_TYPES.map((type) => ({
  id: NEW + type,
  label: texts.ways.fresh(steps.kinds[type].name),
}));

/** The same object for the same node: a list of 500 is not made anew with every letter that is typed elsewhere. */
const choices = new WeakMap<DrawnNode, Choice>();

function choiceOf(node: DrawnNode): Choice {
  const choice = choices.get(node) ?? { id: node.id, label: node.label };
  choices.set(node, choice);
  return choice;
}

type WaysProps = Readonly<{
  node: DrawnNode;
  graph: Graph;
  onConnect: (branch: string, to: string | null) => void;
  onAddTo: (branch: string, type: NodeType) => void;
  onOpen: (id: string) => void;
}>;

export function Ways({ node, graph, onConnect, onAddTo, onOpen }: WaysProps) {
  const [more, setMore] = useState<readonly string[]>([]);
  const out = graph.edges.filter((edge) => edge.from_node_id === node.id);
  const own = branchesOf(node, out);
  const branches = [...own, ...more.filter((branch) => !own.includes(branch))];
  const possible = possibleBranches(node, out).filter((branch) => !more.includes(branch));
  if (isEnd(node.node_type) && branches.length === 0) return <p className="text-muted">{texts.ways.none}</p>;
  const items = [NOWHERE_CHOICE, ...graph.nodes.filter((one) => one.id !== node.id).map(choiceOf), ...NEW_CHOICES];
  const choose = (branch: string, id: string) => {
    const type = NODE_TYPES.find((one) => NEW + one === id);
    if (type) onAddTo(branch, type);
    else onConnect(branch, id === NOWHERE ? null : id);
  };
  return (
    <div className="flex flex-col gap-3">
      {branches.map((branch) => {
        const target = targetOf(graph, node.id, branch);
        const hint = node.node_type === "TIME" ? undefined : steps.branchHints[branch];
        return (
          <div key={branch} className="flex items-start gap-1">
            <div className="min-w-0 flex-1">
              <Select
                label={branchWords(node.node_type, branch, branches.length === 1)}
                items={items}
                value={target ?? NOWHERE}
                onChange={(id) => choose(branch, id)}
                {...(hint && { description: hint })}
              />
            </div>
            <div className="mt-7">
              <IconButton
                isSmall
                icon={ArrowRight}
                label={texts.ways.open(branchWords(node.node_type, branch, branches.length === 1))}
                isDisabled={target === null}
                onPress={() => target && onOpen(target)}
              />
            </div>
          </div>
        );
      })}
      {possible.length > 0 && (
        <Select
          label={texts.ways.more}
          items={possible.map((branch) => ({ id: branch, label: branchWords(node.node_type, branch) }))}
          value={null}
          onChange={(branch) => setMore([...more, branch])}
          placeholder={texts.ways.choose}
        />
      )}
    </div>
  );
}
