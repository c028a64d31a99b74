// What the node measures of itself beside what its store counts: how many of everything there are, memory, delay of the event loop, room on the disk.

import { statfs } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Clock } from './core/ports.ts';
import type { OpenNode } from './node.ts';
import { Figures, type Measured } from './oversee/figures/figures.ts';

const mebibyte = 1024 * 1024;

export async function openFigures(
  node: OpenNode,
  parts: { clock: Clock; folder: string; failed(what: string, error: unknown): void },
): Promise<{ figures: Figures; close(): Promise<void> }> {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  const measure = async (): Promise<Measured> => {
    const [matches, rounds, disk] = await Promise.all([
      node.federate.list(),
      node.federate.rounds.list(),
      statfs(parts.folder).catch(() => undefined),
    ]);
    const loopDelayMs = delay.percentile(99) / 1e6;
    delay.reset();
    return {
      events: node.profiles.people.committedSeq(),
      segments: node.segments.count,
      models: node.models.registry.models.length,
      federations: node.federate.belonging.federations().filter(({ state }) => state === 'member').length,
      matches: matches.filter(({ phase }) => phase !== 'ended').length,
      rounds: rounds.filter(({ session }) => !session.state.over).length,
      memoryMb: Math.round(process.memoryUsage.rss() / mebibyte),
      loopDelayMs: Math.round(loopDelayMs * 10) / 10,
      ...(disk && { diskFreeMb: Math.round((disk.bavail * disk.bsize) / mebibyte) }),
    };
  };
  const figures = await Figures.open({
    store: node.store,
    clock: parts.clock,
    measure,
    failed: (error) => parts.failed('figures', error),
  });
  return {
    figures,
    async close() {
      await figures.close();
      delay.disable();
    },
  };
}
