// `holdfast erasure`: erasing somebody for good, what was erased, and receipts that are checked on any machine.

import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { Fault, type Words } from '../core/errors.ts';
import {
  type ErasureView,
  erasureReasons,
  type Receipt,
  type ReceiptVerdict,
  verifyReceipt,
} from '../oversee/subjects/subjects.ts';
import { longMs, withNode } from './connect.ts';
import type { CliContext } from './context.ts';

export function command(context: CliContext): Command {
  const { words } = context;
  const erasure = new Command('erasure').addHelpText(
    'after',
    words({
      en: '\nExamples:\n  $ holdfast erasure erase p42 --reason request --yes\n  $ holdfast erasure list\n  $ holdfast erasure receipt e5f0c2a9be1d3478a --out receipt.json\n  $ holdfast erasure verify receipt.json --key 9f3c…\n\nThe public key is what "holdfast audit head --json" says. verify needs no node; it ends with 1 when the receipt is not what the node signed.',
      zh: '\n示例：\n  $ holdfast erasure erase p42 --reason request --yes\n  $ holdfast erasure list\n  $ holdfast erasure receipt e5f0c2a9be1d3478a --out receipt.json\n  $ holdfast erasure verify receipt.json --key 9f3c…\n\n公钥见 "holdfast audit head --json"。verify 不需要节点；回执与节点签名不符时返回 1。',
    }),
  );
  erasure
    .command('erase <person>')
    .description(words({ en: 'erase a person for good: it cannot be undone', zh: '永久删除某人：不可恢复' }))
    .addOption(new Option('--reason <name>', words({ en: 'why', zh: '理由' })).choices([...erasureReasons]).makeOptionMandatory())
    .option('--yes', words({ en: 'yes, for good', zh: '确认永久删除' }))
    .action(async (person: string, options: { reason: string; yes?: true }) => {
      if (!options.yes) throw new Fault('bad_request', '--yes');
      await withNode(context, async (api) => {
        const path = `/api/subjects/${encodeURIComponent(person)}/erase`;
        const done = await api.call<ErasureView>('POST', path, { body: { reason: options.reason }, timeoutMs: longMs });
        context.answer(done, () => {
          printErasures(context, [done]);
          if (done.leftovers?.length) context.note(leftWords(done.leftovers));
        });
      });
    });
  erasure
    .command('list')
    .description(words({ en: 'what was erased, newest first', zh: '已删除的记录（最新在前）' }))
    .action(() =>
      withNode(context, async (api) => {
        const found = await api.call<{ erasures: ErasureView[] }>('GET', '/api/erasures', { query: { limit: 200 } });
        context.answer(found, () => printErasures(context, found.erasures));
      }),
    );
  erasure
    .command('receipt <erasure>')
    .description(words({ en: 'its signed receipt', zh: '取得签名回执' }))
    .option('--out <file>', words({ en: 'write it into this file', zh: '写入此文件' }))
    .action((id: string, options: { out?: string }) =>
      withNode(context, async (api) => {
        const found = await api.call<Receipt>('GET', `/api/erasures/${encodeURIComponent(id)}/receipt`);
        if (options.out === undefined) return context.print(JSON.stringify(found, null, 2));
        writeFileSync(resolve(context.io.cwd, options.out), `${JSON.stringify(found, null, 2)}\n`, { mode: 0o600 });
        context.answer({ file: options.out }, () =>
          context.note({ en: `written to ${options.out}`, zh: `已写入 ${options.out}` }),
        );
      }),
    );
  erasure
    .command('verify <file>')
    .description(words({ en: 'check a receipt, on any machine', zh: '验证回执（任意机器）' }))
    .requiredOption('--key <hex>', words({ en: "the node's public key", zh: '节点公钥' }))
    .action((file: string, options: { key: string }) => verify(context, file, options.key));
  return erasure;
}

function verify(context: CliContext, file: string, key: string): void {
  if (!/^[0-9a-fA-F]{64}$/.test(key)) throw new Fault('bad_request', '--key: 64 hexadecimal digits');
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(resolve(context.io.cwd, file), 'utf8'));
  } catch (error) {
    throw new Fault('unreadable_file', file, { cause: error });
  }
  const verdict = verifyReceipt(value, key);
  if (!verdict.ok) throw new Fault('receipt_broken', context.words(flaws[verdict.flaw!]));
  const { receipt } = verdict as { receipt: Receipt };
  const { erasure, erasedAtMs, records, leftovers } = receipt;
  context.answer({ ok: true, erasure, erasedAtMs, records, ...(leftovers && { leftovers }) }, () => {
    context.print(
      context.words({
        en: `The node signed that ${receipt.records} records were erased on ${new Date(receipt.erasedAtMs).toISOString()} (${receipt.erasure}), and its audit log says so in entry ${receipt.audit.entry}.`,
        zh: `节点签名证明：${receipt.records} 条记录已于 ${new Date(receipt.erasedAtMs).toISOString()} 删除（${receipt.erasure}），审计日志第 ${receipt.audit.entry} 条为证。`,
      }),
    );
    if (leftovers?.length) context.print(context.words(leftWords(leftovers)));
  });
}

const leftWords = (leftovers: readonly string[]): Words => ({
  en: `The database's server may still have the erased keys, wrapped, because of: ${leftovers.join(', ')}. "holdfast doctor" says what to do.`,
  zh: `数据库服务器上可能仍留有已销毁的（封装）密钥，原因：${leftovers.join('、')}。处理办法见 "holdfast doctor"。`,
});

const flaws: { readonly [flaw in NonNullable<ReceiptVerdict['flaw']>]: Words } = {
  not_a_receipt: { en: 'it is no receipt', zh: '不是回执' },
  wrong_key: { en: 'another node signed it', zh: '由其他节点签名' },
  signature: { en: 'it is not what the node signed', zh: '内容与签名不符' },
  head_signature: { en: 'the head of the audit log in it is not signed', zh: '其中的审计日志签名头无效' },
  inclusion: { en: 'the audit log has no such entry', zh: '审计日志中没有该条目' },
};

function printErasures(context: CliContext, erasures: readonly ErasureView[]): void {
  const titles = context.words({
    en: 'erasure,when,state,records,reason,by,told',
    zh: '编号,时间,状态,记录数,理由,操作者,已通知',
  });
  context.printTable(
    titles.split(',').map((title) => ({ title })),
    erasures.map((one) => [
      one.erasure,
      new Date(one.begunAtMs).toISOString(),
      one.state,
      String(one.records),
      one.reason,
      one.by,
      one.downstream.map(({ name, state }) => `${name}: ${state}`).join(', '),
    ]),
  );
}
