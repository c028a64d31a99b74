// `holdfast preflight`: whether this machine can carry a node, before anything is made. It changes nothing; its exit codes are doctor's.

import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { type Config, configFile, defaultConfig, readConfig } from '../core/config.ts';
import { Fault } from '../core/errors.ts';
import { systemPorts } from '../core/ports.ts';
import type { Finding } from '../core/store/store.ts';
import { databaseFile } from '../open-store.ts';
import { preflight, thisMachine } from '../oversee/preflight/preflight.ts';
import { isRunning } from './connect.ts';
import type { CliContext } from './context.ts';
import { answerFindings } from './findings.ts';
import { wholeNumber } from './numbers.ts';

const firstReleaseMs = Date.UTC(2026, 0, 1);

type Options = { name?: string; address?: string; port?: number };

export function command(context: CliContext): Command {
  const { words } = context;
  return new Command('preflight')
    .option(
      '--name <dns-name>',
      words({ en: 'by which clients will reach the node (else as configured)', zh: '客户端访问节点的域名（默认取配置）' }),
    )
    .option('--address <ip>', words({ en: 'address to serve on (else as configured)', zh: '服务地址（默认取配置）' }))
    .option(
      '--port <number>',
      words({ en: 'port to serve on (else as configured, else 7700)', zh: '服务端口（默认取配置，否则 7700）' }),
      wholeNumber(1, 65_535),
    )
    .addHelpText(
      'after',
      words({
        en: '\nExamples:\n  $ holdfast preflight --name cdp.example.com\n  $ holdfast preflight --data /srv/holdfast --port 443 --json\n\nExit codes: 0 all in order, 1 warnings, 2 errors.',
        zh: '\n示例：\n  $ holdfast preflight --name cdp.example.com\n  $ holdfast preflight --data /srv/holdfast --port 443 --json\n\n退出码：0 正常，1 有警告，2 有错误。',
      }),
    )
    .action(async (options: Options) => {
      const { config, findings } = configured(context.dataFolder);
      answerFindings(context, [...findings, ...(await lookBefore(context, { ...config, ...options }, options.name))]);
    });
}

/** What the file says that is there already; a file that is wrong is a finding. */
function configured(folder: string): { config: Config; findings: Finding[] } {
  try {
    return { config: readConfig(folder), findings: [] };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { message, next } = error.words;
    const place = ` (${error.where ?? configFile})`;
    const said = { check: 'configuration', name: { en: 'Configuration', zh: '配置' } };
    const told = { en: `${message.en}${place}`, zh: `${message.zh}${place}` };
    return { config: defaultConfig, findings: [{ ...said, severity: 'error', message: told, next }] };
  }
}

/** @param config as it stands or is going to */
export async function lookBefore(context: CliContext, config: Config, name?: string, machine = thisMachine): Promise<Finding[]> {
  const folder = context.dataFolder;
  return preflight(machine, {
    folder,
    existing: {
      keys: existsSync(join(folder, 'keys.json')),
      database: existsSync(join(folder, databaseFile)),
      running: await isRunning(context),
    },
    onPostgres: config.store !== undefined,
    name: name ?? (config.publicUrl === undefined ? undefined : new URL(config.publicUrl).hostname),
    ports: config.port === 0 ? [] : [{ address: config.address, port: config.port }],
    nowMs: systemPorts.clock.nowMs(),
    // A package may give all its files a time long past.
    builtAtMs: Math.max(statSync(import.meta.filename).mtimeMs, firstReleaseMs),
  });
}
