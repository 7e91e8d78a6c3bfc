/** What stands beside the canvas: the chosen node or edge, several at once, or what is still missing. */
import type { Choices } from "./api";
import { NodePanel } from "./node-panel";
import { Checklist, EdgePanel, SeveralPanel } from "./side";
import type { Actions } from "./use-actions";
import type { Editor } from "./use-editor";
import type { Problems } from "./use-problems";

type PanelProps = Readonly<{
  editor: Editor;
  actions: Actions;
  choices: Choices;
  problems: Problems;
  isReadOnly: boolean;
  onRemove: () => void;
  /** A new node was made here and stands open now. */
  onOpened: () => void;
}>;

export function Panel({ editor, actions, choices, problems, isReadOnly, onRemove, onOpened }: PanelProps) {
  const { content, selection } = editor;
  const nodes = content.nodes.filter((node) => selection.has(node.id));
  const edges = content.edges.filter((edge) => selection.has(edge.id));
  const [node] = nodes;
  const [edge] = edges;
  const removal = { onRemove, onDuplicate: actions.duplicate, isReadOnly };
  if (node && nodes.length === 1) {
    return (
      <NodePanel
        key={`${node.id} ${editor.revision}`}
        node={node}
        graph={content}
        choices={choices}
        statuses={content.statuses}
        problems={problems.list}
        onChange={(changes, field) => actions.change(node.id, changes, field)}
        onRenameBranch={(before, after, config) => actions.renameBranch(node.id, before, after, config)}
        onConnect={(branch, to) => actions.connect(node.id, branch, to)}
        onAddTo={(branch, type) => {
          actions.addTo(node.id, branch, type);
          onOpened();
        }}
        onOpen={actions.show}
        {...removal}
      />
    );
  }
  if (nodes.length > 1) return <SeveralPanel count={nodes.length} {...removal} />;
  if (edge) return <EdgePanel edge={edge} nodes={content.nodes} onRemove={onRemove} isReadOnly={isReadOnly} />;
  return <Checklist problems={problems} onOpen={actions.show} />;
}
