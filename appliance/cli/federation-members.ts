// `holdfast federation invite|invitations|withdraw|requests|admit|refuse|coordinator|remove`: what the founder of a federation does. Fingerprints are
// typed as they were heard, never copied from what the node shows.

import type { Command } from 'commander';
import type { InvitationView, WaitingRequest } from '../../federation/participant/belonging/belonging.ts';
import { type Welcome, writeWelcome } from '../../federation/protocol/files.ts';
import type { Words } from '../core/errors.ts';
import { type AsPerson, offerAsPerson, withPerson } from './as-person.ts';
import { type Api, withNode } from './connect.ts';
import type { CliContext } from './context.ts';
import {
  exampleOf,
  federationCalled,
  memberCalled,
  nameText,
  oneCalled,
  only,
  proposeAndTell,
  timeText,
  withFederation,
  writeOut,
} from './federation-book.ts';
import { readJsonFile } from './json-file.ts';
import { wholeNumber } from './numbers.ts';

type InFederation = { federation?: string };

export function memberCommands(context: CliContext, group: Command): void {
  invitationCommands(context, group);
  requestCommands(context, group);
  coordinatorCommand(context, group);
  removeCommand(context, group);
}

type Invite = InFederation & { coordinator?: true; days: number; out?: string };
type Invited = { code: string; invitation: string; expiresAtMs: number };

function invitationCommands(context: CliContext, group: Command): void {
  const { words } = context;
  withFederation(group.command('invite'), context)
    .description(words({ en: 'invite an organisation; the code is shown this once', zh: '邀请机构，邀请码仅显示一次' }))
    .option('--coordinator', words({ en: 'whoever is to run the coordinator', zh: '邀请单独的协调方' }))
    .option('--days <number>', words({ en: 'how long it can be used', zh: '有效天数' }), wholeNumber(1, 90), 7)
    .option('--out <file>', words({ en: 'write it to a file instead', zh: '写入文件（不显示）' }))
    .addHelpText('after', exampleOf(context, 'holdfast federation invite --days 14 --out invitation.txt'))
    .action((options: Invite) => withNode(context, (api) => invite(context, api, options)));
  withFederation(group.command('invitations'), context)
    .description(words({ en: 'invitations and what became of them', zh: '列出邀请及其状态' }))
    .addHelpText('after', exampleOf(context, 'holdfast federation invitations'))
    .action(({ federation: called }: InFederation) => withNode(context, (api) => listInvitations(context, api, called)));
  withFederation(group.command('withdraw <invitation>'), context)
    .description(words({ en: 'take an invitation back', zh: '撤回邀请' }))
    .addHelpText('after', exampleOf(context, 'holdfast federation withdraw 5f0c2a9b'))
    .action((called: string, { federation: of }: InFederation) =>
      withNode(context, async (api) => {
        const { federation } = await federationCalled(api, of);
        const found = oneCalled(await invitationsOf(api, federation), called, ({ id }) => [id]);
        const { id } = only(found, `invitation ${called}`, called);
        await api.call('DELETE', `/api/federations/${federation}/invitations/${id}`);
        context.answer({ withdrawn: id }, () => context.print(words({ en: 'Withdrawn.', zh: '已撤回。' })));
      }),
    );
}

async function invite(context: CliContext, api: Api, options: Invite): Promise<void> {
  const { federation } = await federationCalled(api, options.federation);
  const body = { role: options.coordinator ? 'coordinator' : 'participant', days: options.days };
  const invited = await api.call<Invited>('POST', `/api/federations/${federation}/invitations`, { body });
  const until = timeText(invited.expiresAtMs);
  if (options.out !== undefined) {
    const file = writeOut(context, options.out, `${invited.code}\n`);
    const { code: _code, ...rest } = invited;
    return context.answer({ ...rest, file }, () =>
      context.print(context.words({ en: `Written to ${file}, good until ${until}.`, zh: `已写入 ${file}，有效期至 ${until}。` })),
    );
  }
  context.answer(invited, () => {
    context.print(invited.code);
    context.note({
      en: `Shown this once, good until ${until}. Send it to the one person who is to use it, by a way that you trust.`,
      zh: `仅显示这一次，有效期至 ${until}。请通过可信渠道发给唯一的使用人。`,
    });
  });
}

const invitationsOf = async (api: Api, federation: string): Promise<InvitationView[]> =>
  (await api.call<{ invitations: InvitationView[] }>('GET', `/api/federations/${federation}/invitations`)).invitations;

const invitationWords: { readonly [state in InvitationView['state']]: Words } = {
  open: { en: 'open', zh: '未使用' },
  requested: { en: 'asked to join', zh: '已申请' },
  admitted: { en: 'admitted', zh: '已接纳' },
  refused: { en: 'refused', zh: '已拒绝' },
  withdrawn: { en: 'withdrawn', zh: '已撤回' },
  expired: { en: 'expired', zh: '已过期' },
};

async function listInvitations(context: CliContext, api: Api, called: string | undefined): Promise<void> {
  const { federation } = await federationCalled(api, called);
  const invitations = await invitationsOf(api, federation);
  const titles = context.words({ en: 'invitation,role,state,made,good until', zh: '邀请,角色,状态,创建时间,有效期至' });
  context.answer({ invitations }, () =>
    context.printTable(
      titles.split(',').map((title) => ({ title })),
      invitations.map(({ id, role, state, createdAtMs, expiresAtMs }) => [
        id.slice(0, 16),
        role,
        context.words(invitationWords[state]),
        timeText(createdAtMs),
        timeText(expiresAtMs),
      ]),
    ),
  );
}

const requestsOf = async (api: Api, federation: string): Promise<WaitingRequest[]> =>
  (await api.call<{ requests: WaitingRequest[] }>('GET', `/api/federations/${federation}/requests`)).requests;

async function requestCalled(api: Api, federation: string, called: string): Promise<WaitingRequest> {
  const found = oneCalled(await requestsOf(api, federation), called, ({ invitation, name }) => [invitation, name.en, name.zh]);
  return only(found, `request ${called}`, called);
}

type Admit = AsPerson & InFederation & { fingerprint: string; reason: string };

function requestCommands(context: CliContext, group: Command): void {
  const { words } = context;
  const who = words({ en: 'its name, or the invitation', zh: '名称或邀请编号' });
  withFederation(group.command('requests'), context)
    .description(words({ en: 'who asks to join', zh: '列出加入申请' }))
    .addHelpText('after', exampleOf(context, 'holdfast federation requests'))
    .action(({ federation: called }: InFederation) => withNode(context, (api) => listRequests(context, api, called)));
  offerAsPerson(withFederation(group.command('admit'), context), context)
    .description(words({ en: 'admit who asked, by the fingerprint as you heard it', zh: '凭电话中听到的指纹接纳申请方' }))
    .argument('<who>', who)
    .requiredOption('--fingerprint <digits>', words({ en: 'as they read it out', zh: '对方读出的指纹' }))
    .requiredOption('--reason <text>', words({ en: 'for whoever approves', zh: '申请理由' }))
    .addHelpText(
      'after',
      exampleOf(context, 'holdfast federation admit "South Bank" --fingerprint "12345 67890 …" --reason "contract of 3 May"'),
    )
    .action((called: string, { federation: of, fingerprint, reason, ...person }: Admit) =>
      withPerson(context, person, async (api) => {
        const { federation } = await federationCalled(api, of);
        const { invitation } = await requestCalled(api, federation, called);
        const payload = { federation, invitation, fingerprint: digitsOf(fingerprint) };
        await proposeAndTell(context, api, { kind: 'federation.admit', payload, reason });
      }),
    );
  withFederation(group.command('refuse'), context)
    .description(words({ en: 'refuse a request to join', zh: '拒绝加入申请' }))
    .argument('<who>', who)
    .addHelpText('after', exampleOf(context, 'holdfast federation refuse "South Bank"'))
    .action((called: string, { federation: of }: InFederation) =>
      withNode(context, async (api) => {
        const { federation } = await federationCalled(api, of);
        const { invitation } = await requestCalled(api, federation, called);
        await api.call('POST', `/api/federations/${federation}/requests/${invitation}/refuse`);
        context.answer({ refused: invitation }, () => context.print(words({ en: 'Refused.', zh: '已拒绝。' })));
      }),
    );
}

/** Digits of any script, in any groups. */
const digitsOf = (text: string) =>
  text
    .normalize('NFKC')
    .replaceAll(/[^0-9]/g, '')
    .replace(/(\d{5})(?=\d)/g, '$1 ');

async function listRequests(context: CliContext, api: Api, called: string | undefined): Promise<void> {
  const { federation } = await federationCalled(api, called);
  const requests = await requestsOf(api, federation);
  const titles = context.words({ en: 'invitation,name,role,asked', zh: '邀请,名称,角色,申请时间' }).split(',');
  context.answer({ requests }, () => {
    context.printTable(
      titles.map((title) => ({ title })),
      requests.map(({ invitation, name, role, takenAtMs }) => [
        invitation.slice(0, 16),
        nameText(context, name),
        role,
        timeText(takenAtMs),
      ]),
    );
    if (requests.length > 0)
      context.note({
        en: 'Call them, have their fingerprint read out, and type it: holdfast federation admit WHO --fingerprint "…" --reason "…"',
        zh: '请致电对方，由其读出指纹并输入：holdfast federation admit 名称 --fingerprint "…" --reason "…"',
      });
  });
}

type Coordinator = InFederation & { fingerprint?: string; out: string };
type Answered = { waiting?: WaitingRequest; welcome?: Welcome };

function coordinatorCommand(context: CliContext, group: Command): void {
  const { words } = context;
  withFederation(group.command('coordinator <file>'), context)
    .description(
      words({ en: 'admit the separate coordinator by its join-request.json', zh: '凭 join-request.json 接纳单独的协调方' }),
    )
    .option(
      '--fingerprint <digits>',
      words({ en: 'as it was read out; without it, whose file it is', zh: '电话核对的指纹；省略时仅显示文件来源' }),
    )
    .option('--out <file>', words({ en: 'where the welcome goes', zh: '答复文件' }), 'welcome.json')
    .addHelpText(
      'after',
      exampleOf(
        context,
        'holdfast federation coordinator join-request.json',
        'holdfast federation coordinator join-request.json --fingerprint "12345 67890 …" --out welcome.json',
      ),
    )
    .action((file: string, { federation: of, fingerprint, out }: Coordinator) =>
      withNode(context, async (api) => {
        const { federation } = await federationCalled(api, of);
        const body = {
          request: readJsonFile(context, file),
          ...(fingerprint !== undefined && { fingerprint: digitsOf(fingerprint) }),
        };
        const answered = await api.call<Answered>('POST', `/api/federations/${federation}/coordinator`, { body });
        if (answered.welcome) return tellWelcome(context, answered.welcome, out);
        context.answer(answered, () => tellWaiting(context, answered.waiting!, file));
      }),
    );
}

function tellWaiting(context: CliContext, { name }: WaitingRequest, file: string): void {
  const { words, print } = context;
  const called = nameText(context, name);
  print(words({ en: `The request is of ${called}, who wants to be the coordinator.`, zh: `申请来自 ${called}，拟担任协调方。` }));
  const next = `holdfast federation coordinator ${file} --fingerprint "…"`;
  print(
    words({
      en: `Call them, have the fingerprint read out that "holdfast coordinate init" printed, and type it: ${next}`,
      zh: `请致电对方，由其读出 "holdfast coordinate init" 显示的指纹并输入：${next}`,
    }),
  );
}

function tellWelcome(context: CliContext, welcome: Welcome, out: string): void {
  const file = writeOut(context, out, writeWelcome(welcome));
  context.answer({ file }, () => {
    const { words, print } = context;
    print(
      words({
        en: `Admitted. Give ${file} back to them; none of it is secret.`,
        zh: `已接纳。请将 ${file} 交还对方；内容无需保密。`,
      }),
    );
    print(words({ en: 'There: holdfast coordinate welcome FILE', zh: '对方执行：holdfast coordinate welcome 文件' }));
  });
}

type Remove = AsPerson & InFederation & { reason: string; keysLost?: true };

function removeCommand(context: CliContext, group: Command): void {
  const { words } = context;
  offerAsPerson(withFederation(group.command('remove <member>'), context), context)
    .description(words({ en: 'remove a member; the reason goes to all members', zh: '移除成员，理由对所有成员可见' }))
    .requiredOption('--reason <text>', words({ en: 'why', zh: '理由' }))
    .option('--keys-lost', words({ en: 'its keys are in other hands', zh: '其密钥已落入他人之手' }))
    .addHelpText(
      'after',
      exampleOf(context, 'holdfast federation remove "South Bank" --reason "the contract has ended" --as li.hua'),
    )
    .action((called: string, { federation: of, reason, keysLost, ...person }: Remove) =>
      withPerson(context, person, async (api) => {
        const view = await federationCalled(api, of);
        const { member } = memberCalled(view, called);
        const how = keysLost ? 'revoked' : 'removed';
        const payload = { federation: view.federation, member, how, reason };
        await proposeAndTell(context, api, { kind: 'federation.remove', payload, reason });
      }),
    );
}
