// `holdfast doctor`: looks the node over and says what is amiss and what to do, in the person's language. Its exit codes are for monitoring.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { type Config, readConfig } from '../core/config.ts';
import { Fault, type FaultCode, type Words } from '../core/errors.ts';
import { systemPorts } from '../core/ports.ts';
import type { Finding } from '../core/store/store.ts';
import { isRunning } from './connect.ts';
import type { CliContext } from './context.ts';
import { answerFindings } from './findings.ts';
import { connectNode } from './http-client.ts';

/** With these there was nothing to look at, or it did not answer. */
const notLooked: readonly FaultCode[] = [
  'key_file_missing',
  'node_not_running',
  'node_not_answering',
  'unauthenticated',
  'store_in_use',
  'store_unavailable',
];

type Options = { deep?: true; last?: true; unlock?: true };
type Looked = { findings: Finding[]; isLooked: boolean };

export function command(context: CliContext): Command {
  const { words } = context;
  return new Command('doctor')
    .option('--deep', words({ en: 'read every page of the database', zh: '读取数据库的每一页' }))
    .option(
      '--last',
      words({
        en: 'of a running node: take its last look at the structure, and answer at once',
        zh: '对运行中的节点：采用其最近一次结构检查结果，立即应答',
      }),
    )
    .option('--unlock', words({ en: 'also try the passphrase on the key file', zh: '同时用口令检验密钥文件' }))
    .addHelpText(
      'after',
      words({
        en: '\nExamples:\n  $ holdfast doctor\n  $ holdfast doctor --deep --json\n  $ holdfast doctor --last --json\n\nExit codes: 0 all in order, 1 warnings, 2 errors, 3 could not look.',
        zh: '\n示例：\n  $ holdfast doctor\n  $ holdfast doctor --deep --json\n  $ holdfast doctor --last --json\n\n退出码：0 正常，1 有警告，2 有错误，3 无法检查。',
      }),
    )
    .action((options: Options) => run(context, options));
}

async function run(context: CliContext, options: Options): Promise<void> {
  const { findings, isLooked } = await lookOver(context, options);
  answerFindings(context, findings, isLooked);
}

/** All that is found, of a node that runs or of a folder; what cannot be looked at is a finding too. */
export async function lookOver(context: CliContext, options: Options): Promise<Looked> {
  const looked: Looked = { findings: [], isLooked: true };
  const { findings } = looked;
  const folder = context.dataFolder;
  await attempt(looked, 'key-file', names.keyFile, async () => {
    context.requireDataFolder();
    if (options.unlock) await tryPassphrase(context, folder);
    findings.push(
      fine(
        'key-file',
        names.keyFile,
        options.unlock ? { en: 'It opens with the passphrase.', zh: '口令可以打开。' } : { en: 'It is there.', zh: '存在。' },
      ),
    );
  });
  let config: Config | undefined;
  await attempt(looked, 'configuration', names.configuration, async () => {
    config = readConfig(folder, context.io.env);
    findings.push(fine('configuration', names.configuration, { en: 'It is valid.', zh: '有效。' }));
  });
  const { checkPermissions } = await import('../oversee/doctor/doctor.ts');
  if (existsSync(folder)) findings.push(...checkPermissions(folder, config, context.io.env));
  if (await isRunning(context)) await attempt(looked, 'node', names.node, () => askNode(context, findings, options));
  else await lookMyself(context, looked, config, options.deep === true);
  return looked;
}

async function tryPassphrase(context: CliContext, folder: string): Promise<void> {
  const { unlock } = await import('../core/vault/vault.ts');
  (await unlock(folder, { passphrase: await context.passphrase() })).destroy();
}

const names = {
  keyFile: { en: 'Key file', zh: '密钥文件' },
  configuration: { en: 'Configuration', zh: '配置' },
  node: { en: 'Node', zh: '节点' },
  store: { en: 'Store', zh: '存储' },
  clock: { en: 'Clock', zh: '时钟' },
} as const satisfies { [name: string]: Words };

const fine = (check: string, name: Words, message: Words): Finding => ({ severity: 'ok', check, name, message });

/** A fault becomes a finding with what to do next. */
async function attempt(looked: Looked, check: string, name: Words, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (notLooked.includes(error.code)) looked.isLooked = false;
    const { message, next } = error.words;
    const place = error.where === undefined ? '' : ` (${error.where})`;
    looked.findings.push({
      severity: 'error',
      check,
      name,
      message: { en: `${message.en}${place}`, zh: `${message.zh}${place}` },
      next,
    });
  }
}

async function askNode(context: CliContext, findings: Finding[], { deep, last }: Options): Promise<void> {
  const node = connectNode(context.dataFolder, context.language);
  const query = deep ? { deep } : last ? {} : { fresh: true };
  const answer = (await node.request('GET', '/api/doctor', { query, timeoutMs: 3_600_000 })) as { findings: Finding[] };
  findings.push(...answer.findings);
}

/** What can be seen of a folder that no node answers for, without its keys; one that runs all the same has the store locked. */
async function lookMyself(context: CliContext, looked: Looked, config: Config | undefined, deep: boolean): Promise<void> {
  const { findings } = looked;
  const folder = context.dataFolder;
  findings.push(fine('node', names.node, { en: 'It does not run.', zh: '未运行。' }));
  if (!config) return;
  const { checkClock, environmentOddities, newestFileMs, oddities } = await import('../oversee/doctor/doctor.ts');
  findings.push(...oddities(config, folder), ...environmentOddities(context.io.env));
  findings.push(...checkClock({ nowMs: systemPorts.clock.nowMs(), newestFileAtMs: await newestFileMs(folder) }));
  if (looked.isLooked) await attempt(looked, 'store', names.store, () => askStore(findings, folder, config, deep));
}

async function askStore(findings: Finding[], folder: string, config: Config, deep: boolean): Promise<void> {
  const { openStore, databaseFile } = await import('../open-store.ts');
  // Opening would make one, and looking changes nothing.
  if (config.store === undefined && !existsSync(join(folder, databaseFile))) {
    findings.push(
      fine('store', names.store, {
        en: 'No database yet; "holdfast serve" makes it.',
        zh: '尚无数据库；执行 "holdfast serve" 时创建。',
      }),
    );
    return;
  }
  const store = await openStore(folder, config, systemPorts);
  try {
    const [{ checkSchema }, { migrations }] = await Promise.all([import('../oversee/doctor/doctor.ts'), import('../node.ts')]);
    findings.push(...(await store.checkStructure(deep)), ...(await store.check()), ...(await checkSchema(store, migrations)));
  } finally {
    await store.close();
  }
}
