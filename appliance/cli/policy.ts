// `holdfast policy`: who may what on this node, the policies that say so, and changing them by two people.

import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { Command } from 'commander';
import type { Approval } from '../core/access/approvals.ts';
import type { PolicyFile, PolicyFlaw, PolicyInfo } from '../core/access/policies.ts';
import { type AccessTable, cellWords, columns, columnWords, sightWords, tableLegend } from '../core/access/who-may-what-words.ts';
import { Fault } from '../core/errors.ts';
import { tellApproval } from './approvals.ts';
import { type Api, withNode } from './connect.ts';
import type { CliContext } from './context.ts';

type Policies = { version: number; hash: string; fourEyes: string; policies: PolicyInfo[]; files: PolicyFile[] };
type Checked = { ok: boolean; flaws: (PolicyFlaw & { place: string })[]; policies?: number; hash?: string };

export function command(context: CliContext): Command {
  const { words } = context;
  const policy = new Command('policy').addHelpText(
    'after',
    words({
      en: '\nExamples:\n  $ holdfast policy table\n  $ holdfast policy show agent-serves\n  $ holdfast policy show --out policies\n  $ holdfast policy check policies\n  $ holdfast policy propose policies --reason "night shift reads consents"',
      zh: '\n示例：\n  $ holdfast policy table\n  $ holdfast policy show agent-serves\n  $ holdfast policy show --out policies\n  $ holdfast policy check policies\n  $ holdfast policy propose policies --reason "夜班需查看同意记录"',
    }),
  );
  const folder = ['<folder>', words({ en: 'with the .cedar files: the whole set', zh: '含全部 .cedar 文件的目录' })] as const;
  policy
    .command('table')
    .description(words({ en: 'who may what, and who sees what, role by role', zh: '各角色的操作权限与可见数据' }))
    .action(() => withNode(context, (api) => table(context, api)));
  policy
    .command('show')
    .argument('[id]', words({ en: 'one policy, as the audit log names it', zh: '策略编号（审计日志所示）' }))
    .description(words({ en: 'the policies in force, or the text of one', zh: '查看现行策略或其中一条' }))
    .option('--out <folder>', words({ en: 'write the files there, to be edited', zh: '将策略文件写入该目录' }))
    .action((id: string | undefined, { out }: { out?: string }) => withNode(context, (api) => show(context, api, id, out)));
  policy
    .command('check')
    .argument(...folder)
    .description(words({ en: 'whether these policies could be put in force', zh: '检查策略能否生效' }))
    .action((from: string) => withNode(context, (api) => check(context, api, readFolder(context, from))));
  policy
    .command('propose')
    .argument(...folder)
    .description(words({ en: 'propose them in place of those in force', zh: '申请以其替换现行策略' }))
    .requiredOption('--reason <text>', words({ en: 'shown to whoever decides', zh: '供审批人查看的理由' }))
    .action((from: string, { reason }: { reason: string }) =>
      withNode(context, async (api) => {
        const body = { kind: 'policy.change', payload: { files: readFolder(context, from) }, reason };
        tellApproval(context, await api.call<Approval>('POST', '/api/approvals', { body }));
      }),
    );
  return policy;
}

async function table(context: CliContext, api: Api): Promise<void> {
  const answer = await api.call<AccessTable>('GET', '/api/policies/table');
  const { language, words } = context;
  context.answer(answer, () => {
    const titles = columns.map((column) => ({ title: columnWords(column, language) }));
    context.printTable(
      [{ title: words({ en: 'action', zh: '操作' }) }, ...titles],
      answer.actions.map(({ action, cells }) => [action, ...columns.map((column) => cellWords(cells[column], language))]),
    );
    context.print('');
    context.printTable(
      [{ title: words({ en: 'data', zh: '数据' }) }, ...titles],
      answer.classes.map(({ dataClass, cells }) => [dataClass, ...columns.map((column) => sightWords(cells[column], language))]),
    );
    context.note(tableLegend);
  });
}

async function show(context: CliContext, api: Api, id: string | undefined, out: string | undefined): Promise<void> {
  const answer = await api.call<Policies>('GET', '/api/policies');
  const { words } = context;
  if (out !== undefined) return writeFiles(context, answer, out);
  if (id !== undefined) {
    const found = answer.policies.find((one) => one.id === id);
    if (!found) throw new Fault('not_found', `policy ${id}`);
    const text = answer.files.find(({ name }) => name === found.file)?.text ?? '';
    return context.answer({ ...found, text }, () => {
      context.print(`${found.file}:${found.line}  ${words(found.about)}`);
      context.print(
        `${
          text
            .split('\n')
            .slice(found.line - 1)
            .join('\n')
            .split(/;\n/)[0]
        };`,
      );
    });
  }
  context.answer(answer, () => {
    context.print(
      words({ en: `version ${answer.version}, sha256 ${answer.hash}`, zh: `版本 ${answer.version}，sha256 ${answer.hash}` }),
    );
    context.printTable(
      [{ title: words({ en: 'id', zh: '编号' }) }, { title: '' }, { title: words({ en: 'what it says', zh: '含义' }) }],
      answer.policies.map(({ id, effect, about }) => [
        id,
        effect === 'permit' ? words({ en: 'permit', zh: '允许' }) : words({ en: 'forbid', zh: '禁止' }),
        words(about),
      ]),
    );
  });
}

function writeFiles(context: CliContext, { files }: Policies, out: string): void {
  const folder = resolve(context.io.cwd, out);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw new Fault('unreadable_file', out);
  for (const { name, text } of files) writeFileSync(join(folder, basename(name)), text);
  context.answer({ written: files.map(({ name }) => name) }, () =>
    context.print(context.words({ en: `${files.length} files written`, zh: `已写入 ${files.length} 个文件` })),
  );
}

async function check(context: CliContext, api: Api, files: readonly PolicyFile[]): Promise<void> {
  const answer = await api.call<Checked>('POST', '/api/policies/check', { body: { files } });
  if (context.json) context.printJson(answer);
  else if (answer.ok)
    context.print(context.words({ en: `${answer.policies} policies, all well`, zh: `${answer.policies} 条策略，均有效` }));
  if (!answer.ok) throw new Fault('policies_broken', answer.flaws.map(({ place }) => place).join('\n'));
}

function readFolder(context: CliContext, from: string): PolicyFile[] {
  const folder = resolve(context.io.cwd, from);
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith('.cedar'));
    return names.sort().map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
  } catch (error) {
    throw new Fault('unreadable_file', from, { cause: error });
  }
}
