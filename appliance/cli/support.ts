// `holdfast support`: a bundle for whoever helps, of what is on a list of what may leave. Of a node that runs, is sealed or stopped, also with a database or
// a configuration that is broken: what cannot be had is named as missing.

import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { type Config, readConfigText } from '../core/config.ts';
import { Fault } from '../core/errors.ts';
import { checkConfig, explain } from '../core/settings/settings.ts';
import { type BundleFile, type Gathered, packBundle, supportFiles, textOf } from '../oversee/operations/support/support.ts';
import type { Missing } from '../support-facts.ts';
import { isRunning } from './connect.ts';
import type { CliContext } from './context.ts';
import { lookOver } from './doctor.ts';
import { connectNode } from './http-client.ts';

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
  const { bundleName } = await import('../support-facts.ts');
  const path = resolve(context.io.cwd, out ?? bundleName(atMs));
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

async function gather(context: CliContext, madeAtMs: number): Promise<Gathered> {
  const { part, placesOf, programFacts, systemFacts } = await import('../support-facts.ts');
  const missing: Missing = {};
  const folder = context.dataFolder;
  const checked = await part(missing, 'configuration', () => checkConfig(readConfigText(folder), context.io.env));
  const running = (await part(missing, 'node', () => isRunning(context))) === true;
  const looked = await part(missing, 'findings', () => lookOver(context, {}));
  const findings = looked?.findings ?? [];
  const isOpen = running && findings.some(({ check, severity }) => check === 'seal' && severity === 'ok');
  if (!running) missing.log = 'node_not_running';
  const asked = running ? await askNode(context, missing, isOpen, madeAtMs) : undefined;
  const figures = asked ? asked.figures : await part(missing, 'figures', () => storedFigures(folder, checked?.config, madeAtMs));
  return {
    madeAtMs,
    program: programFacts(asked?.paths ?? {}),
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

async function askNode(context: CliContext, missing: Missing, isOpen: boolean, nowMs: number) {
  const { dayMs, part, supportLimits } = await import('../support-facts.ts');
  const node = connectNode(context.dataFolder, context.language);
  const get = async <T>(path: string, query = {}) => (await node.request('GET', path, { query })) as T;
  if (!isOpen) {
    Object.assign(missing, { figures: 'sealed', log: 'sealed' });
    return { paths: {}, figures: undefined, log: undefined };
  }
  const document = await part(missing, 'routes', () => get<{ paths: object }>('/openapi.json'));
  const since = nowMs - supportLimits.figureDays * dayMs;
  const figures = await part(missing, 'figures', () =>
    get<{ figures: NonNullable<Gathered['figures']> }>('/api/figures', { since, step: 'day' }),
  );
  const log = await part(missing, 'log', () =>
    get<{ lines: NonNullable<Gathered['log']> }>('/api/logs', { limit: supportLimits.logLines }),
  );
  return { paths: document?.paths ?? {}, figures: figures?.figures, log: log?.lines };
}

/** Of a node that is stopped: its store has them in the clear, as numbers of the whole node. */
async function storedFigures(folder: string, config: Config | undefined, nowMs: number) {
  if (!config) throw new Fault('config_invalid');
  const [{ openStore, databaseFile }, { systemPorts }, { existsSync }, { dayMs, supportLimits }] = await Promise.all([
    import('../open-store.ts'),
    import('../core/ports.ts'),
    import('node:fs'),
    import('../support-facts.ts'),
  ]);
  if (config.store === undefined && !existsSync(join(folder, databaseFile))) throw new Fault('not_found');
  const store = await openStore(folder, config, systemPorts);
  try {
    const rows = await store.select('SELECT name, hour_ms, value FROM figures WHERE hour_ms >= :since ORDER BY hour_ms', {
      since: nowMs - supportLimits.figureDays * dayMs,
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
