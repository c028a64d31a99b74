// `holdfast upgrade`: brings the data of a stopped node up to date with this program, or says what that would be. A node does the same at its start; by
// hand one sees it, and what failed before is tried again.

import { Command } from 'commander';
import { App } from '../app.ts';
import { readConfig } from '../core/config.ts';
import { Fault, type Words } from '../core/errors.ts';
import { systemPorts } from '../core/ports.ts';
import { planUpgrade, readJournal, type UpgradePlan, type UpgradeStep } from '../oversee/operations/upgrade/upgrade.ts';
import { upgradeParts } from '../upgrading.ts';
import { version } from '../version.ts';
import type { CliContext } from './context.ts';
import { readAccessToken } from './node-file.ts';

type Options = { check?: true; sealed?: true };

export function command(context: CliContext): Command {
  const { words } = context;
  return new Command('upgrade')
    .option('--check', words({ en: 'only say what would be done; changes nothing', zh: '仅说明将执行的内容，不做改动' }))
    .option(
      '--sealed',
      words({
        en: 'without the passphrase: the look that needs keys is made when the node is first unsealed',
        zh: '不使用口令：需要密钥的检查在首次解封时进行',
      }),
    )
    .addHelpText(
      'after',
      words({
        en: '\nStop the node first. Any failure brings the data back to what they were.\n\nExamples:\n  $ holdfast upgrade --check\n  $ holdfast upgrade',
        zh: '\n请先停止节点。任何失败都会使数据恢复为升级前的状态。\n\n示例：\n  $ holdfast upgrade --check\n  $ holdfast upgrade',
      }),
    )
    .action((options: Options) => (options.check ? check(context) : upgrade(context, options)));
}

const stepWords: { readonly [step in UpgradeStep]: Words } = {
  preflight: { en: 'looking whether it can be done', zh: '检查升级条件' },
  drain: { en: 'writing what was accepted', zh: '写入已接收的数据' },
  snapshot: { en: 'making the snapshot', zh: '创建快照' },
  migrate: { en: 'migrating', zh: '迁移数据结构' },
  check: { en: 'checking the structure', zh: '检查结构' },
  open: { en: 'opening it and looking', zh: '解封并检查' },
  commit: { en: 'keeping the result', zh: '确认结果' },
  roll_back: { en: 'rolling back', zh: '回退' },
};

async function check(context: CliContext): Promise<void> {
  const folder = context.requireDataFolder();
  const plan = await planUpgrade(upgradeParts({ folder, config: readConfig(folder), ports: systemPorts }));
  context.answer({ software: version, ...plan }, () => {
    for (const line of planned(plan)) context.print(context.words(line));
  });
}

function planned({ from, to, due, neededBytes, freeBytes, journal: { running, last, kept } }: UpgradePlan): Words[] {
  const lines: Words[] = [];
  if (running) lines.push({ en: `An upgrade stands at the step ${running.step}.`, zh: `有升级停在步骤 ${running.step}。` });
  if (due.length === 0)
    lines.push({ en: `Nothing to do: the data are at schema ${to.newest}.`, zh: `无需升级：数据结构为 ${to.newest}。` });
  else
    lines.push({
      en: `From schema ${from.newest} to ${to.newest}: ${due.length} migrations. Room: ${size(neededBytes)} needed, ${size(freeBytes)} free.`,
      zh: `数据结构 ${from.newest} 升级至 ${to.newest}：共 ${due.length} 项迁移。空间：需要 ${size(neededBytes)}，可用 ${size(freeBytes)}。`,
    });
  if (last?.cause)
    lines.push({
      en: `The last one failed at the step ${last.cause.step}: ${last.cause.code}.`,
      zh: `上次升级在步骤 ${last.cause.step} 失败：${last.cause.code}。`,
    });
  if (kept) lines.push({ en: `A snapshot is kept until ${timeOf(kept.untilMs)}.`, zh: `快照保留至 ${timeOf(kept.untilMs)}。` });
  return lines;
}

async function upgrade(context: CliContext, { sealed }: Options): Promise<void> {
  const folder = context.requireDataFolder();
  const accessToken = readAccessToken(folder);
  if (accessToken === undefined) throw new Fault('unauthenticated', 'access-token');
  const passphrase = sealed ? undefined : await context.passphrase();
  const before = readJournal(folder).last?.id;
  const app = await App.create({
    folder,
    config: readConfig(folder),
    ports: systemPorts,
    accessToken,
    loopDelayMs: () => 0,
    upgrade: { again: true, onStep: (step) => context.note(stepWords[step]) },
  });
  try {
    if (passphrase !== undefined) await app.unseal({ passphrase });
  } finally {
    await app.close();
  }
  const { running, last } = readJournal(folder);
  const done = running ?? (last && last.id !== before ? last : undefined);
  context.answer(
    { software: version, state: running ? 'waits' : done ? 'done' : 'current', ...(done && { from: done.from, to: done.to }) },
    () => context.print(context.words(said(running !== undefined, done?.to.newest))),
  );
}

function said(waits: boolean, newest: number | undefined): Words {
  if (waits)
    return { en: 'Migrated. The last look is made when the node is unsealed.', zh: '迁移完成。最后的检查在节点解封时进行。' };
  if (newest !== undefined)
    return { en: `Upgraded to schema ${newest}; all looks well.`, zh: `已升级至数据结构 ${newest}，检查均正常。` };
  return { en: 'Nothing to do.', zh: '无需升级。' };
}

const timeOf = (atMs: number) => `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')}Z`;
const size = (bytes: number) => `${Math.ceil(bytes / 1024 ** 2)} MB`;
