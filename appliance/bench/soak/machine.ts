// What the machine itself does meanwhile, so that a slow answer can be laid at the right door: a page written and synced on the disk of the data folder, how late
// a timer of the load comes, and who has the processors: the node, the load, or programs that are no part of this.

import { readFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Samples } from './sample.ts';
import type { Tally } from './tally.ts';

export const machineKinds = ['a page synced', 'a timer late'] as const;
const page = Buffer.alloc(4096, 1);
const timerMs = 20;

export class Machine {
  readonly #file: FileHandle;
  readonly #tally: Tally;

  private constructor(file: FileHandle, tally: Tally) {
    this.#file = file;
    this.#tally = tally;
  }

  static async open(file: string, tally: Tally): Promise<Machine> {
    return new Machine(await open(file, 'w', 0o600), tally);
  }

  async look(): Promise<void> {
    const begun = performance.now();
    await this.#file.write(page, 0, page.length, 0);
    await this.#file.datasync();
    this.#tally.took(machineKinds[0], performance.now() - begun);
    const set = performance.now();
    await sleep(timerMs);
    this.#tally.took(machineKinds[1], Math.max(0, performance.now() - set - timerMs));
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

/** Clock ticks a second of /proc, and of the processors since the machine started. */
const ticksPerS = 100;

type Used = { all: number; idle: number; node: number; load: number };

/** Who had the processors since the last look, in percent of all of them. Commands of the soak that run beside the node count among the others. */
export class Processors {
  readonly #pid: number;
  #last: Used;

  constructor(pid: number) {
    this.#pid = pid;
    this.#last = usedBy(pid);
  }

  look(samples: Samples, atS: number): void {
    const now = usedBy(this.#pid);
    const since = (name: keyof Used) => now[name] - this.#last[name];
    const share = (ticks: number) => (100 * Math.max(0, ticks)) / Math.max(1, since('all'));
    samples.add('processors, node (%)', atS, share(since('node')));
    samples.add('processors, load (%)', atS, share(since('load')));
    samples.add('processors, others (%)', atS, share(since('all') - since('idle') - since('node') - since('load')));
    this.#last = now;
  }
}

function usedBy(pid: number): Used {
  const fields = /^cpu +(.*)$/m.exec(readFileSync('/proc/stat', 'utf8'))![1]!.split(' ').map(Number);
  // user, nice, system, idle, iowait, irq, softirq, steal; guests are in user already.
  const counted = fields.slice(0, 8);
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  const { user, system } = process.cpuUsage();
  return {
    all: counted.reduce((sum, ticks) => sum + ticks, 0),
    idle: fields[3]! + fields[4]!,
    node: Number(stat[11]) + Number(stat[12]),
    load: ((user + system) / 1e6) * ticksPerS,
  };
}
