// `holdfast consent`: what somebody agreed to and what may be done with their data now, words given in person, the declared purposes,
// and receipts.

import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { Fault, type Words } from '../core/errors.ts';
import type { Ledger } from '../record/consent/consent.ts';
import type { ProfileView } from '../record/profiles/profiles.ts';
import { type Api, withNode } from './connect.ts';
import { addLinkCommands } from './consent-links.ts';
import { verifyReceipts } from './consent-verify.ts';
import type { CliContext } from './context.ts';

type Said = {
  channel?: string;
  policy?: string;
  language?: string;
  evidence?: string;
  expires?: string;
  separate?: true;
  guardian?: true;
  denied?: true;
  reason?: string;
};
type Table = {
  law: string;
  lawVersion: number;
  lawName: Words;
  minorsAge: number;
  minorsArticle: string;
  gate: { state: string };
  purposes: {
    purpose: string;
    name: Words;
    basisName: Words;
    article: string;
    byDefault: string;
    under?: string;
    apart: { article: string; name: Words }[];
    channels: { channel: string; allowed?: number; subjects?: number }[];
  }[];
};

export function command(context: CliContext): Command {
  const { words } = context;
  const consent = new Command('consent').addHelpText(
    'after',
    words({
      en: '\nExamples:\n  $ holdfast consent purposes\n  $ holdfast consent show 13907312846\n  $ holdfast consent withdraw p42 marketing_sms --evidence "call of 3 May"\n  $ holdfast consent give p42 marketing_sms --policy 2026-01 --expires 2027-12-31\n  $ holdfast consent receipt p42 5f0c2a9be1d3478a --out receipt.json\n  $ holdfast consent verify receipt.json --key 9f3c…\n  $ holdfast consent link p42 --days 30\n  $ holdfast consent request p42 marketing --channel email\n  $ holdfast consent outbox\n\nThe public key is what "holdfast audit head --json" says. verify needs no node; it ends with 1 when a receipt is not what the node signed.',
      zh: '\n示例：\n  $ holdfast consent purposes\n  $ holdfast consent show 13907312846\n  $ holdfast consent withdraw p42 marketing_sms --evidence "5月3日来电"\n  $ holdfast consent give p42 marketing_sms --policy 2026-01 --expires 2027-12-31\n  $ holdfast consent receipt p42 5f0c2a9be1d3478a --out receipt.json\n  $ holdfast consent verify receipt.json --key 9f3c…\n  $ holdfast consent link p42 --days 30\n  $ holdfast consent request p42 marketing --channel email\n  $ holdfast consent outbox\n\n公钥见 "holdfast audit head --json"。verify 不需要节点；回执与节点签名不符时返回 1。',
    }),
  );
  consent
    .command('purposes')
    .description(
      words({ en: 'declared purposes, their legal bases and the law that holds', zh: '已声明的处理目的、合法性基础与适用法律' }),
    )
    .action(() =>
      withNode(context, async (api) => printPurposes(context, await api.call<Table>('GET', '/api/consent/purposes'))),
    );
  consent
    .command('show <identifier>')
    .description(
      words({ en: 'what somebody said, and what may be done now and why', zh: '查看某人的表态，以及当前可否使用及理由' }),
    )
    .action((identifier: string) =>
      withNode(context, async (api) => {
        const id = await idOf(context, api, identifier);
        printLedger(context, await api.call<Ledger>('GET', `/api/profiles/${id}/consents`));
      }),
    );
  sayCommand(context, consent, 'give', { en: 'record that a consent was given', zh: '登记同意' });
  sayCommand(context, consent, 'withdraw', { en: 'record that a consent was withdrawn or denied', zh: '登记撤回或拒绝同意' });
  consent
    .command('receipt <identifier> <fact>')
    .description(
      words({
        en: 'a signed receipt for one fact of the ledger (ISO/IEC TS 27560)',
        zh: '为一条表态出具签名回执（ISO/IEC TS 27560）',
      }),
    )
    .option('--out <file>', words({ en: 'write it into this file', zh: '写入此文件' }))
    .action((identifier: string, fact: string, options: { out?: string }) =>
      withNode(context, async (api) => {
        const id = await idOf(context, api, identifier);
        receipt(context, await api.call('GET', `/api/profiles/${id}/consents/${encodeURIComponent(fact)}/receipt`), options.out);
      }),
    );
  consent
    .command('verify <file>')
    .description(words({ en: 'check a receipt, or a file of several, on any machine', zh: '验证回执（任意机器，可含多份）' }))
    .requiredOption('--key <hex>', words({ en: "the node's public key", zh: '节点公钥' }))
    .action((file: string, options: { key: string }) => verifyReceipts(context, file, options.key));
  addLinkCommands(context, consent, (identifier, work) =>
    withNode(context, async (api) => work(api, await idOf(context, api, identifier))),
  );
  return consent;
}

function sayCommand(context: CliContext, parent: Command, name: 'give' | 'withdraw', about: Words): void {
  const { words } = context;
  const command = parent
    .command(`${name} <identifier> <purpose>`)
    .description(words(about))
    .option('--channel <name>', words({ en: 'only over this channel', zh: '仅限此渠道' }))
    .option('--policy <version>', words({ en: 'version of the text shown or read out', zh: '所示政策文本的版本' }))
    .option('--language <tag>', words({ en: 'language of that text, such as zh-CN', zh: '文本语言，如 zh-CN' }))
    .option('--evidence <reference>', words({ en: 'where the proof lies', zh: '凭证所在' }))
    .option('--reason <text>', words({ en: 'kept with the event', zh: '随事件保存的理由' }));
  if (name === 'give') {
    command
      .option('--expires <time>', words({ en: 'does not hold from then on (ISO 8601)', zh: '到期时间（ISO 8601）' }))
      .option('--separate', words({ en: 'given apart from any other', zh: '单独同意' }))
      .option('--guardian', words({ en: 'given by the guardian of a child', zh: '由未成年人的监护人作出' }));
  } else command.option('--denied', words({ en: 'it was never given', zh: '从未同意（拒绝）' }));
  command.action((identifier: string, purpose: string, options: Said) =>
    withNode(context, async (api) => {
      const id = await idOf(context, api, identifier);
      const status = name === 'give' ? 'given' : options.denied ? 'denied' : 'withdrawn';
      const { channel, language, evidence, separate, guardian, reason } = options;
      const known = {
        channel,
        language,
        evidence,
        separate,
        guardian,
        reason,
        policyVersion: options.policy,
        expiresAt: options.expires,
      };
      const body = { purpose, status, ...Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)) };
      printLedger(context, await api.call<Ledger>('POST', `/api/profiles/${id}/consents`, { body }), purpose);
    }),
  );
}

/** A profile id, or the one person whom an identifier leads to: a word on consent must not go to somebody else. */
async function idOf({ words }: CliContext, api: Api, identifier: string): Promise<string> {
  if (/^p\d+$/.test(identifier)) return identifier;
  const { profiles } = await api.call<{ profiles: ProfileView[] }>('POST', '/api/profiles/search', { body: { identifier } });
  const [one, ...others] = profiles;
  if (!one) throw new Fault('not_found', words({ en: 'nobody has this identifier', zh: '无人拥有该标识' }));
  if (others.length === 0) return one.id;
  const ids = profiles.map(({ id }) => id).join(', ');
  throw new Fault(
    'conflict',
    words({ en: `several people answer to this, name one: ${ids}`, zh: `共有多人符合，请指定其一：${ids}` }),
  );
}

function printPurposes(context: CliContext, table: Table): void {
  const { words } = context;
  const yes = (allowed: boolean) => words(allowed ? { en: 'allowed', zh: '允许' } : { en: 'denied', zh: '禁止' });
  context.answer(table, () => {
    context.print(`${words(table.lawName)} (${table.law}, ${table.lawVersion})`);
    context.print(
      words({
        en: `Under ${table.minorsAge} the guardian consents (${table.minorsArticle})\n`,
        zh: `未满 ${table.minorsAge} 周岁须由监护人同意（${table.minorsArticle}）\n`,
      }),
    );
    const titles = words({
      en: 'purpose,channel,what,basis,article,if silent,apart,may be used',
      zh: '目的,渠道,说明,合法性基础,条款,未表态时,单独同意,可使用',
    });
    context.printTable(
      titles.split(',').map((title) => ({ title })),
      table.purposes.flatMap((one) =>
        one.channels.map(({ channel, allowed, subjects }) => [
          one.purpose,
          channel,
          words(one.name),
          words(one.basisName),
          one.article,
          yes(one.byDefault === 'allowed'),
          one.apart.map(({ article }) => article).join(', '),
          allowed === undefined ? '…' : `${allowed} / ${subjects}`,
        ]),
      ),
    );
  });
}

/** @param only the purpose just spoken of; all of them otherwise */
function printLedger(context: CliContext, ledger: Ledger, only?: string): void {
  const { words } = context;
  context.answer(ledger, () => {
    context.print(`${ledger.id}${ledger.child ? words({ en: '  (a child)', zh: '（未成年人）' }) : ''}`);
    const titles = words({
      en: 'purpose,channel,now,because,article,source,until,fact',
      zh: '目的,渠道,当前,理由,条款,来源,有效至,编号',
    });
    context.printTable(
      titles.split(',').map((title) => ({ title })),
      ledger.effective
        .filter(({ purpose }) => only === undefined || purpose === only)
        .map((one) => [
          one.purpose,
          one.channel,
          words(one.allowed ? { en: 'allowed', zh: '允许' } : { en: 'denied', zh: '禁止' }),
          words(one.reason),
          one.article ?? '',
          one.source ?? '',
          one.untilMs === undefined ? '' : timeOf(one.untilMs),
          one.fact ?? '',
        ]),
    );
    if (only !== undefined || ledger.facts.length === 0) return;
    context.print(`\n${words({ en: 'Said', zh: '表态记录' })}`);
    const columns = words({
      en: 'when,said,purpose,channel,source,text,proof,until,fact',
      zh: '时间,表态,目的,渠道,来源,文本版本,凭证,有效至,编号',
    });
    context.printTable(
      columns.split(',').map((title) => ({ title })),
      ledger.facts.map((fact) => [
        timeOf(fact.atMs),
        [
          words(statuses[fact.status]),
          ...(fact.separate ? [words(apart)] : []),
          ...(fact.guardian ? [words(guardian)] : []),
        ].join(' '),
        fact.purpose,
        fact.channel,
        fact.source,
        fact.policyVersion ?? '',
        fact.evidence ?? '',
        fact.expiresAtMs === undefined ? '' : timeOf(fact.expiresAtMs),
        fact.fact,
      ]),
    );
  });
}

const statuses = {
  given: { en: 'given', zh: '同意' },
  denied: { en: 'denied', zh: '拒绝' },
  withdrawn: { en: 'withdrawn', zh: '撤回' },
  expired: { en: 'expired', zh: '过期' },
} as const;
const apart: Words = { en: '(apart)', zh: '（单独）' };
const guardian: Words = { en: '(guardian)', zh: '（监护人）' };

function receipt(context: CliContext, value: unknown, file: string | undefined): void {
  if (file === undefined) {
    context.answer(value, () => context.print(JSON.stringify(value, null, 2)));
    return;
  }
  // Somebody's own: nobody else on the machine need read it.
  writeFileSync(resolve(context.io.cwd, file), `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  context.answer({ file }, () => context.note({ en: `written to ${file}`, zh: `已写入 ${file}` }));
}

function timeOf(ms: number): string {
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString().slice(0, 16).replace('T', ' ') : '–';
}
