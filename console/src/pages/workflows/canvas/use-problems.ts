/** The problems of a drawing while it is drawn: the server is asked whenever the hand rests. */
import { useEffect, useMemo, useState } from "react";
import { type DrawingProblem, findProblems } from "./api";
import type { Content } from "./content";
import { fieldOf, problemWords } from "./problem-words";

const REST_MS = 300;
const NONE: readonly DrawingProblem[] = [];

export type PlacedProblem = Readonly<{
  id: string;
  nodeId: string | null;
  nodeLabel: string;
  field: string;
  words: string;
}>;

export type Problems = Readonly<{
  list: readonly PlacedProblem[];
  /** What is wrong at each node, in words. */
  byNode: ReadonlyMap<string, readonly string[]>;
  /** Whether the list is about what is drawn now. */
  isFresh: boolean;
}>;

export function useProblems(workflowId: string, content: Content): Problems {
  const [found, setFound] = useState<{ for: Content | null; problems: readonly DrawingProblem[] }>({
    for: null,
    problems: NONE,
  });
  useEffect(() => {
    const stop = new AbortController();
    const timer = window.setTimeout(() => {
      findProblems(workflowId, content, stop.signal).then(
        (problems) => stop.signal.aborted || setFound({ for: content, problems }),
        // The server is away or refuses: what was known stays, and saving says why.
        () => {},
      );
    }, REST_MS);
    return () => {
      window.clearTimeout(timer);
      stop.abort();
    };
  }, [workflowId, content]);
  return useMemo(() => place(found.problems, content, found.for === content), [found, content]);
}

function place(problems: readonly DrawingProblem[], content: Content, isFresh: boolean): Problems {
  const nodes = new Map(content.nodes.map((node) => [node.id, node]));
  const list = problems.flatMap((problem, at) => {
    const node = problem.node_id === null ? undefined : nodes.get(problem.node_id);
    if (problem.node_id !== null && !node) return [];
    const words = problemWords(problem, node);
    return [{ id: `${at}`, nodeId: problem.node_id, nodeLabel: node?.label ?? "", field: fieldOf(problem), words }];
  });
  const byNode = new Map<string, string[]>();
  for (const { nodeId, words } of list) {
    if (nodeId !== null) byNode.set(nodeId, [...(byNode.get(nodeId) ?? []), words]);
  }
  return { list, byNode, isFresh };
}
