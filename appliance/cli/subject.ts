// `holdfast subject`: what customers ask for by right, by when it is to be answered, letters, and everything about somebody in one package.

import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { requestKinds, requestNames } from '../core/model/rights.ts';
import { checks, type Letter, letterKinds, type Package, packagePage, type RequestView } from '../oversee/subjects/subjects.ts';
import { type Api, longMs, withNode } from './connect.ts';
import type { CliContext } from './context.ts';
import { wholeNumber } from './numbers.ts';
import { dayOf, requestPath } from './subject-words.ts';

const number = wholeNumber(1, Number.MAX_SAFE_INTEGER);

export function command(context: CliContext): Command {
  const { words } = context;
  const subject = new Command('subject').addHelpText(
    'after',
    words({
      en: '\nExamples:\n  $ holdfast subject request p42 erasure --note "letter of 3 May"\n  $ holdfast subject list\n  $ holdfast subject verify 7 identity_document\n  $ holdfast subject hold 7 --reason "tax law, until 2030"\n  $ holdfast subject complete 7\n  $ holdfast subject letter 7 completed\n  $ holdfast subject export p42 --out package.html',
      zh: '\n示例：\n  $ holdfast subject request p42 erasure --note "5月3日来信"\n  $ holdfast subject list\n  $ holdfast subject verify 7 identity_document\n  $ holdfast subject hold 7 --reason "税法要求保存至2030年"\n  $ holdfast subject complete 7\n  $ holdfast subject letter 7 completed\n  $ holdfast subject export p42 --out package.html',
    }),
  );
  subject
    .command('request <person> <kind>')
    .description(
      words({ en: `write down what a person asks for: ${requestKinds.join(', ')}`, zh: `登记请求：${requestKinds.join('、')}` }),
    )
    .option('--note <text>', words({ en: 'how it came', zh: '请求的提出方式' }))
    .addOption(new Option('--language <code>', words({ en: 'of letters', zh: '信函语言' })).choices(['zh', 'en']))
    .action((person: string, kind: string, options: { note?: string; language?: string }) =>
      withNode(context, async (api) =>
        show(context, await api.call('POST', '/api/subject-requests', { body: { person, kind, ...options } })),
      ),
    );
  subject
    .command('list')
    .description(words({ en: 'open requests, the next deadline first', zh: '未结请求（按期限先后）' }))
    .option('--closed', words({ en: 'those that are answered', zh: '已结请求' }))
    .action((options: { closed?: true }) => withNode(context, (api) => list(context, api, options.closed === true)));
  subject
    .command('show')
    .argument('<request>', '', number)
    .description(words({ en: 'one request', zh: '查看一项请求' }))
    .action((id: number) => withNode(context, async (api) => show(context, await api.call('GET', requestPath(id)))));
  subject
    .command('verify')
    .argument('<request>', '', number)
    .argument('<how>', checks.join(', '))
    .description(words({ en: 'record how the identity was checked', zh: '登记身份核验方式' }))
    .action((id: number, how: string) => act(context, id, 'verify', { how }));
  reasoned(context, subject, 'hold', words({ en: 'hold for another law', zh: '因法律义务保留' }));
  reasoned(context, subject, 'release', words({ en: 'release a hold', zh: '解除保留' }));
  reasoned(
    context,
    subject,
    'extend',
    words({ en: 'take the longer term, where the law has one', zh: '延长答复期限（如法律允许）' }),
  );
  reasoned(context, subject, 'refuse', words({ en: 'refuse it', zh: '不予同意' }));
  reasoned(context, subject, 'lift', words({ en: 'let a restriction end', zh: '解除限制处理' }));
  subject
    .command('complete')
    .argument('<request>', '', number)
    .description(words({ en: 'do what was asked for, and close it', zh: '执行请求并结案' }))
    .option('--set <trait=value...>', words({ en: 'for rectification: right values', zh: '更正：正确的值' }))
    .option('--purpose <name...>', words({ en: 'for objection: to these alone', zh: '拒绝：仅限这些目的' }))
    .action((id: number, options: { set?: string[]; purpose?: string[] }) => {
      const traits = Object.fromEntries(
        (options.set ?? []).map((pair) => [pair.split('=')[0]!, pair.slice(pair.indexOf('=') + 1)]),
      );
      const body = { ...(options.set && { traits }), ...(options.purpose && { purposes: options.purpose }) };
      return act(context, id, 'complete', body);
    });
  subject
    .command('letter')
    .argument('<request>', '', number)
    .addArgument(new Command().createArgument('<about>', '').choices([...letterKinds]))
    .description(words({ en: 'a letter to whoever asked', zh: '生成答复信函' }))
    .addOption(
      new Option('--language <code>', words({ en: 'instead of that of the request', zh: '代替请求所用语言' })).choices([
        'zh',
        'en',
      ]),
    )
    .action((id: number, about: string, { language }: { language?: string }) =>
      withNode(context, async (api) => {
        const letter = await api.call<Letter>('GET', requestPath(id, '/letter'), { query: { about, language } });
        context.answer(letter, () => context.print(`${letter.subject}\n\n${letter.text}`));
      }),
    );
  subject
    .command('export <person>')
    .description(words({ en: 'everything about a person, as JSON or as a page', zh: '导出某人的全部数据（JSON 或网页）' }))
    .requiredOption('--out <file>', words({ en: 'ends in .json or .html', zh: '以 .json 或 .html 结尾' }))
    .action((person: string, options: { out: string }) =>
      withNode(context, (api) => exportPerson(context, api, person, options.out)),
    );
  return subject;
}

function reasoned(context: CliContext, parent: Command, name: string, about: string): void {
  parent
    .command(name)
    .argument('<request>', '', number)
    .description(about)
    .requiredOption('--reason <text>', context.words({ en: 'why; it stands in the letter', zh: '理由（写入信函）' }))
    .action((id: number, options: { reason: string }) => act(context, id, name, { reason: options.reason }));
}

function act(context: CliContext, id: number, name: string, body: object): Promise<void> {
  return withNode(context, async (api) =>
    show(context, await api.call('POST', requestPath(id, `/${name}`), { body, timeoutMs: longMs })),
  );
}

async function list(context: CliContext, api: Api, closed: boolean): Promise<void> {
  const found = await api.call<{ requests: RequestView[] }>('GET', '/api/subject-requests', { query: { closed, limit: 200 } });
  context.answer(found, () => {
    const titles = context.words({ en: 'request,person,kind,state,due,held', zh: '编号,客户,请求,状态,期限,保留' });
    context.printTable(
      titles.split(',').map((title) => ({ title })),
      found.requests.map((one) => [
        String(one.request),
        one.person ?? context.words({ en: '(erased)', zh: '（已删除）' }),
        context.words(requestNames[one.kind]),
        one.state,
        `${dayOf(one.dueAtMs)}${one.overdue ? ' !' : ''}`,
        one.hold ? '✓' : '',
      ]),
    );
  });
}

function show(context: CliContext, request: RequestView): void {
  context.answer(request, () => {
    const { words } = context;
    context.print(
      `${request.request}  ${words(requestNames[request.kind])} (${request.article})  ${request.person ?? ''}  ${request.state}`,
    );
    context.print(words({ en: `answer by ${dayOf(request.dueAtMs)}`, zh: `答复期限 ${dayOf(request.dueAtMs)}` }));
    for (const { atMs, by, what, reason } of request.history)
      context.print(`${new Date(atMs).toISOString()}  ${by}  ${what}${reason === undefined ? '' : ` (${reason})`}`);
  });
}

/** Somebody's own: nobody else on the machine need read it. */
async function exportPerson(context: CliContext, api: Api, person: string, file: string): Promise<void> {
  const made = await api.call<Package>('GET', `/api/subjects/${encodeURIComponent(person)}/export`, { timeoutMs: longMs });
  const text = file.endsWith('.html') ? packagePage(made, context.language) : `${JSON.stringify(made, null, 2)}\n`;
  writeFileSync(resolve(context.io.cwd, file), text, { mode: 0o600 });
  context.answer({ file }, () => context.note({ en: `written to ${file}`, zh: `已写入 ${file}` }));
}
