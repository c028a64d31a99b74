// `holdfast audit cosign`, `cosigned`, `witnessed`: two nodes sign each other's heads, by files that their people hand over.

import type { Command } from 'commander';
import type { ConsistencyAnswer, Cosigned, HeadText, WitnessedHead } from '../core/audit/audit.ts';
import { Fault } from '../core/errors.ts';
import { type Api, withNode } from './connect.ts';
import type { CliContext } from './context.ts';
import { readJsonFile } from './json-file.ts';
import { wholeNumber } from './numbers.ts';

export function addCosignCommands(context: CliContext, audit: Command): void {
  const { words } = context;
  const limit = wholeNumber(1, 1_000);
  audit
    .command('cosign')
    .argument(
      '<file>',
      words({ en: "a peer's head: audit head --json --from SIZE", zh: '对方的签名头：audit head --json --from 条数' }),
    )
    .description(words({ en: "sign a peer's head, if its log only grew", zh: '为对方的签名头联署（仅当其日志只增不改）' }))
    .action((file: string) => cosign(context, file));
  audit
    .command('cosigned')
    .argument(
      '[file]',
      words({ en: "what a peer's cosign --json printed, to be kept", zh: '对方 cosign --json 的输出（登记留存）' }),
    )
    .option('--limit <rows>', words({ en: 'signatures at most', zh: '最多条数' }), limit, 50)
    .description(words({ en: "peers' signatures over heads of this log", zh: '对方对本日志签名头的联署' }))
    .action((file: string | undefined, options: { limit: number }) => cosigned(context, file, options.limit));
  audit
    .command('witnessed')
    .description(words({ en: "peers' heads that this node signed last", zh: '本节点最近为对方联署的签名头' }))
    .action(() => witnessed(context));
}

/** The newest head, with the proof that it continues the log of `from` entries: what a peer needs to sign it. */
export async function headWithProof(api: Api, from: number): Promise<HeadText & { from: number; proof: string[] }> {
  const head = await api.call<HeadText>('GET', '/api/audit/head');
  if (from > head.size) throw new Fault('bad_request', `--from ${from}: the log has ${head.size} entries`);
  const query = { from, to: head.size };
  const { proof } = await api.call<ConsistencyAnswer>('GET', '/api/audit/consistency', { query });
  return { ...head, from, proof };
}

function objectIn(context: CliContext, file: string): object {
  const value = readJsonFile(context, file);
  if (typeof value !== 'object' || value === null) throw new Fault('bad_request', `${file}: no object`);
  return value;
}

async function cosign(context: CliContext, file: string): Promise<void> {
  const { size, atMs, root, signature, publicKey, from, proof } = objectIn(context, file) as Partial<
    ConsistencyAnswer & HeadText
  >;
  const body = { size, atMs, root, signature, publicKey, ...(from !== undefined && { from }), ...(proof && { proof }) };
  const signed = await withNode(context, (api) => api.call<Cosigned>('POST', '/api/audit/cosign', { body }));
  context.answer(signed, () => {
    context.print(
      context.words({
        en: `${signed.peer}: ${signed.size} entries signed. Give them this, as --json prints it:`,
        zh: `${signed.peer}：已为 ${signed.size} 条记录联署。请将以下内容（--json 输出）交给对方：`,
      }),
    );
    context.print(signed.note);
  });
}

async function cosigned(context: CliContext, file: string | undefined, limit: number): Promise<void> {
  if (file !== undefined) {
    const { size, publicKey, timeS, signature } = objectIn(context, file) as Partial<Cosigned>;
    const body = { size, publicKey, timeS, signature };
    const kept = await withNode(context, (api) => api.call<Cosigned>('POST', '/api/audit/cosignatures', { body }));
    context.answer(kept, () => printCosigned(context, [kept]));
    return;
  }
  const found = await withNode(context, (api) =>
    api.call<{ cosignatures: Cosigned[] }>('GET', '/api/audit/cosignatures', { query: { limit } }),
  );
  context.answer(found, () => printCosigned(context, found.cosignatures));
}

function printCosigned(context: CliContext, rows: readonly Cosigned[]): void {
  const { words } = context;
  const titles = words({ en: 'entries,peer,time,public key', zh: '记录数,对方,时间,公钥' }).split(',');
  context.printTable(
    titles.map((title, at) => (at === 0 ? { title, align: 'right' } : { title })),
    rows.map((one) => [String(one.size), one.peer, new Date(one.timeS * 1000).toISOString(), one.publicKey]),
  );
}

async function witnessed(context: CliContext): Promise<void> {
  const { heads } = await withNode(context, (api) => api.call<{ heads: WitnessedHead[] }>('GET', '/api/audit/witnessed'));
  // One JSON value a line, which is what `audit verify --head` reads.
  if (context.json) {
    for (const head of heads) context.printJson(head);
    return;
  }
  const titles = context.words({ en: 'entries,peer,time,root', zh: '记录数,对方,时间,根哈希' }).split(',');
  context.printTable(
    titles.map((title, at) => (at === 0 ? { title, align: 'right' } : { title })),
    heads.map((one) => [String(one.size), one.peer, new Date(one.atMs).toISOString(), one.root]),
  );
}
