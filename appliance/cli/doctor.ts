// `holdfast doctor`: looks the node over and says what is amiss and what to do. Exit code 0 when all is well, 1 when not.

import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { readConfig } from '../core/config.ts';
import { catalogue, Fault } from '../core/errors.ts';
import { systemPorts } from '../core/ports.ts';
import type { Finding } from '../core/store/store.ts';
import { isRunning } from './connect.ts';
import type { CliContext } from './context.ts';
import { inChinese } from './doctor-words.ts';
import { connectNode } from './http-client.ts';

type Options = { deep?: true; unlock?: true };

export function command(context: CliContext): Command {
  const { words } = context;
  return new Command('doctor')
    .option('--deep', words({ en: 'read every page of the database', zh: '读取数据库的每一页' }))
    .option('--unlock', words({ en: 'also try the passphrase on the key file', zh: '同时用口令检验密钥文件' }))
    .addHelpText(
      'after',
      words({
        en: '\nExamples:\n  $ holdfast doctor\n  $ holdfast doctor --deep --json',
        zh: '\n示例：\n  $ holdfast doctor\n  $ holdfast doctor --deep --json',
      }),
    )
    .action((options: Options) => run(context, options));
}

async function run(context: CliContext, options: Options): Promise<void> {
  const findings: Finding[] = [];
  const folder = context.dataFolder;
  await attempt(context, findings, 'key file', async () => {
    context.requireDataFolder();
    findings.push(...permissions(folder));
    if (options.unlock) await tryPassphrase(context, folder);
    findings.push({ severity: 'ok', check: 'key file', message: options.unlock ? 'opens with the passphrase' : 'present' });
  });
  await attempt(context, findings, 'configuration', async () => {
    readConfig(folder);
    findings.push({ severity: 'ok', check: 'configuration', message: 'valid' });
  });
  if (await isRunning(context)) await attempt(context, findings, 'node', () => askNode(context, findings, options.deep === true));
  else {
    findings.push({ severity: 'ok', check: 'node', message: 'not running' });
    await attempt(context, findings, 'store', () => askStore(findings, folder, options.deep === true));
  }
  const ok = findings.every((finding) => finding.severity !== 'error');
  context.answer({ ok, findings }, () => {
    for (const finding of findings) {
      const { check, message } = context.language === 'zh' ? inChinese(finding) : finding;
      context.print(`${marks[finding.severity]} ${check}${context.words({ en: ': ', zh: '：' })}${message}`);
    }
  });
  if (!ok)
    throw new Fault(
      'unhealthy',
      `${findings.filter((finding) => finding.severity === 'error').length} of ${findings.length} checks`,
    );
}

async function tryPassphrase(context: CliContext, folder: string): Promise<void> {
  const { unlock } = await import('../core/vault/vault.ts');
  (await unlock(folder, { passphrase: await context.passphrase() })).destroy();
}

const marks = { ok: '✓', warning: '!', error: '✗' } as const;

/** A fault becomes a finding with what to do next. */
async function attempt(context: CliContext, findings: Finding[], check: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { message, next } = catalogue[error.code];
    const place = error.where === undefined ? '' : ` (${error.where})`;
    findings.push({ severity: 'error', check, message: `${context.words(message)}${place} ${context.words(next)}` });
  }
}

/** Files that hold secrets are for their owner only. */
function permissions(folder: string): Finding[] {
  const findings: Finding[] = [];
  for (const file of ['keys.json', 'access-token']) {
    const mode = statSync(join(folder, file), { throwIfNoEntry: false })?.mode;
    if (mode === undefined || process.platform === 'win32') continue;
    const open = (mode & 0o077) !== 0;
    findings.push({
      severity: open ? 'warning' : 'ok',
      check: `${file} permission`,
      message: open ? 'other users can read it: chmod 600' : 'owner only',
    });
  }
  return findings;
}

async function askNode(context: CliContext, findings: Finding[], deep: boolean): Promise<void> {
  const node = connectNode(context.dataFolder, context.language);
  const answer = (await node.request('GET', '/api/doctor', { query: { deep }, timeoutMs: 3_600_000 })) as { findings: Finding[] };
  findings.push(...answer.findings);
}

async function askStore(findings: Finding[], folder: string, deep: boolean): Promise<void> {
  const { openStore, databaseFile } = await import('../open-store.ts');
  const config = readConfig(folder);
  // Opening would make one, and looking changes nothing.
  if (config.store === undefined && !existsSync(join(folder, databaseFile))) {
    findings.push({ severity: 'ok', check: 'store', message: 'no database yet; "holdfast serve" makes it' });
    return;
  }
  const store = await openStore(folder, config, systemPorts);
  try {
    findings.push(...(await store.check(deep)));
  } finally {
    await store.close();
  }
}
