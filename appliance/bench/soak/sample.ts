// What a soak sees of the node's process: from outside (the kernel's accounting, sizes of files) and from its own figures.

import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Series } from './judge.ts';
import type { Tally } from './tally.ts';

type Line = { atS: number; value: number }[];
const megabyte = 1024 ** 2;

/** Of the text of /metrics: these, with what they are called here. */
const taken: readonly (readonly [figure: string, name: string, by: number])[] = [
  ['nodejs_heap_size_used_bytes', 'heap used', megabyte],
  ['nodejs_heap_size_total_bytes', 'heap with room', megabyte],
  ['nodejs_external_memory_bytes', 'external memory', megabyte],
  ['nodejs_eventloop_lag_p99_seconds', 'loop delay p99', 0.001],
  ['nodejs_eventloop_lag_max_seconds', 'loop delay max', 0.001],
  ['holdfast_queue_depth{queue="events"}', 'events waiting', 1],
  ['holdfast_queue_depth{queue="audit"}', 'audit entries waiting', 1],
  ['holdfast_queue_depth{queue="trainings"}', 'trainings waiting', 1],
  ['holdfast_audit_broken', 'audit broken', 1],
];

export class Samples {
  readonly #series = new Map<string, Line>();

  of(name: string): Series {
    return this.#series.get(name) ?? [];
  }

  values(name: string): number[] {
    return this.of(name).map(({ value }) => value);
  }

  get names(): string[] {
    return [...this.#series.keys()];
  }

  add(name: string, atS: number, value: number): void {
    const found = this.#series.get(name) ?? [];
    found.push({ atS, value });
    this.#series.set(name, found);
  }

  /** From outside: memory, descriptors, threads, sizes of the database and its log. */
  look(pid: number, folder: string, atS: number): void {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const of = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? Number.NaN);
    this.add('resident memory', atS, of('VmRSS') / 1024);
    this.add('threads', atS, of('Threads'));
    const open = readdirSync(`/proc/${pid}/fd`).map((fd) => targetOf(`/proc/${pid}/fd/${fd}`));
    const sockets = open.filter((target) => target?.startsWith('socket:')).length;
    this.add('descriptors', atS, open.length - sockets);
    this.add('sockets', atS, sockets);
    for (const [name, file] of [
      ['database', 'holdfast.db'],
      ['write-ahead log', 'holdfast.db-wal'],
    ] as const)
      this.add(name, atS, sizeOf(join(folder, file)) / megabyte);
  }

  /** From the node's own figures. What they lack is a fault of the node's, and counted. */
  async scrape(tally: Tally, atS: number): Promise<void> {
    const text = await tally.ask<string>('metrics', 'GET', '/metrics');
    if (text === undefined) return;
    const lines = new Map<string, number>();
    for (const line of text.split('\n')) {
      const at = line.lastIndexOf(' ');
      if (!line.startsWith('#') && at > 0) lines.set(line.slice(0, at), Number(line.slice(at + 1)));
    }
    for (const [figure, name, by] of taken) {
      const value = lines.get(figure);
      if (value === undefined) tally.fail('metrics', `${figure} is missing`);
      else this.add(name, atS, value / by);
    }
    // Connections are counted from outside, as sockets: how many there are is the clients' affair.
    const resources = [...lines].filter(
      ([name]) => name.startsWith('nodejs_active_resources{') && !name.includes('TCPSocketWrap'),
    );
    this.add(
      'active handles',
      atS,
      resources.reduce((sum, [, value]) => sum + value, 0),
    );
  }
}

/** What a descriptor leads to; undefined where it was closed meanwhile. */
function targetOf(link: string): string | undefined {
  try {
    return readlinkSync(link);
  } catch {
    return undefined;
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
