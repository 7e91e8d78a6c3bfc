/** The canvas to draw on: everything that is done with pointer and keys, told to the editor. */
import "@xyflow/react/dist/base.css";
import "./canvas.css";
import {
  applyNodeChanges,
  Background,
  type Connection,
  type EdgeChange,
  MiniMap,
  type NodeChange,
  Panel,
  ReactFlow,
  useReactFlow,
} from "@xyflow/react";
import { type DragEvent, type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import { canvas as texts } from "../../../texts/canvas";
import { ariaLabel, edgeTypes, MAP_FROM, nodeTypes } from "./canvas";
import { type Graph, isEnd, NODE_TYPES, type NodeType } from "./drawing";
import { FlowMaker, type StepNode, type WayEdge } from "./flow";
import { branchOfPort } from "./shape";
import type { Names } from "./summary";
import { OpeningView } from "./view";
import { ZoomButtons } from "./zoom";

/** What is dragged from the palette. */
export const DRAGGED = "application/x-pointsman-node";

type Point = { x: number; y: number };

type BoardProps = Readonly<{
  graph: Graph;
  names: Names;
  problems: ReadonlyMap<string, readonly string[]>;
  selection: ReadonlySet<string>;
  isReadOnly: boolean;
  onSelect: (change: (ids: ReadonlySet<string>) => ReadonlySet<string>) => void;
  onOpen: () => void;
  onMove: (places: ReadonlyMap<string, Point>) => void;
  onConnect: (from: string, branch: string, to: string) => void;
  onAdd: (type: NodeType, place: Point) => void;
  onRemove: () => void;
  onDuplicate: () => void;
}>;

export function Board(props: BoardProps) {
  const { graph, names, problems, selection, isReadOnly } = props;
  const maker = useRef(new FlowMaker());
  const made = useMemo(
    () => maker.current.make(graph, { problems, names, selected: selection, isEditable: !isReadOnly, ariaLabel }),
    [graph, problems, names, selection, isReadOnly],
  );
  // While a node is dragged only the picture moves; the drawing changes when it is put down.
  const [nodes, setNodes] = useState(made.nodes);
  useEffect(() => setNodes(made.nodes), [made.nodes]);
  const flow = useReactFlow<StepNode, WayEdge>();
  const ends = useMemo(
    () => new Set(graph.nodes.filter((node) => isEnd(node.node_type)).map((node) => node.id)),
    [graph],
  );

  const nodesChanged = (changes: NodeChange<StepNode>[]) => {
    const places = placesOf(changes);
    setNodes((shown) =>
      applyNodeChanges(
        changes.filter((change) => change.type !== "select"),
        shown,
      ),
    );
    if (places.size > 0) props.onMove(places);
    choose(changes);
  };
  const choose = (changes: readonly (NodeChange<StepNode> | EdgeChange<WayEdge>)[]) => {
    const selects = changes.filter((change) => change.type === "select");
    if (selects.length === 0) return;
    props.onSelect((ids) => {
      const next = new Set(ids);
      for (const { id, selected } of selects) {
        if (selected) next.add(id);
        else next.delete(id);
      }
      return next;
    });
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    const type = NODE_TYPES.find((one) => one === event.dataTransfer.getData(DRAGGED));
    if (type) props.onAdd(type, flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }));
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys work wherever the focus is on the canvas
    <div className="canvas-board h-full" onKeyDown={keysOf(props)}>
      <ReactFlow
        nodes={nodes}
        edges={made.edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        onNodesChange={nodesChanged}
        onEdgesChange={choose}
        onConnect={({ source, sourceHandle, target }) => props.onConnect(source, branchOfPort(sourceHandle), target)}
        isValidConnection={({ source, target }: Connection | WayEdge) => source !== target && !ends.has(source)}
        onDrop={drop}
        onDragOver={(event) => event.preventDefault()}
        minZoom={0.05}
        maxZoom={1.5}
        deleteKeyCode={null}
        nodesDraggable={!isReadOnly}
        nodesConnectable={!isReadOnly}
        nodesFocusable
        edgesFocusable={false}
        elevateNodesOnSelect={false}
        onlyRenderVisibleElements
        snapToGrid
        snapGrid={[4, 4]}
        connectionRadius={32}
        ariaLabelConfig={texts.aria}
        aria-label={texts.drawing}
      >
        <Background gap={24} />
        {graph.nodes.length === 0 && (
          <Panel position="top-center">
            <p className="mt-16 max-w-72 text-center text-muted">{texts.empty}</p>
          </Panel>
        )}
        {nodes.length >= MAP_FROM && <MiniMap pannable zoomable ariaLabel={texts.map} />}
        <ZoomButtons />
        <OpeningView nodes={made.nodes} edges={made.edges} />
      </ReactFlow>
    </div>
  );
}

/** Where nodes were put down, or moved to with the arrow keys. */
function placesOf(changes: readonly NodeChange<StepNode>[]): Map<string, Point> {
  const places = new Map<string, Point>();
  for (const change of changes) {
    if (change.type === "position" && !change.dragging && change.position) places.set(change.id, change.position);
  }
  return places;
}

function keysOf({ onOpen, onRemove, onDuplicate, isReadOnly }: BoardProps) {
  return (event: KeyboardEvent) => {
    const isNode = event.target instanceof HTMLElement && event.target.classList.contains("react-flow__node");
    if (event.key === "Enter" && isNode) onOpen();
    if (isReadOnly) return;
    if (event.key === "Delete" || event.key === "Backspace") onRemove();
    if (event.key === "d" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      onDuplicate();
    }
  };
}
