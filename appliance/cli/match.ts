// `holdfast match`: customers that this node and another organisation share. Here are the list, one match, and what officers do to one that goes on; how
// one begins is in match-begin.ts, what came of it in match-result.ts.

import { Command } from 'commander';
import type { MatchShown } from '../federate/views.ts';
import { type AsPerson, offerAsPerson, withPerson } from './as-person.ts';
import { type Api, withNode } from './connect.ts';
import type { CliContext } from './context.ts';
import { exampleOf, federationsOf, matchCalled, proposeAndTell } from './federation-book.ts';
import { beginCommands } from './match-begin.ts';
import { resultCommands } from './match-result.ts';
import { type MatchRead, printMatches, printState, printTerms, standText } from './match-words.ts';

export function command(context: CliContext): Command {
  const { words } = context;
  const group = new Command('match').addHelpText(
    'after',
    words({
      en: '\nTwo different people of each side take part: one proposes, another approves (holdfast approvals approve N --as LOGIN).\n\nExamples:\n  $ holdfast match serve --partner "South Bank" --use overlap --purpose customer_service --reason "whom we both serve" --wait\n  $ holdfast match list\n  $ holdfast match join 5f0c2a9b --reason "agreed in writing" --segment platinum --wait\n  $ holdfast match result 5f0c2a9b\n  $ holdfast match transcript 5f0c2a9b --out match.ndjson',
      zh: '\n每一方须由两名不同人员参与：一人提议，另一人批准（holdfast approvals approve 编号 --as 登录名）。\n\n示例：\n  $ holdfast match serve --partner 南方银行 --use overlap --purpose customer_service --reason "双方共同服务的客户" --wait\n  $ holdfast match list\n  $ holdfast match join 5f0c2a9b --reason "已书面约定" --segment platinum --wait\n  $ holdfast match result 5f0c2a9b\n  $ holdfast match transcript 5f0c2a9b --out match.ndjson',
    }),
  );
  beginCommands(context, group);
  group
    .command('list')
    .description(words({ en: 'matches, the newest first', zh: '列出匹配（由新到旧）' }))
    .addHelpText('after', exampleOf(context, 'holdfast match list'))
    .action(() =>
      withNode(context, async (api) => {
        const answer = await api.call<{ matches: MatchShown[] }>('GET', '/api/matches');
        context.answer(answer, () => printMatches(context, answer.matches));
      }),
    );
  group
    .command('show <match>')
    .description(words({ en: 'its terms, officers, alarms and outcome', zh: '查看条款、批准人、告警与结果' }))
    .addHelpText('after', exampleOf(context, 'holdfast match show 5f0c2a9b'))
    .action((called: string) => withNode(context, (api) => show(context, api, called)));
  officerCommands(context, group);
  resultCommands(context, group);
  return group;
}

async function show(context: CliContext, api: Api, called: string): Promise<void> {
  const { session, federation } = await matchCalled(api, called);
  const match = await api.call<MatchRead>('GET', `/api/matches/${session}`);
  const view = (await federationsOf(api)).find((one) => one.federation === federation)!;
  context.answer(match, () => {
    context.print(session);
    printTerms(context, view, match.terms, { asked: true });
    printState(context, match);
  });
}

type Reason = AsPerson & { reason: string };

function officerCommands(context: CliContext, group: Command): void {
  const { words } = context;
  offerAsPerson(group.command('stop <match>'), context)
    .description(
      words({ en: 'decline, withdraw or stop it; the other side reads why', zh: '拒绝、撤回或停止匹配，对方可见理由' }),
    )
    .requiredOption('--reason <text>', words({ en: 'why', zh: '理由' }))
    .addHelpText('after', exampleOf(context, 'holdfast match stop 5f0c2a9b --reason "no contract covers this" --as chen.li'))
    .action((called: string, { reason, ...person }: Reason) =>
      withPerson(context, person, async (api) => {
        const { session } = await matchCalled(api, called);
        tell(context, await api.call<MatchShown>('POST', `/api/matches/${session}/stop`, { body: { reason } }));
      }),
    );
  offerAsPerson(group.command('release <match>'), context)
    .description(words({ en: 'go on after the count was looked at', zh: '查看数量后继续' }))
    .requiredOption('--reason <text>', words({ en: 'for whoever approves, and the transcript', zh: '理由（记入会话记录）' }))
    .addHelpText('after', exampleOf(context, 'holdfast match release 5f0c2a9b --reason "as many as expected" --as li.hua'))
    .action((called: string, { reason, ...person }: Reason) =>
      withPerson(context, person, async (api) => {
        const { session } = await matchCalled(api, called);
        await proposeAndTell(context, api, { kind: 'match.release', payload: { match: session }, reason });
      }),
    );
  offerAsPerson(group.command('override <match>'), context)
    .description(words({ en: 'let one go on that is too like an earlier one', zh: '允许与此前过于相似的匹配继续' }))
    .requiredOption('--note <text>', words({ en: 'why that is right', zh: '理由' }))
    .addHelpText('after', exampleOf(context, 'holdfast match override 5f0c2a9b --note "the list was cleaned" --as chen.li'))
    .action((called: string, { note, ...person }: AsPerson & { note: string }) =>
      withPerson(context, person, async (api) => {
        const { session } = await matchCalled(api, called);
        tell(context, await api.call<MatchShown>('POST', `/api/matches/${session}/override`, { body: { note } }));
      }),
    );
}

const tell = (context: CliContext, match: MatchShown) =>
  context.answer(match, () => context.print(`${match.session}  ${standText(context, match)}`));
