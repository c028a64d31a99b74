// `holdfast support`: a bundle for whoever helps, of what is on a list of what may leave. Of a node that runs, is sealed or stopped, also with a database or
// a configuration that is broken: what cannot be had is named as missing.

import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { arch, availableParallelism, freemem, loadavg, release, type as systemType, totalmem, uptime } from 'node:os';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { type Config, readConfigText } from '../core/config.ts';
import { Fault } from '../core/errors.ts';
import { type Checked, checkConfig, explain } from '../core/settings/settings.ts';
import { figureNames } from '../oversee/figures/figures.ts';
import { type BundleFile, type Gathered, packBundle, supportFiles, textOf } from '../oversee/operations/support/support.ts';
import { version } from '../version.ts';
import { isRunning } from './connect.ts';
import type { CliContext } from './context.ts';
import { lookOver } from './doctor.ts';
import { connectNode } from './http-client.ts';

const dayMs = 24 * 3_600_000;
const figureDays = 30;
const mebibyte = 1024 * 1024;
const programRoot = resolve(import.meta.dirname, '..', '..');

type Options = { out?: string; show?: true };

export function command(context: CliContext): Command {
  const { words } = context;
  return new Command('support')
    .option('--out <file>', words({ en: 'where it goes (else here, by the date)', zh: '输出文件（默认当前目录，以日期命名）' }))
    .option('--show', words({ en: 'print what would be in it, and write nothing', zh: '只显示将包含的内容，不写文件' }))
    .addHelpText(
      'after',
      words({
        en: '\nEverything in it is on a list of what may leave; --show prints every byte.\n\nExamples:\n  $ holdfast support --show\n  $ holdfast support --out /tmp/bundle.tar.zst',
        zh: '\n仅包含许可清单上的内容；--show 显示全部内容。\n\n示例：\n  $ holdfast support --show\n  $ holdfast support --out /tmp/bundle.tar.zst',
      }),
    )
    .action((options: Options) => run(context, options));
}

async function run(context: CliContext, { out, show }: Options): Promise<void> {
  const atMs = context.io.clock.nowMs();
  const files = supportFiles(await gather(context, atMs));
  if (show) {
    context.answer(files, () => {
      for (const file of files) printFile(context, file);
    });
    return;
  }
  const name = `holdfast-support-${new Date(atMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z.tar.zst`;
  const path = resolve(context.io.cwd, out ?? name);
  const bytes = packBundle(files, atMs);
  writeNew(path, bytes);
  const listed = files.map((one) => ({ name: one.name, reason: one.reason }));
  context.answer({ path, sizeBytes: bytes.length, files: listed }, () => {
    context.print(path);
    for (const file of files) context.print(`  ${file.name}: ${context.words(file.reason)}`);
  });
}

function printFile({ print, words }: CliContext, file: BundleFile): void {
  print(`== ${file.name}: ${words(file.reason)}`);
  print(textOf(file));
}

/** Never over another file. */
function writeNew(path: string, bytes: Uint8Array): void {
  let file: number;
  try {
    file = openSync(path, 'wx', 0o600);
  } catch (error) {
    const exists = (error as NodeJS.ErrnoException).code === 'EEXIST';
    throw new Fault(exists ? 'conflict' : 'store_read_only', path, { cause: error });
  }
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

type Missing = { [part: string]: string };

/** @returns undefined where it could not be had, which is noted */
async function part<T>(missing: Missing, name: string, get: () => Promise<T> | T): Promise<T | undefined> {
  try {
    return await get();
  } catch (error) {
    missing[name] = error instanceof Fault ? error.code : ((error as NodeJS.ErrnoException).code ?? 'unknown');
    return undefined;
  }
}

async function gather(context: CliContext, madeAtMs: number): Promise<Gathered> {
  const missing: Missing = {};
  const folder = context.dataFolder;
  const checked = await part(missing, 'configuration', () => checkConfig(readConfigText(folder), context.io.env));
  const running = (await part(missing, 'node', () => isRunning(context))) === true;
  const looked = await part(missing, 'findings', () => lookOver(context, {}));
  const findings = looked?.findings ?? [];
  const isOpen = running && findings.some(({ check, severity }) => check === 'seal' && severity === 'ok');
  const { migrations } = await import('../node.ts');
  if (!running) missing.log = 'node_not_running';
  const asked = running ? await askNode(context, missing, isOpen, madeAtMs) : undefined;
  const figures = asked ? asked.figures : await part(missing, 'figures', () => storedFigures(folder, checked?.config, madeAtMs));
  return {
    madeAtMs,
    program: {
      version,
      runtime: `Node.js ${process.versions.node}`,
      platform: `${process.platform} ${process.arch}`,
      packages: manifest.dependencies,
      migrations: { newest: migrations.at(-1)!.version, count: migrations.length },
      routes: asked?.routes ?? [],
      figures: figureNames,
      root: programRoot,
    },
    system: await systemFacts(folder),
    node: running ? (isOpen ? 'open' : 'sealed') : 'stopped',
    findings,
    settings: checked?.config && explain(checked.config, checked.set),
    mistakes: placesOf(checked),
    figures,
    log: asked?.log,
    missing,
  };
}

const placesOf = (checked: Checked | undefined) => (checked?.mistakes ?? []).flatMap(({ at }) => (at ? [at] : []));

async function askNode(context: CliContext, missing: Missing, isOpen: boolean, nowMs: number) {
  const node = connectNode(context.dataFolder, context.language);
  const get = async <T>(path: string, query = {}) => (await node.request('GET', path, { query })) as T;
  if (!isOpen) {
    Object.assign(missing, { figures: 'sealed', log: 'sealed' });
    return { routes: [], figures: undefined, log: undefined };
  }
  const document = await part(missing, 'routes', () => get<{ paths: object }>('/openapi.json'));
  // As the log has them: `/api/profiles/:id`.
  const routes = Object.keys(document?.paths ?? {}).map((path) => path.replaceAll(/\{(\w+)\}/g, ':$1'));
  const since = nowMs - figureDays * dayMs;
  const figures = await part(missing, 'figures', () =>
    get<{ figures: NonNullable<Gathered['figures']> }>('/api/figures', { since, step: 'day' }),
  );
  const log = await part(missing, 'log', () => get<{ lines: NonNullable<Gathered['log']> }>('/api/logs', { limit: 1_000 }));
  return { routes, figures: figures?.figures, log: log?.lines };
}

/** Of a node that is stopped: its store has them in the clear, as numbers of the whole node. */
async function storedFigures(folder: string, config: Config | undefined, nowMs: number) {
  if (!config) throw new Fault('config_invalid');
  const [{ openStore, databaseFile }, { systemPorts }, { existsSync }] = await Promise.all([
    import('../open-store.ts'),
    import('../core/ports.ts'),
    import('node:fs'),
  ]);
  if (config.store === undefined && !existsSync(join(folder, databaseFile))) throw new Fault('not_found');
  const store = await openStore(folder, config, systemPorts);
  try {
    const rows = await store.select('SELECT name, hour_ms, value FROM figures WHERE hour_ms >= :since ORDER BY hour_ms', {
      since: nowMs - figureDays * dayMs,
    });
    const series = new Map<string, { atMs: number; value: number }[]>();
    for (const { name, hour_ms: atMs, value } of rows) {
      const points = series.get(String(name)) ?? [];
      points.push({ atMs: Number(atMs), value: Number(value) });
      series.set(String(name), points);
    }
    return [...series].map(([name, points]) => ({ name, points }));
  } finally {
    await store.close();
  }
}

/** Of the machine as a size: no name of it, of its users or its network. */
async function systemFacts(folder: string): Promise<Gathered['system']> {
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
