// `holdfast audit`: who did what, who read of somebody, and whether the log is what the node signed: on the node, or of an exported file on
// another machine.

import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Command } from 'commander';
import {
  type AuditView,
  type HeadText,
  itemsOf,
  readHeadFile,
  type Verdict,
  verifyLog,
  type WitnessHead,
} from '../core/audit/audit.ts';
import { readConfig } from '../core/config.ts';
import { Fault } from '../core/errors.ts';
import { addCosignCommands, headWithProof } from './audit-cosign.ts';
import { tellVerdict } from './audit-words.ts';
import { withNode } from './connect.ts';
import type { CliContext } from './context.ts';
import { linesOf } from './http-client.ts';
import { wholeNumber } from './numbers.ts';

type Paging = { actor?: string; action?: string; since?: string; until?: string; before?: number; limit: number };
type VerifyOptions = { offline?: string; head?: string };
type Page = { entries: AuditView[]; next?: number };
type WhoRead = Page & {
  person: string;
  whole: boolean;
  actors: { actor: string; entries: number; firstAtMs: number; lastAtMs: number }[];
};

export function command(context: CliContext): Command {
  const { words } = context;
  const audit = new Command('audit').addHelpText(
    'after',
    words({
      en: '\nExamples:\n  $ holdfast audit list --action profile.read\n  $ holdfast audit who p42\n  $ holdfast audit head --json > /mnt/elsewhere/head.json\n  $ holdfast audit verify --head /mnt/elsewhere/head.json\n  $ holdfast audit export log.ndjson\n  $ holdfast audit verify --offline log.ndjson --head head.json\n  $ holdfast audit head --json --from 0 > head.json      (their node: holdfast audit cosign head.json --json > signed.json)\n  $ holdfast audit cosigned signed.json\n\nverify ends with 0 when the log is what the node signed, with 1 and the first wrong entry when not.',
      zh: '\n示例：\n  $ holdfast audit list --action profile.read\n  $ holdfast audit who p42\n  $ holdfast audit head --json > /mnt/elsewhere/head.json\n  $ holdfast audit verify --head /mnt/elsewhere/head.json\n  $ holdfast audit export log.ndjson\n  $ holdfast audit verify --offline log.ndjson --head head.json\n  $ holdfast audit head --json --from 0 > head.json      （对方节点：holdfast audit cosign head.json --json > signed.json）\n  $ holdfast audit cosigned signed.json\n\n日志与节点签名一致时 verify 返回 0，否则返回 1 并指出第一条有问题的记录。',
    }),
  );
  paged(context, audit.command('list'))
    .option('--person <id>', words({ en: 'only about this person, such as p42', zh: '仅限此人，如 p42' }))
    .description(words({ en: 'who did what, newest first', zh: '谁做了什么（最新在前）' }))
    .action((options: Paging & { person?: string }) => list(context, options));
  paged(context, audit.command('who').argument('<person>', words({ en: 'a profile id, such as p42', zh: '档案编号，如 p42' })))
    .description(words({ en: 'who read or changed one customer', zh: '谁读取或更改过某位客户' }))
    .action((person: string, options: Paging) => who(context, person, options));
  audit
    .command('head')
    .option(
      '--from <size>',
      words({
        en: 'with the proof that it continues this many entries, for a peer to sign',
        zh: '附自此条数起的一致性证明，供对方联署',
      }),
      wholeNumber(0, Number.MAX_SAFE_INTEGER),
    )
    .description(words({ en: 'the newest signed head, to be kept elsewhere', zh: '最新的签名头（请另存他处）' }))
    .action((options: { from?: number }) => head(context, options.from));
  audit
    .command('export')
    .argument('<file>', words({ en: 'where to write it', zh: '输出文件' }))
    .description(words({ en: 'the whole log, sealed, to verify it elsewhere', zh: '导出整个日志（密文），供他处验证' }))
    .action((file: string) => exportLog(context, file));
  audit
    .command('verify')
    .option('--offline <file>', words({ en: 'an exported log; needs no node', zh: '已导出的日志；不需要节点' }))
    .option('--head <file>', words({ en: 'a head, or heads, kept elsewhere', zh: '另存他处的签名头' }))
    .description(words({ en: 'compute everything anew; names the first wrong entry', zh: '重新计算并指出第一条有问题的记录' }))
    .action((options: VerifyOptions) => verify(context, options));
  addCosignCommands(context, audit);
  return audit;
}

function paged({ words }: CliContext, command: Command): Command {
  return command
    .option('--actor <name>', words({ en: 'only by this actor', zh: '仅限此操作者' }))
    .option('--action <name>', words({ en: 'only this action, such as profile.read', zh: '仅限此操作，如 profile.read' }))
    .option('--since <time>', words({ en: 'from this time on (ISO 8601)', zh: '自此时间起（ISO 8601）' }))
    .option('--until <time>', words({ en: 'before this time', zh: '早于此时间' }))
    .option(
      '--before <number>',
      words({ en: 'older than this entry', zh: '早于此条记录' }),
      wholeNumber(0, Number.MAX_SAFE_INTEGER),
    )
    .option('--limit <rows>', words({ en: 'entries at most', zh: '最多条数' }), wholeNumber(1, 500), 50);
}

async function list(context: CliContext, options: Paging & { person?: string }): Promise<void> {
  const page = await withNode(context, (api) => api.call<Page>('GET', '/api/audit', { query: options }));
  context.answer(page, () => printPage(context, page));
}

async function who(context: CliContext, person: string, query: Paging): Promise<void> {
  const path = `/api/audit/who-read/${encodeURIComponent(person)}`;
  const found = await withNode(context, (api) => api.call<WhoRead>('GET', path, { query }));
  const { words } = context;
  context.answer(found, () => {
    context.printTable(
      [
        { title: words({ en: 'who', zh: '操作者' }) },
        { title: words({ en: 'entries', zh: '条数' }), align: 'right' },
        { title: words({ en: 'first', zh: '最早' }) },
        { title: words({ en: 'last', zh: '最近' }) },
      ],
      found.actors.map(({ actor, entries, firstAtMs, lastAtMs }) => [
        actor,
        String(entries),
        timeText(firstAtMs),
        timeText(lastAtMs),
      ]),
    );
    if (!found.whole)
      context.note({
        en: 'Of the newest 20,000 entries; --until goes further back.',
        zh: '仅统计最近 20000 条；可用 --until 继续向前。',
      });
    context.print('');
    printPage(context, found);
  });
}

function printPage(context: CliContext, { entries, next }: Page): void {
  const { words } = context;
  const titles = [
    words({ en: 'entry', zh: '记录' }),
    words({ en: 'time', zh: '时间' }),
    words({ en: 'who', zh: '操作者' }),
    words({ en: 'action', zh: '操作' }),
    words({ en: 'about', zh: '对象' }),
    words({ en: 'fields', zh: '内容' }),
    words({ en: 'outcome', zh: '结果' }),
  ];
  const erased = words({ en: '(erased)', zh: '（已删除）' });
  context.printTable(
    titles.map((title, at) => (at === 0 ? { title, align: 'right' } : { title })),
    entries.map((entry) => [
      String(entry.seq),
      timeText(entry.atMs),
      entry.unreadable ? words({ en: '(does not open)', zh: '（无法解开）' }) : entry.actor,
      entry.action,
      entry.person ?? entry.target ?? '',
      entry.erased ? erased : (entry.fields?.join(' ') ?? ''),
      entry.outcome,
    ]),
  );
  if (next !== undefined) context.note({ en: `More: --before ${next}`, zh: `更多：--before ${next}` });
}

const timeText = (atMs: number) => new Date(atMs).toISOString();

async function head(context: CliContext, from: number | undefined): Promise<void> {
  const found = await withNode(context, (api) =>
    from === undefined ? api.call<HeadText>('GET', '/api/audit/head') : headWithProof(api, from),
  );
  context.answer(found, () => {
    for (const [name, value] of [
      [context.words({ en: 'entries', zh: '记录数' }), String(found.size)],
      [context.words({ en: 'time', zh: '时间' }), timeText(found.atMs)],
      [context.words({ en: 'root', zh: '根哈希' }), found.root],
      [context.words({ en: 'public key', zh: '公钥' }), found.publicKey],
    ])
      context.print(`${name}  ${value}`);
  });
}

async function exportLog(context: CliContext, file: string): Promise<void> {
  const path = resolve(context.io.cwd, file);
  let lines = 0;
  const ended = async function* (source: AsyncIterable<string>) {
    for await (const line of source) {
      lines += 1;
      yield line.endsWith('\n') ? line : `${line}\n`;
    }
  };
  await withNode(context, async (api) => {
    try {
      await pipeline(Readable.from(ended(api.auditLines())), createWriteStream(path, { mode: 0o600 }));
    } catch (error) {
      if (error instanceof Fault) throw error;
      throw new Fault('unreadable_file', `${file}: ${(error as NodeJS.ErrnoException).code ?? 'cannot be written'}`, {
        cause: error,
      });
    }
  });
  context.answer({ file: path, lines }, () =>
    context.print(context.words({ en: `${lines} lines written to ${file}.`, zh: `已将 ${lines} 行写入 ${file}。` })),
  );
}

async function verify(context: CliContext, options: VerifyOptions): Promise<void> {
  const kept = options.head === undefined ? [] : await keptHeads(resolve(context.io.cwd, options.head), options.head);
  const verdict =
    options.offline === undefined ? await verifyHere(context, kept) : await verifyFile(context, options.offline, kept);
  context.answer(verdict, () => tellVerdict(context, verdict));
  if (verdict.flaw) throw new Fault('audit_broken', `${verdict.flaw.kind}: entry ${verdict.flaw.entry}`);
}

async function keptHeads(path: string, named: string): Promise<WitnessHead[]> {
  const heads = await readHeadFile(path);
  if (!heads || heads.length === 0) throw new Fault('unreadable_file', named);
  return heads;
}

/** The node sends the log as it is; what is computed of it is computed here. */
async function verifyHere(context: CliContext, kept: readonly WitnessHead[]): Promise<Verdict> {
  const folder = context.requireDataFolder();
  const { auditSink } = readConfig(folder);
  // Read before the log, which only grows: a head of the sink is never newer than the log it is held against.
  const sink = auditSink === undefined ? undefined : await readHeadFile(resolve(folder, auditSink));
  if (auditSink !== undefined && !sink && existsSync(join(folder, 'holdfast.db')))
    context.note({ en: `There are no heads in ${auditSink} yet.`, zh: `${auditSink} 中尚无签名头。` });
  return withNode(context, (api) => verifyLog(itemsOf(api.auditLines()), [...kept, ...(sink ?? [])]));
}

async function verifyFile(context: CliContext, file: string, kept: readonly WitnessHead[]): Promise<Verdict> {
  const path = resolve(context.io.cwd, file);
  if (!existsSync(path)) throw new Fault('unreadable_file', file);
  return verifyLog(itemsOf(linesOf(createReadStream(path))), kept);
}
