// `holdfast import`: a file into a source, with a bar on a terminal, going on where an earlier run was stopped.

import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { Command } from 'commander';
import { readConfig } from '../core/config.ts';
import { Fault } from '../core/errors.ts';
import type { RecordBatch, SourceId } from '../core/model/event.ts';
import { systemPorts } from '../core/ports.ts';
import {
  folderImportStore,
  type ImportMap,
  type ImportReport,
  type ImportStore,
  importFile,
  importLimits,
  inspectFile,
  readMap,
} from '../record/imports/imports.ts';
import { connect } from './connect.ts';
import type { CliContext } from './context.ts';
import { Interrupted } from './passphrase.ts';
import { sourceId } from './source.ts';
import { printable } from './table.ts';

export type Recorder = {
  record: RecordBatch;
  sourceId: SourceId;
  checkpoint: ImportStore;
  /** Region of numbers and dates that name none, as the node is configured. */
  region?: string;
  close(): Promise<void>;
};
export type OpenRecorder = (sourceName: string) => Promise<Recorder>;

type Options = { source?: string; map?: string; mapOut?: string; rejects?: string };

export function command(context: CliContext, openRecorder: OpenRecorder = nodeRecorder(context)): Command {
  const { words } = context;
  return new Command('import')
    .argument(
      '<file>',
      words({
        en: 'CSV, NDJSON, JSON or access log, plain, gzip or zstd',
        zh: 'CSV、NDJSON、JSON 或访问日志，可为 gzip 或 zstd',
      }),
    )
    .option('--source <name>', words({ en: 'the source its rows come from', zh: '数据源名称' }))
    .option(
      '--map <file>',
      words({ en: 'what its columns mean, as JSON (else recognised)', zh: '列映射 JSON 文件（缺省时自动识别）' }),
    )
    .option(
      '--map-out <file>',
      words({
        en: 'write the recognised map there (- prints it) and import nothing',
        zh: '仅输出识别到的列映射（- 表示打印），不导入',
      }),
    )
    .option(
      '--rejects <file>',
      words({ en: 'where rejected rows go (else FILE.rejects.csv)', zh: '被拒行的输出文件（缺省为 FILE.rejects.csv）' }),
    )
    .addHelpText(
      'after',
      words({
        en: '\nExamples:\n  $ holdfast import crm.csv --source crm\n  $ holdfast import orders.csv.gz --map-out orders.map.json\n  $ holdfast import orders.csv.gz --source shop --map orders.map.json\n\nStopped by Ctrl-C or killed, the same command goes on where it was; no row is recorded twice.',
        zh: '\n示例：\n  $ holdfast import crm.csv --source crm\n  $ holdfast import orders.csv.gz --map-out orders.map.json\n  $ holdfast import orders.csv.gz --source shop --map orders.map.json\n\n按 Ctrl-C 或被终止后，再次执行同一命令即可继续；任何一行都不会重复记录。',
      }),
    )
    .action((file: string, options: Options) => run(context, openRecorder, file, options));
}

/** The node that runs on the data folder, or the folder itself when none does. */
function nodeRecorder(context: CliContext): OpenRecorder {
  return async (sourceName) => {
    const api = await connect(context);
    try {
      return {
        record: api.recordBatch,
        sourceId: await sourceId(api.call, sourceName),
        checkpoint: folderImportStore(join(context.dataFolder, 'imports')),
        region: readConfig(context.dataFolder).region,
        close: () => api.close(),
      };
    } catch (error) {
      await api.close();
      throw error;
    }
  };
}

async function run(context: CliContext, openRecorder: OpenRecorder, file: string, options: Options): Promise<void> {
  const path = resolve(context.io.cwd, file);
  const map = options.map === undefined ? undefined : readMapFile(resolve(context.io.cwd, options.map));
  if (options.mapOut !== undefined) return writeMap(context, path, map, options.mapOut);
  if (options.source === undefined) throw new Fault('bad_request', '--source');
  const recorder = await openRecorder(options.source);
  const progress = context.progress({ en: basename(path), zh: basename(path) });
  let report: ImportReport;
  try {
    report = await importFile({
      path,
      source: recorder.sourceId,
      ...(map && { map }),
      ...(recorder.region !== undefined && { defaults: { region: recorder.region } }),
      ...(options.rejects !== undefined && { rejectsPath: resolve(context.io.cwd, options.rejects) }),
      recordBatch: recorder.record,
      ports: systemPorts,
      checkpoint: recorder.checkpoint,
      signal: context.signal,
      onProgress: ({ bytesRead, bytesTotal }) => progress.update(bytesRead, bytesTotal),
    });
  } finally {
    progress.end();
    await recorder.close();
  }
  context.answer(report, () => tell(context, report));
  if (report.stopped) throw new Interrupted('interrupted');
}

function readMapFile(path: string): ImportMap {
  const name = basename(path);
  let text: string;
  try {
    if (statSync(path).size > importLimits.mapBytes) throw new Fault('limit_reached', `imports.mapBytes in ${name}`);
    text = readFileSync(path, 'utf8').replace(/^\ufeff/, '');
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault('unreadable_file', `${name}: ${(error as NodeJS.ErrnoException).code ?? 'cannot be opened'}`, {
      cause: error,
    });
  }
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new Fault('bad_request', `${name}: not valid JSON`, { cause: error });
  }
  return readMap(document);
}

async function writeMap(context: CliContext, path: string, map: ImportMap | undefined, out: string): Promise<void> {
  const plan = await inspectFile(path, map);
  const csv: Pick<ImportMap, 'csv'> = plan.format === 'csv' ? { csv: { ...plan.dialect, header: plan.skipFirst } } : {};
  const found: ImportMap = { format: plan.format, ...(plan.encoding && { encoding: plan.encoding }), ...csv, ...plan.map };
  const text = JSON.stringify(found, null, 2);
  if (out === '-') return context.print(text);
  writeFileSync(resolve(context.io.cwd, out), `${text}\n`);
  context.note({ en: `Map written to ${out}.`, zh: `映射已写入 ${out}。` });
}

function tell(context: CliContext, report: ImportReport): void {
  const rows: [string, number][] = [
    [context.words({ en: 'rows', zh: '行数' }), report.rows],
    [context.words({ en: 'recorded', zh: '已记录' }), report.recorded],
    [context.words({ en: 'already there', zh: '此前已有' }), report.duplicates],
    [context.words({ en: 'in quarantine', zh: '进入隔离区' }), report.quarantined],
    [context.words({ en: 'rejected', zh: '被拒' }), report.rejected],
  ];
  context.printTable(
    [{ title: report.format }, { title: report.encoding, align: 'right' }],
    rows.map(([name, count]) => [name, count.toLocaleString('en')]),
  );
  if (report.resumedAtLine !== undefined) {
    context.note({ en: `Went on from line ${report.resumedAtLine}.`, zh: `从第 ${report.resumedAtLine} 行继续。` });
  }
  if (report.rejectsPath !== undefined) {
    const shown = printable(report.rejectsPath);
    context.note({ en: `Rejected rows, with reasons: ${shown}`, zh: `被拒行及原因：${shown}` });
  }
  if (report.stopped)
    context.note({ en: 'Stopped. The same command goes on from here.', zh: '已停止。再次执行同一命令即可继续。' });
}
