// A node for the console's tests with the sample organisation in it, smaller than `npm start` loads but the same in kind, and served.

import type { Ports } from '../../core/ports.ts';
import { loadSample, type SampleMark, sampleConfiguration } from '../../sample-loading.ts';
import { openTestNode, type TestNode } from '../../testing.ts';

export type SampleNode = { readonly node: TestNode; readonly url: string; readonly sample: SampleMark };

export async function openSampleNode(people = 150, ports?: Ports): Promise<SampleNode> {
  const node = await openTestNode({ config: sampleConfiguration, ...(ports && { ports }) });
  try {
    const sample = await loadSample(node.app.node(), node.folder, { people });
    return { node, url: await node.listen(), sample };
  } catch (error) {
    await node.close();
    throw error;
  }
}
