// What preflight asks of the machine. It writes one small file to time the disk, takes it away again, and changes nothing else. What cannot be
// told here is undefined and becomes no finding.

import { execFile } from 'node:child_process';
import { lookup } from 'node:dns/promises';
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fdatasyncSync,
  openSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism, freemem, networkInterfaces, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { promisify } from 'node:util';

export type PortState = 'free' | 'in_use' | 'not_permitted' | 'not_ours' | 'unknown';
export type NameLookup = { readonly addresses: readonly string[] } | 'unknown_name' | 'no_answer';

export type Machine = {
  readonly platform: string;
  readonly architecture: string;
  readonly threads: number;
  /** As the kernel names them; undefined where it does not say. */
  cpuFlags(): readonly string[] | undefined;
  /** What the process may use, and what is free of it. */
  memoryMb(): { total: number; available: number };
  disk(folder: string): { freeMb: number; kind: number } | undefined;
  isWritable(folder: string): boolean;
  /** The middle one of several, in a folder that exists; undefined where nothing can be written. */
  fsyncMs(folder: string): number | undefined;
  isClockFollowing(): Promise<boolean | undefined>;
  resolve(name: string): Promise<NameLookup>;
  ownAddresses(): readonly string[];
  port(address: string, port: number): Promise<PortState>;
  glibc(): string | undefined;
};

const run = promisify(execFile);
const fsyncs = 21;
const mb = 1024 * 1024;

/** The folder itself, or the nearest above it that is there. */
export function nearestFolder(folder: string): string {
  let at = folder;
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at);
  return at;
}

export const thisMachine: Machine = {
  platform: process.platform,
  architecture: process.arch,
  threads: availableParallelism(),
  cpuFlags: () => flagsIn(readOr('/proc/cpuinfo')),
  memoryMb() {
    const limit = process.constrainedMemory();
    const whole = limit > 0 && limit < totalmem() ? limit : totalmem();
    const kernel = /^MemAvailable:\s+(\d+) kB/m.exec(readOr('/proc/meminfo') ?? '')?.[1];
    const free = kernel === undefined ? freemem() : Number(kernel) * 1024;
    return { total: Math.round(whole / mb), available: Math.round(Math.min(free, whole) / mb) };
  },
  disk(folder) {
    try {
      const { bavail, bsize, type } = statfsSync(folder);
      return { freeMb: Math.floor((bavail * bsize) / mb), kind: type };
    } catch {
      return undefined;
    }
  },
  isWritable(folder) {
    try {
      accessSync(folder, constants.W_OK | constants.X_OK);
      return true;
    } catch {
      return false;
    }
  },
  fsyncMs: timeFsync,
  async isClockFollowing() {
    try {
      const { stdout } = await run('timedatectl', ['show', '--property=NTPSynchronized', '--value'], { timeout: 5_000 });
      const said = stdout.trim();
      return said === 'yes' ? true : said === 'no' ? false : undefined;
    } catch {
      return undefined;
    }
  },
  async resolve(name) {
    try {
      return { addresses: (await lookup(name, { all: true })).map(({ address }) => address) };
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'ENOTFOUND' ? 'unknown_name' : 'no_answer';
    }
  },
  ownAddresses: () => Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address)),
  port: tryPort,
  glibc() {
    const { header } = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
    return header?.glibcVersionRuntime;
  },
};

function readOr(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function flagsIn(cpuinfo: string | undefined): readonly string[] | undefined {
  return /^(?:flags|Features)\s*:\s*(.+)$/m
    .exec(cpuinfo ?? '')?.[1]
    ?.trim()
    .split(/\s+/);
}

function timeFsync(folder: string): number | undefined {
  const path = join(folder, `.holdfast-preflight-${process.pid}`);
  let file: number | undefined;
  try {
    file = openSync(path, 'wx', 0o600);
    const page = Buffer.alloc(4096);
    const times: number[] = [];
    for (let turn = 0; turn < fsyncs; turn += 1) {
      page.fill(turn);
      const before = performance.now();
      writeSync(file, page, 0, page.length, turn * page.length);
      fdatasyncSync(file);
      times.push(performance.now() - before);
    }
    return times.sort((one, other) => one - other)[fsyncs >> 1];
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) {
      closeSync(file);
      rmSync(path, { force: true });
    }
  }
}

const portStates: { readonly [code: string]: PortState } = {
  EADDRINUSE: 'in_use',
  EACCES: 'not_permitted',
  EADDRNOTAVAIL: 'not_ours',
  ENOTFOUND: 'not_ours',
};

/** Listens for a moment: nothing else tells for sure. */
function tryPort(address: string, port: number): Promise<PortState> {
  return new Promise((settle) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => settle(portStates[error.code ?? ''] ?? 'unknown'));
    server.listen({ host: address, port, exclusive: true }, () => server.close(() => settle('free')));
  });
}
