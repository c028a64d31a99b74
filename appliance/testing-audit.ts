// What the tests of the audit log do with a node: somebody to read about, and the log verified as on another machine.

import { itemsOf, type Verdict, verifyLog, type WitnessHead } from './core/audit/audit.ts';
import type { TestNode } from './testing.ts';

export const lines = (node: TestNode) => node.app.node().audit.lines();
export const verify = (node: TestNode, kept: WitnessHead[] = []): Promise<Verdict> => verifyLog(itemsOf(lines(node)), kept);

export async function person(node: TestNode, userId: string, traits: object = {}): Promise<string> {
  await node.send([{ type: 'identify', userId, traits }]);
  const [found] = await node.find(userId);
  return found!.id;
}
