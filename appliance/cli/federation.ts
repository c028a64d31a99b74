// `holdfast federation`: the federations of a node and how it stands in them, founding and joining, leaving, and `verify`, which needs no node. What
// the founder does for its members is in federation-members.ts.

import { Command, Option } from 'commander';
import type { Asked } from '../../federation/participant/belonging/belonging.ts';
import { Fault, type Words } from '../core/errors.ts';
import { type AsPerson, offerAsPerson, withPerson } from './as-person.ts';
import { withNode } from './connect.ts';
import type { CliContext } from './context.ts';
import {
  exampleOf,
  type FederationShown,
  federationCalled,
  federationsOf,
  nameText,
  proposeAndTell,
  readBytes,
  timeText,
  withFederation,
} from './federation-book.ts';
import { budgetCommand } from './federation-budget.ts';
import { memberCommands } from './federation-members.ts';
import { rehearseCommand } from './federation-rehearse.ts';
import { type VerifyOptions, verifyFile } from './federation-verify.ts';
import { printable } from './table.ts';

const codeLimitBytes = 4096;

export function command(context: CliContext): Command {
  const { words } = context;
  const group = new Command('federation').addHelpText(
    'after',
    words({
      en: '\nExamples:\n  $ holdfast federation found --name-en "North Retail" --name-zh 北方零售 --address federation.example.org:7443 --coordinator separate\n  $ holdfast federation invite --coordinator > invitation.txt\n  $ holdfast federation coordinator join-request.json\n  $ holdfast federation coordinator join-request.json --fingerprint "12345 67890 …" --out welcome.json\n  $ holdfast federation join --code-file invitation.txt --name-en "South Bank" --name-zh 南方银行\n  $ holdfast federation admit "South Bank" --fingerprint "12345 67890 …" --reason "contract of 3 May"\n  $ holdfast federation list\n  $ holdfast federation verify match.ndjson --founder "12345 67890 …"\n\nverify needs no node; it ends with 0 when all is right, with 1 when there are findings.',
      zh: '\n示例：\n  $ holdfast federation found --name-en "North Retail" --name-zh 北方零售 --address federation.example.org:7443 --coordinator separate\n  $ holdfast federation invite --coordinator > invitation.txt\n  $ holdfast federation coordinator join-request.json\n  $ holdfast federation coordinator join-request.json --fingerprint "12345 67890 …" --out welcome.json\n  $ holdfast federation join --code-file invitation.txt --name-en "South Bank" --name-zh 南方银行\n  $ holdfast federation admit 南方银行 --fingerprint "12345 67890 …" --reason "5月3日合同"\n  $ holdfast federation list\n  $ holdfast federation verify match.ndjson --founder "12345 67890 …"\n\nverify 无需节点；全部无误时返回 0，发现问题时返回 1。',
    }),
  );
  group
    .command('list')
    .description(words({ en: 'federations, members, fingerprints and problems', zh: '列出联盟、成员、指纹与问题' }))
    .addHelpText('after', exampleOf(context, 'holdfast federation list'))
    .action(() => withNode(context, async (api) => showAll(context, await federationsOf(api))));
  foundCommand(context, group);
  joinCommand(context, group);
  memberCommands(context, group);
  ownCommands(context, group);
  budgetCommand(context, group);
  rehearseCommand(context, group);
  group
    .command('verify <file>')
    .description(
      words({ en: 'check the transcript of a match or a round, without a node', zh: '离线验证匹配或训练轮次的记录（无需节点）' }),
    )
    .option('--founder <fingerprint>', words({ en: "the founder's, as it was read out", zh: '电话核对过的创建方指纹' }))
    .option('--zone <zone>', words({ en: 'of the times shown', zh: '时间所用时区' }), 'UTC')
    .addHelpText('after', exampleOf(context, 'holdfast federation verify match.ndjson --founder "12345 67890 …"'))
    .action((file: string, options: VerifyOptions) => verifyFile(context, file, options));
  return group;
}

type Named = { nameEn?: string; nameZh?: string };

function withNames(command: Command, { words }: CliContext): Command {
  return command
    .option('--name-en <name>', words({ en: "the organisation's name in English", zh: '机构英文名称' }))
    .option('--name-zh <name>', words({ en: "the organisation's name in Chinese", zh: '机构中文名称' }));
}

function nameOf({ nameEn = '', nameZh = '' }: Named): Words {
  if (nameEn === '' && nameZh === '') throw new Fault('bad_request', '--name-en, --name-zh: at least one');
  return { en: nameEn, zh: nameZh };
}

type Found = Named & { address: string; coordinator: 'own' | 'separate' };

function foundCommand(context: CliContext, group: Command): void {
  const { words } = context;
  withNames(group.command('found'), context)
    .description(words({ en: 'found a federation; this node admits its members', zh: '创建联盟，由本节点接纳成员' }))
    .requiredOption('--address <host:port>', words({ en: 'where members reach the coordinator', zh: '成员访问协调方的地址' }))
    .addOption(
      new Option(
        '--coordinator <which>',
        words({ en: 'in this node, or a machine of its own', zh: '协调方：设在本节点（own）或单独的机器（separate）' }),
      )
        .choices(['own', 'separate'])
        .default('separate'),
    )
    .addHelpText(
      'after',
      exampleOf(context, 'holdfast federation found --name-en "North Retail" --address federation.example.org:7443'),
    )
    .action(({ address, coordinator, ...named }: Found) =>
      withNode(context, async (api) => {
        const body = { name: nameOf(named), address, coordinator };
        const founded = await api.call<{ federation: string; fingerprint: string }>('POST', '/api/federations', { body });
        context.answer(founded, () => tellFounded(context, founded, coordinator));
      }),
    );
}

function tellFounded(
  { words, print }: CliContext,
  { federation, fingerprint }: { federation: string; fingerprint: string },
  coordinator: 'own' | 'separate',
): void {
  print(words({ en: `Federation ${federation} is founded.`, zh: `联盟 ${federation} 已创建。` }));
  print(words({ en: 'Your fingerprint, which whoever joins compares by telephone:', zh: '本机构指纹（加入方将电话核对）：' }));
  print(`  ${fingerprint}`);
  const next =
    coordinator === 'separate'
      ? 'holdfast federation invite --coordinator > invitation.txt'
      : 'holdfast federation invite > invitation.txt';
  print(words({ en: `Next: ${next}`, zh: `下一步：${next}` }));
}

type Join = Named & { code?: string; codeFile?: string };

function joinCommand(context: CliContext, group: Command): void {
  const { words } = context;
  withNames(group.command('join'), context)
    .description(words({ en: 'ask to join by an invitation', zh: '凭邀请码申请加入' }))
    .option('--code <invitation>', words({ en: "the founder's invitation", zh: '创建方给出的邀请码' }))
    .option(
      '--code-file <file>',
      words({ en: 'read it from a file, unseen by others here', zh: '从文件读取邀请码（避免他人看到）' }),
    )
    .addHelpText(
      'after',
      exampleOf(context, 'holdfast federation join --code-file invitation.txt --name-en "South Bank" --name-zh 南方银行'),
    )
    .action(({ code: typed, codeFile, ...named }: Join) =>
      withNode(context, async (api) => {
        const code = codeFile === undefined ? typed : readBytes(context, codeFile, codeLimitBytes).toString('utf8').trim();
        if (code === undefined || code === '') throw new Fault('bad_request', '--code');
        const body = { name: nameOf(named), code };
        const asked = await api.call<Asked>('POST', '/api/federations/join', { body });
        context.answer(asked, () => tellAsked(context, asked));
      }),
    );
}

function tellAsked(context: CliContext, { federation, fingerprint, founder }: Asked): void {
  const { words, print } = context;
  const name = nameText(context, founder.name);
  print(
    words({
      en: `Asked to join the federation of ${name}, ${federation}.`,
      zh: `已申请加入 ${name} 的联盟 ${federation}。`,
    }),
  );
  print(
    words({
      en: 'Call the founder at a number that you know from elsewhere. Read your fingerprint out; they type it:',
      zh: '请拨打您已知的创建方电话，读出本机构指纹，由对方输入：',
    }),
  );
  print(`  ${fingerprint}`);
  print(words({ en: 'Theirs, which they read out, has to be:', zh: '对方读出的指纹须为：' }));
  print(`  ${founder.fingerprint}`);
  print(
    words({
      en: 'If theirs differs, stop: somebody else made the invitation. Once you are admitted: holdfast federation refresh',
      zh: '若不一致，请停止：邀请码出自他人之手。获接纳后：holdfast federation refresh',
    }),
  );
}

function ownCommands(context: CliContext, group: Command): void {
  const { words } = context;
  offerAsPerson(withFederation(group.command('leave'), context), context)
    .description(words({ en: 'leave for good; the reason goes to all members', zh: '退出联盟，理由对所有成员可见' }))
    .requiredOption('--reason <text>', words({ en: 'why', zh: '理由' }))
    .addHelpText('after', exampleOf(context, 'holdfast federation leave --reason "the contract has ended" --as li.hua'))
    .action(({ federation: called, reason, ...person }: AsPerson & { federation?: string; reason: string }) =>
      withPerson(context, person, async (api) => {
        const { federation } = await federationCalled(api, called);
        await proposeAndTell(context, api, { kind: 'federation.leave', payload: { federation, reason }, reason });
      }),
    );
  withFederation(group.command('refresh'), context)
    .description(words({ en: 'ask the coordinator now what is new', zh: '立即向协调方查询更新' }))
    .addHelpText('after', exampleOf(context, 'holdfast federation refresh'))
    .action(({ federation: called }: { federation?: string }) =>
      withNode(context, async (api) => {
        const { federation } = await federationCalled(api, called);
        const view = await api.call<FederationShown>('POST', `/api/federations/${federation}/refresh`);
        context.answer(view, () => show(context, view));
      }),
    );
}

const stateWords: { readonly [state in FederationShown['state']]: Words } = {
  waiting: { en: 'asked to join, not admitted yet', zh: '已申请，待接纳' },
  refused: { en: 'refused', zh: '已被拒绝' },
  member: { en: 'member', zh: '成员' },
  left: { en: 'left', zh: '已退出' },
  removed: { en: 'removed', zh: '已被移除' },
  revoked: { en: 'revoked', zh: '资格已吊销' },
};
const statusWords: { readonly [status: string]: Words } = {
  member: stateWords.member,
  left: stateWords.left,
  removed: stateWords.removed,
  revoked: stateWords.revoked,
};
const roleWords: { readonly [role: string]: Words } = {
  participant: { en: 'participant', zh: '参与方' },
  coordinator: { en: 'coordinator', zh: '协调方' },
  both: { en: 'participant and coordinator', zh: '参与方兼协调方' },
};

function showAll(context: CliContext, federations: readonly FederationShown[]): void {
  context.answer({ federations }, () => {
    for (const [at, view] of federations.entries()) {
      if (at > 0) context.print('');
      show(context, view);
    }
    if (federations.length === 0)
      context.note({
        en: 'None yet: holdfast federation found, or holdfast federation join',
        zh: '尚无联盟：请用 holdfast federation found 创建，或用 holdfast federation join 加入',
      });
  });
}

function show(context: CliContext, view: FederationShown): void {
  const { words, print } = context;
  const founder = view.founder ? words({ en: ', founder', zh: '，创建方' }) : '';
  print(`${nameText(context, view.name)}  ${view.federation}  ${words(stateWords[view.state])}${founder}`);
  print(words({ en: `  coordinator at      ${view.address}`, zh: `  协调方地址  ${view.address}` }));
  print(words({ en: `  our fingerprint     ${view.fingerprint}`, zh: `  本机构指纹  ${view.fingerprint}` }));
  if (!view.founder)
    print(words({ en: `  founder's           ${view.founderFingerprint}`, zh: `  创建方指纹  ${view.founderFingerprint}` }));
  if (view.contactAtMs !== undefined)
    print(
      words({ en: `  last contact        ${timeText(view.contactAtMs)}`, zh: `  最近联系    ${timeText(view.contactAtMs)}` }),
    );
  const titles = words({ en: 'member,name,role,status,fingerprint', zh: '成员编号,名称,角色,状态,指纹' }).split(',');
  context.printTable(
    titles.map((title) => ({ title })),
    view.members.map(({ member, name, role, status, fingerprint, ended }) => [
      `${member}${member === view.member ? ' *' : ''}`,
      nameText(context, name),
      words(roleWords[role] ?? { en: role, zh: role }),
      words(statusWords[status] ?? { en: status, zh: status }) + (ended ? ` (${printable(ended.reason)})` : ''),
      fingerprint,
    ]),
  );
  for (const problem of view.problems) showProblem(context, problem);
}

const unreachable = {
  message: { en: 'The coordinator does not answer.', zh: '协调方没有应答。' },
  next: {
    en: 'Look at the network and its address; the node goes on by itself.',
    zh: '请检查网络与地址；恢复后节点会自动继续。',
  },
};

function showProblem({ words, print }: CliContext, problem: FederationShown['problems'][number]): void {
  const { message = { en: problem.code, zh: problem.code }, next } = problem.code === 'unreachable' ? unreachable : problem;
  const where = problem.where === undefined ? '' : ` (${printable(problem.where)})`;
  print(words({ en: `! ${message.en}${where} [${problem.code}]`, zh: `! ${message.zh}${where} [${problem.code}]` }));
  print(words({ en: `  since ${timeText(problem.sinceMs)}`, zh: `  始于 ${timeText(problem.sinceMs)}` }));
  if (next) print(`  ${words(next)}`);
}
