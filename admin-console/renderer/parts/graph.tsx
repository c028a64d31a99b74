// A graph of boxes and arrows (React Flow): things and what joins them. It is looked at, moved and zoomed; a list beside it says the same for who
// does not see it.

import { Background, Controls, type Edge, type Node, type NodeChange, ReactFlow } from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import { useContext } from 'react';
import { useSay, type Words } from '../words/words.ts';
import { ModeContext } from './settings.ts';

export function Graph({
  nodes,
  edges,
  label,
  height = 320,
  onPick,
  nodeTypes,
}: {
  nodes: readonly Node[];
  edges: readonly Edge[];
  label: Words | string;
  height?: number;
  onPick?: (id: string) => void;
  nodeTypes?: Parameters<typeof ReactFlow>[0]['nodeTypes'];
}) {
  const say = useSay();
  const { dark } = useContext(ModeContext);
  return (
    <section aria-label={typeof label === 'string' ? label : say(label)} style={{ height }}>
      <ReactFlow
        nodes={[...nodes]}
        edges={[...edges]}
        colorMode={dark ? 'dark' : 'light'}
        fitView
        nodesConnectable={false}
        deleteKeyCode={null}
        proOptions={{ hideAttribution: false }}
        {...(nodeTypes && { nodeTypes })}
        {...(onPick && {
          onNodeClick: (_: unknown, { id }: Node) => onPick(id),
          // Enter on a box that the keyboard is at chooses it.
          onNodesChange: (changes: NodeChange[]) => {
            const chosen = changes.find((change) => change.type === 'select' && change.selected);
            if (chosen?.type === 'select') onPick(chosen.id);
          },
        })}
      >
        <Background />
        <Controls showInteractive={false} />
      </ReactFlow>
    </section>
  );
}
