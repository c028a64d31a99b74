// What a support bundle says of the program and the machine, whoever makes it: the command, also of a node that is stopped, or the node for its console.

import { statfs } from 'node:fs/promises';
import { arch, availableParallelism, freemem, loadavg, release, type as systemType, totalmem, uptime } from 'node:os';
import { resolve } from 'node:path';
import manifest from '../package.json' with { type: 'json' };
import { Fault } from './core/errors.ts';
import type { Checked } from './core/settings/settings.ts';
import { migrations } from './node.ts';
import { figureNames } from './oversee/figures/figures.ts';
import type { Gathered } from './oversee/operations/support/support.ts';
import { version } from './version.ts';

export const supportLimits = { figureDays: 30, logLines: 1_000 } as const;

export const dayMs = 24 * 3_600_000;
const mebibyte = 1024 * 1024;
const programRoot = resolve(import.meta.dirname, '..');

export type Missing = { [part: string]: string };

/** @returns undefined where it could not be had, which is noted */
export async function part<T>(missing: Missing, name: string, get: () => Promise<T> | T): Promise<T | undefined> {
  try {
    return await get();
  } catch (error) {
    missing[name] = error instanceof Fault ? error.code : ((error as NodeJS.ErrnoException).code ?? 'unknown');
    return undefined;
  }
}

/** @param paths of the node's document: in the log they are written `/api/profiles/:id` */
export function programFacts(paths: object): Gathered['program'] {
  return {
    version,
    runtime: `Node.js ${process.versions.node}`,
    platform: `${process.platform} ${process.arch}`,
    packages: manifest.dependencies,
    migrations: { newest: migrations.at(-1)!.version, count: migrations.length },
    routes: Object.keys(paths).map((path) => path.replaceAll(/\{(\w+)\}/g, ':$1')),
    figures: figureNames,
    root: programRoot,
  };
}

export const placesOf = (checked: Checked | undefined) => (checked?.mistakes ?? []).flatMap(({ at }) => (at ? [at] : []));

export const bundleName = (atMs: number): string =>
  `holdfast-support-${new Date(atMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z.tar.zst`;

/** Of the machine as a size: no name of it, of its users or its network. */
export async function systemFacts(folder: string): Promise<Gathered['system']> {
  const disk = await statfs(folder).catch(() => undefined);
  return {
    system: systemType(),
    kernel: /^\d+(\.\d+)*/.exec(release())?.[0] ?? '',
    architecture: arch(),
    processors: availableParallelism(),
    memoryMb: Math.round(totalmem() / mebibyte),
    memoryFreeMb: Math.round(freemem() / mebibyte),
    load: Math.round(loadavg()[0]! * 100) / 100,
    upHours: Math.round(uptime() / 3_600),
    openssl: process.versions.openssl ?? '',
    ...(disk && {
      diskMb: Math.round((disk.blocks * disk.bsize) / mebibyte),
      diskFreeMb: Math.round((disk.bavail * disk.bsize) / mebibyte),
      fileSystem: disk.type,
    }),
  };
}
