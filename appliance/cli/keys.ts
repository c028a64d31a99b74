// `holdfast keys`: change the passphrase, make recovery shares, rotate keys with progress.

import { Command, Option } from 'commander';
import { Fault } from '../core/errors.ts';
import type { Rotation } from '../seal.ts';
import { withNode } from './connect.ts';
import type { CliContext } from './context.ts';
import { type SharesWanted, sharesOf } from './numbers.ts';
import { newQuestion, obtainPassphrase } from './passphrase.ts';
import { sharesFrom } from './unseal.ts';

/** How often a running rotation is asked how far it is. */
const askEveryMs = 250;

export function command(context: CliContext): Command {
  const { words } = context;
  const keys = new Command('keys').addHelpText(
    'after',
    words({
      en: '\nExamples:\n  $ holdfast keys passphrase\n  $ holdfast keys passphrase --shares-file shares.txt\n  $ holdfast keys shares 3/5\n  $ holdfast keys rotate data\n  $ holdfast keys status',
      zh: '\n示例：\n  $ holdfast keys passphrase\n  $ holdfast keys passphrase --shares-file shares.txt\n  $ holdfast keys shares 3/5\n  $ holdfast keys rotate data\n  $ holdfast keys status',
    }),
  );
  keys
    .command('passphrase')
    .description(words({ en: 'change the passphrase; one key is wrapped anew', zh: '更换口令（仅重新包裹一个密钥）' }))
    .option('--new-file <file>', words({ en: 'read the new passphrase from a file', zh: '从文件读取新口令' }))
    .option(
      '--shares-file <file>',
      words({
        en: 'open by recovery shares in place of a forgotten passphrase, one to a line',
        zh: '忘记口令时改用恢复份额（每行一份）',
      }),
    )
    .action((options: NewPassphrase) => passphrase(context, options));
  keys
    .command('shares')
    .addArgument(new Command().createArgument('<k/n>').argParser(sharesOf))
    .description(words({ en: 'make new recovery shares; old ones stop working', zh: '生成新的恢复份额（旧份额失效）' }))
    .action((wanted: SharesWanted) => shares(context, wanted));
  keys
    .command('rotate')
    .addArgument(new Command().createArgument('<kind>').choices(['wrapping', 'data']))
    .addOption(new Option('--background', words({ en: 'do not wait for the end', zh: '不等待完成' })))
    .description(
      words({
        en: 'wrapping: the key over all record keys; data: a new key for every record',
        zh: 'wrapping：包裹密钥；data：每条记录的数据密钥',
      }),
    )
    .action((kind: 'wrapping' | 'data', options: { background?: true }) => rotate(context, kind, options.background === true));
  keys
    .command('status')
    .description(words({ en: 'how far the latest rotation is', zh: '最近一次轮换的进度' }))
    .action(() => status(context));
  return keys;
}

type NewPassphrase = { newFile?: string; sharesFile?: string };

async function passphrase(context: CliContext, { newFile, sharesFile }: NewPassphrase): Promise<void> {
  const folder = context.requireDataFolder();
  const by = sharesFile === undefined ? { passphrase: await context.passphrase() } : { shares: sharesFrom(context, sharesFile) };
  const env = newFile === undefined ? {} : { HOLDFAST_PASSPHRASE_FILE: newFile };
  const fresh = await obtainPassphrase({ ...context.io, env }, context.words, newQuestion);
  const { changePassphrase } = await import('../core/vault/vault.ts');
  await changePassphrase(folder, by, fresh);
  context.answer({ changed: true }, () => context.print(context.words({ en: 'The passphrase is changed.', zh: '口令已更换。' })));
}

async function shares(context: CliContext, { k, n }: SharesWanted): Promise<void> {
  const folder = context.requireDataFolder();
  const { newShares, unlock } = await import('../core/vault/vault.ts');
  const root = await unlock(folder, { passphrase: await context.passphrase() });
  let made: string[];
  try {
    made = await newShares(folder, root, k, n);
  } finally {
    root.destroy();
  }
  context.answer({ shares: made }, () => {
    context.note({
      en: `Any ${k} of these ${n} open the node. They are not shown again; older ones no longer work.`,
      zh: `${n} 份中任意 ${k} 份可解封，仅显示这一次；此前的份额已失效。`,
    });
    for (const share of made) context.print(share);
  });
}

async function rotate(context: CliContext, kind: 'wrapping' | 'data', background: boolean): Promise<void> {
  await withNode(context, async (api) => {
    let rotation = await api.call<Rotation>('POST', '/api/keys/rotate', { body: { kind } });
    const progress = context.progress({ en: `Rotating ${kind} keys`, zh: `正在轮换 ${kind} 密钥` });
    // A folder opened here closes with this command, so there is no background to leave it to.
    while (rotation.state === 'running' && (!background || api.local)) {
      await new Promise((resolve) => setTimeout(resolve, askEveryMs));
      rotation = await api.call<Rotation>('GET', '/api/keys/rotation');
      progress.update(rotation.done, rotation.total);
    }
    progress.end();
    if (rotation.state === 'failed') throw new Fault('store_unavailable', `rotation: ${rotation.code ?? ''}`);
    answerRotation(context, rotation);
  });
}

async function status(context: CliContext): Promise<void> {
  await withNode(context, async (api) => {
    answerRotation(context, await api.call<Rotation>('GET', '/api/keys/rotation'));
  });
}

function answerRotation(context: CliContext, rotation: Rotation): void {
  const { kind, state, done, total } = rotation;
  context.answer(rotation, () =>
    context.print(
      state === 'none'
        ? context.words({ en: 'No rotation since the node was opened.', zh: '节点解封以来未轮换过密钥。' })
        : context.words({
            en: `${kind} keys: ${state}, ${done} of ${total}`,
            zh: `${kinds[kind]}：${states[state]}，${done}/${total}`,
          }),
    ),
  );
}

const kinds = { wrapping: '包裹密钥', data: '数据密钥', none: '' } as const;
const states = { running: '进行中', done: '已完成', failed: '失败', none: '' } as const;
