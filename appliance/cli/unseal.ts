// `holdfast unseal`: opens the running node with the passphrase or with recovery shares.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { Fault } from '../core/errors.ts';
import type { CliContext } from './context.ts';
import { connectNode } from './http-client.ts';
import { wholeNumber } from './numbers.ts';
import { obtainPassphrase } from './passphrase.ts';

type Options = { shares?: number; sharesFile?: string };

const sharesLimit = 32;

export function command(context: CliContext): Command {
  const { words } = context;
  return new Command('unseal')
    .option(
      '--shares <k>',
      words({ en: 'ask for this many recovery shares instead of the passphrase', zh: '改为输入指定数量的恢复份额' }),
      wholeNumber(1, sharesLimit),
    )
    .addOption(
      new Option(
        '--shares-file <file>',
        words({ en: 'read the shares from a file, one on each line', zh: '从文件读取恢复份额（每行一份）' }),
      ).conflicts('shares'),
    )
    .addHelpText(
      'after',
      words({
        en: '\nExamples:\n  $ holdfast unseal\n  $ holdfast unseal --shares 3\n  $ holdfast unseal --shares-file shares.txt',
        zh: '\n示例：\n  $ holdfast unseal\n  $ holdfast unseal --shares 3\n  $ holdfast unseal --shares-file shares.txt',
      }),
    )
    .action((options: Options) => run(context, options));
}

async function run(context: CliContext, options: Options): Promise<void> {
  const node = connectNode(context.requireDataFolder(), context.language);
  const shares =
    options.sharesFile !== undefined ? sharesFrom(context, options.sharesFile) : await askShares(context, options.shares);
  const body = shares ? { shares } : { passphrase: await context.passphrase() };
  const state = (await node.request('POST', '/api/unseal', { body, timeoutMs: 600_000 })) as { sealed: boolean };
  context.answer(state, () => context.print(context.words({ en: 'The node is open.', zh: '节点已解封。' })));
}

/** One to a line. @throws {Fault} `unreadable_file` */
export function sharesFrom(context: CliContext, file: string): string[] {
  let text: string;
  try {
    text = readFileSync(resolve(context.io.cwd, file), 'utf8');
  } catch (error) {
    throw new Fault('unreadable_file', file, { cause: error });
  }
  const shares = text.split('\n').flatMap((line) => line.trim() || []);
  if (shares.length === 0 || shares.length > sharesLimit)
    throw new Fault('unreadable_file', `${file}: expected a share on each line`);
  return shares;
}

async function askShares(context: CliContext, count: number | undefined): Promise<string[] | undefined> {
  if (count === undefined) return undefined;
  const shares: string[] = [];
  for (let at = 1; at <= count; at += 1) {
    shares.push(
      await obtainPassphrase({ ...context.io, env: {} }, context.words, {
        ask: { en: `Share ${at} of ${count}: `, zh: `第 ${at}/${count} 份：` },
      }),
    );
  }
  return shares;
}
