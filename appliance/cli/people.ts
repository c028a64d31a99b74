// `holdfast people`: who uses the node. Invitations, roles, keeping somebody out, one-time links, and choosing a password with one.

import { Command, Option } from 'commander';
import type { Person } from '../core/access/access.ts';
import { Fault, type Words } from '../core/errors.ts';
import { type Role, roles } from '../core/model/principal.ts';
import { type Api, withNode } from './connect.ts';
import type { CliContext } from './context.ts';
import { newQuestion, obtainPassphrase } from './passphrase.ts';
import type { Column } from './table.ts';

type Link = { token: string; kind: string; expiresAtMs: number };
type Invited = { person: Person; link: Link };

export function command(context: CliContext): Command {
  const { words } = context;
  const people = new Command('people').addHelpText(
    'after',
    words({
      en: '\nExamples:\n  $ holdfast people link\n  $ holdfast people accept --login li.hua --name "Li Hua"\n  $ holdfast people invite wang.min --name "Wang Min" --roles compliance,auditor --language zh\n  $ holdfast people roles wang.min auditor\n  $ holdfast people reset wang.min --lost-phone\n  $ holdfast people disable wang.min',
      zh: '\n示例：\n  $ holdfast people link\n  $ holdfast people accept --login li.hua --name 李华\n  $ holdfast people invite wang.min --name 王敏 --roles compliance,auditor --language zh\n  $ holdfast people roles wang.min auditor\n  $ holdfast people reset wang.min --lost-phone\n  $ holdfast people disable wang.min',
    }),
  );
  people
    .command('list')
    .description(words({ en: 'everybody who may sign in', zh: '列出可登录的人员' }))
    .action(() => withNode(context, (api) => list(context, api)));
  people
    .command('link')
    .description(words({ en: 'a one-time link for the first administrator', zh: '为首位管理员生成一次性链接' }))
    .action(() => withNode(context, async (api) => showLink(context, await api.call<Link>('POST', '/api/people/link'))));
  people
    .command('invite <login>')
    .description(words({ en: 'invite somebody by a one-time link', zh: '以一次性链接邀请人员' }))
    .requiredOption('--name <name>', words({ en: 'what they are called', zh: '姓名' }))
    .requiredOption('--roles <roles>', words({ en: `of ${roles.join(', ')}`, zh: `角色：${roles.join('、')}` }), rolesOf)
    .option('--email <address>', words({ en: 'their e-mail', zh: '电子邮箱' }))
    .addOption(new Option('--language <code>', words({ en: 'their language', zh: '语言' })).choices(['en', 'zh']).default('en'))
    .action((login: string, options: object) =>
      withNode(context, async (api) => {
        const { person, link } = await api.call<Invited>('POST', '/api/people', { body: { login, ...options } });
        context.answer({ person, link }, () => printLink(context, link));
      }),
    );
  people
    .command('roles <login> <roles>')
    .description(
      words({
        en: "replace somebody's roles, separated by commas; their sessions end",
        zh: '更换角色（以逗号分隔），并结束其会话',
      }),
    )
    .action((login: string, given: string) => {
      const wanted = rolesOf(given);
      return withNode(context, async (api) =>
        show(context, await api.call<Person>('PUT', `/api/people/${await idOf(api, login)}/roles`, { body: { roles: wanted } })),
      );
    });
  for (const [verb, about] of [
    ['disable', { en: 'keep somebody out from now on; their sessions end', zh: '停用账户并结束其会话' }],
    ['enable', { en: 'let somebody in again', zh: '重新启用账户' }],
  ] as const) {
    people
      .command(`${verb} <login>`)
      .description(words(about))
      .action((login: string) =>
        withNode(context, async (api) =>
          show(context, await api.call<Person>('POST', `/api/people/${await idOf(api, login)}/${verb}`)),
        ),
      );
  }
  people
    .command('reset <login>')
    .description(words({ en: 'a one-time link for somebody who forgot their password', zh: '为忘记密码者生成一次性链接' }))
    .option(
      '--lost-phone',
      words({ en: 'take the second factor away too, and end all sessions', zh: '同时取消第二重验证并结束全部会话' }),
    )
    .action((login: string, options: { lostPhone?: true }) =>
      withNode(context, async (api) => {
        const body = { lostPhone: options.lostPhone === true };
        showLink(context, await api.call<Link>('POST', `/api/people/${await idOf(api, login)}/reset`, { body }));
      }),
    );
  acceptCommand(context, people);
  return people;
}

/** The link and the password are typed: whatever is on a command line, other users of the machine can read. */
function acceptCommand(context: CliContext, people: Command): void {
  const { words } = context;
  people
    .command('accept')
    .description(words({ en: 'choose a password with a one-time link, which is asked for', zh: '输入一次性链接并设置密码' }))
    .option('--login <login>', words({ en: 'the first administrator: how to sign in', zh: '首位管理员：登录名' }))
    .option('--name <name>', words({ en: 'the first administrator: what you are called', zh: '首位管理员：姓名' }))
    .option('--email <address>', words({ en: 'the first administrator: your e-mail', zh: '首位管理员：电子邮箱' }))
    .addOption(new Option('--language <code>', words({ en: 'your language', zh: '语言' })).choices(['en', 'zh']))
    .action((options: object) =>
      withNode(context, async (api) => {
        const typed = { ...context.io, env: {} };
        const link = (await obtainPassphrase(typed, words, { ask: { en: 'One-time link: ', zh: '一次性链接：' } })).trim();
        const password = await obtainPassphrase(typed, words, passwordQuestion);
        const body = { link, password, bearer: true, ...options };
        const { state, person } = await api.call<{ state: string; person?: Person }>('POST', '/api/session/link', { body });
        context.answer({ state, ...(person && { person }) }, () => {
          context.print(words({ en: 'The password is set; sign in with it.', zh: '密码已设置，请用其登录。' }));
          if (state === 'enrolment_wanted') context.print(words(enrolment));
        });
      }),
    );
}

const passwordQuestion = {
  ask: { en: 'New password (15 characters or more): ', zh: '新密码（至少 15 个字符）：' },
  ...(newQuestion.askAgain && { askAgain: newQuestion.askAgain }),
};
const enrolment: Words = {
  en: 'Your role asks for a second factor: after signing in, set one up by POST /api/people/me/totp.',
  zh: '您的角色需要第二重验证：登录后请通过 POST /api/people/me/totp 设置。',
};

async function list(context: CliContext, api: Api): Promise<void> {
  const { words } = context;
  const { people } = await api.call<{ people: Person[] }>('GET', '/api/people');
  const titles = words({ en: 'id,login,name,roles,state,second factor', zh: '编号,登录名,姓名,角色,状态,第二重验证' });
  const columns: Column[] = titles.split(',').map((title, index) => ({ title, ...(index === 0 && { align: 'right' as const }) }));
  context.answer({ people }, () =>
    context.printTable(
      columns,
      people.map((person) => [
        String(person.id),
        person.login,
        person.name,
        person.roles.join(', '),
        words(states[person.state]),
        words(person.secondFactor ? { en: 'yes', zh: '有' } : { en: 'no', zh: '无' }),
      ]),
    ),
  );
}

const states: { [state in Person['state']]: Words } = {
  invited: { en: 'invited', zh: '已邀请' },
  active: { en: 'active', zh: '正常' },
  disabled: { en: 'disabled', zh: '已停用' },
};

function show(context: CliContext, person: Person): void {
  context.answer(person, () =>
    context.print(`${person.login}  ${person.roles.join(', ')}  ${context.words(states[person.state])}`),
  );
}

function showLink(context: CliContext, link: Link): void {
  context.answer(link, () => printLink(context, link));
}

function printLink(context: CliContext, { token, expiresAtMs }: Link): void {
  const until = new Date(expiresAtMs).toISOString().slice(0, 16).replace('T', ' ');
  context.note({
    en: `One-time link, shown this once, good until ${until} UTC. Whoever uses it first has the account ("holdfast people accept"):`,
    zh: `一次性链接（仅显示一次，${until} UTC 前有效）。先使用者即获得该账户（执行 "holdfast people accept"）：`,
  });
  context.print(token);
}

/** @throws {Fault} `bad_request` for a role that there is none of */
function rolesOf(text: string): Role[] {
  const given = text.split(',').flatMap((role) => role.trim() || []);
  const odd = given.find((role) => !(roles as readonly string[]).includes(role));
  if (odd !== undefined) throw new Fault('bad_request', `roles: one of ${roles.join(', ')}`);
  return given as Role[];
}

/** Somebody's number by their login. @throws {Fault} `not_found` */
async function idOf(api: Api, login: string): Promise<number> {
  const { people } = await api.call<{ people: Person[] }>('GET', '/api/people');
  const same = (text: string) => text.normalize('NFKC').trim().toLowerCase();
  const found = people.find((person) => same(person.login) === same(login));
  if (!found) throw new Fault('not_found', 'somebody of this login');
  return found.id;
}
