// `holdfast match serve|check|join|wait`: asking another organisation, and answering one. What each side would learn and what it costs is printed before
// anything is proposed; a second person then approves it, and --wait stays until it has ended.

import { type Command, Option } from 'commander';
import { type MatchKind, type MatchTerms, matchKinds, normalisation } from '../../federation/protocol/match-terms.ts';
import type { Approval } from '../core/access/approvals.ts';
import { Fault } from '../core/errors.ts';
import { type Budget, gateWords, type Refusal } from '../federate/gate-rules.ts';
import { type AsPerson, offerAsPerson, withPerson } from './as-person.ts';
import { type Api, withNode } from './connect.ts';
import type { CliContext } from './context.ts';
import {
  exampleOf,
  type FederationShown,
  federationCalled,
  federationsOf,
  matchCalled,
  memberCalled,
  type Proposing,
  proposeAndTell,
  withFederation,
} from './federation-book.ts';
import { bring, checkSource, type SourceOptions, withSource } from './match-source.ts';
import { checkRunning, waitForApproval, watchMatch } from './match-watch.ts';
import { describeMatch, printOption, printTerms } from './match-words.ts';
import { wholeNumber } from './numbers.ts';

type Term = {
  federation?: string;
  partner: string;
  mode: MatchTerms['mode'];
  learns: MatchTerms['learns'];
  use: MatchTerms['use'];
  purpose: string;
  reason: string;
  kinds?: MatchKind[];
  minSize?: number;
  maxSize?: number;
  minIntersection?: number;
  counter: boolean;
  countFirst?: true;
  sumOf?: string;
  stretch?: number;
  expect: number;
};
type Serve = AsPerson & SourceOptions & Term & { wait?: true };
type Join = AsPerson & SourceOptions & { reason: string; expect: number; wait?: true };
/** Without what the node adds when it proposes. */
type Asked = Omit<MatchTerms, 'initiator' | 'normalisation' | 'proposedAtMs' | 'log'>;
type Checked = { allowed: boolean; refusals: Refusal[]; budget: Budget; terms: Asked };

const sizeOf = wholeNumber(1, 5_000_000);
const itemsExpected = 100_000;

export function beginCommands(context: CliContext, group: Command): void {
  const { words } = context;
  withWait(withSource(withTerms(offerAsPerson(group.command('serve'), context), context), context), context)
    .description(words({ en: 'propose a match to another organisation', zh: '向其他机构提议匹配' }))
    .addHelpText(
      'after',
      exampleOf(
        context,
        'holdfast match serve --partner "South Bank" --use overlap --purpose customer_service --reason "whom we both serve" --wait',
        'holdfast match serve --partner "South Bank" --use suppression --purpose marketing --reason "joint offer" --file members.csv --id-column no --phone-column mobile --as li.hua',
      ),
    )
    .action((options: Serve) => serve(context, options));
  withTerms(group.command('check'), context)
    .description(words({ en: 'the same without proposing: what each would learn', zh: '仅检查：条款是否允许、各方得知什么' }))
    .addHelpText(
      'after',
      exampleOf(
        context,
        'holdfast match check --partner "South Bank" --use overlap --purpose customer_service --reason "whom we both serve"',
      ),
    )
    .action((options: Term) => withNode(context, async (api) => void (await check(context, api, options))));
  withWait(withSource(offerAsPerson(group.command('join <match>'), context), context), context)
    .description(words({ en: 'accept a match that another organisation proposed', zh: '接受其他机构提议的匹配' }))
    .requiredOption('--reason <text>', words({ en: 'for whoever approves, and the transcript', zh: '理由（记入会话记录）' }))
    .addOption(expectOption(context))
    .addHelpText(
      'after',
      exampleOf(context, 'holdfast match join 5f0c2a9b --reason "agreed in writing" --segment platinum --wait'),
    )
    .action((called: string, options: Join) => join(context, called, options));
  group
    .command('wait <match>')
    .description(words({ en: 'stay until it has ended', zh: '等待匹配结束' }))
    .addHelpText('after', exampleOf(context, 'holdfast match wait 5f0c2a9b'))
    .action(async (called: string) => {
      await checkRunning(context);
      const { session } = await withNode(context, (api) => matchCalled(api, called));
      await watchMatch(context, session);
    });
}

const withWait = (command: Command, { words }: CliContext): Command =>
  command.option('--wait', words({ en: 'stay until it has ended', zh: '等待直至结束' }));

const expectOption = ({ words }: CliContext) =>
  new Option('--expect <items>', words({ en: 'of each side, for what it would cost', zh: '每一方的条目数（用于估算开销）' }))
    .argParser(sizeOf)
    .default(itemsExpected);

function withTerms(command: Command, context: CliContext): Command {
  const { words } = context;
  const uses = ['overlap', 'suppression', 'known-elsewhere'];
  return withFederation(command, context)
    .requiredOption('--partner <name>', words({ en: 'the other member, by name or id', zh: '对方名称或编号' }))
    .addOption(
      new Option('--mode <mode>', words({ en: 'how', zh: '方式' }))
        .choices(['ecdh', 'count', 'sums', 'salted-hash'])
        .default('ecdh'),
    )
    .addOption(
      new Option('--learns <side>', words({ en: 'who learns which customers', zh: '得知结果的一方' }))
        .choices(['initiator', 'responder', 'both', 'neither'])
        .default('initiator'),
    )
    .addOption(
      new Option('--use <use>', words({ en: 'what the result is for', zh: '结果用途' })).choices(uses).makeOptionMandatory(),
    )
    .requiredOption('--purpose <purpose>', words({ en: 'of the consent register', zh: '目的（见同意登记）' }))
    .requiredOption('--reason <text>', words({ en: 'why, for all officers', zh: '理由（双方负责人可见）' }))
    .option('--kinds <kinds>', words({ en: `of ${matchKinds.join(',')}`, zh: `标识：${matchKinds.join(',')}` }), kindsOf)
    .option('--min-size <number>', words({ en: 'customers of each side at least', zh: '每一方最少客户数' }), sizeOf)
    .option('--max-size <number>', words({ en: 'and at most', zh: '每一方最多客户数' }), sizeOf)
    .option('--min-intersection <number>', words({ en: 'fewer shared show nothing', zh: '共有少于此数则不展示' }), sizeOf)
    .option('--no-counter', words({ en: 'the coordinator does not count first', zh: '协调方不先行计数' }))
    .option(
      '--count-first',
      words({ en: 'officers see the count before anybody learns who', zh: '负责人先看数量，再决定是否继续' }),
    )
    .option('--sum-of <name>', words({ en: 'for sums: what the partner adds up', zh: '求和：对方求和的内容' }))
    .option('--stretch <log2>', words({ en: 'for salted-hash: cost of a hash', zh: '加盐哈希：拉伸强度' }), wholeNumber(1, 20))
    .addOption(expectOption(context));
}

function kindsOf(text: string): MatchKind[] {
  const given = text.split(',').map((one) => one.trim());
  const known = matchKinds.filter((kind) => given.includes(kind));
  if (known.length === 0 || known.length !== given.length) throw new Fault('bad_request', `--kinds: ${matchKinds.join(',')}`);
  return known;
}

/** As the act takes them; what was not said is the node's to fill in. */
function wantedOf(view: FederationShown, given: Term): object {
  const { kinds, minSize, maxSize, minIntersection, countFirst, sumOf, stretch } = given;
  const { mode, learns, use, purpose, reason } = given;
  const said = { kinds, minSize, maxSize, minIntersection, countFirst, sumOf, stretch };
  const more = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
  const responder = memberCalled(view, given.partner).member;
  const { federation } = view;
  return { federation, responder, mode, learns, use, purpose, reason, ...more, ...(!given.counter && { counter: null }) };
}

/** Prints what it would be. @throws {Fault} `match_refused` by this node's own limits */
async function check(context: CliContext, api: Api, options: Term): Promise<{ view: FederationShown; wanted: object }> {
  const view = await federationCalled(api, options.federation);
  const wanted = wantedOf(view, options);
  // Terms alone are judged here, whatever is brought.
  const body = { ...wanted, source: { from: 'customers' } };
  const { terms: given, ...checked } = await api.call<Checked>('POST', '/api/matches/check', { body });
  const log = { size: view.logSize, head: '' };
  const terms = { ...given, initiator: view.member, normalisation, proposedAtMs: 0, log };
  const description = await describeMatch(api, terms, options.expect);
  context.answer({ terms: given, ...checked, ...description }, () => {
    printTerms(context, view, terms);
    printOption(context, description, options.expect);
    const { spent, limit, days } = checked.budget;
    const { print, words } = context;
    print('');
    print(
      words({
        en: `Matches with this partner in ${days} days: ${spent} of ${limit}.`,
        zh: `${days} 天内与该合作方的匹配：${spent} / ${limit} 次。`,
      }),
    );
    for (const { code, got, need } of checked.refusals)
      print(`! ${words(gateWords[code])}${got === undefined ? '' : ` ${got}`}${need === undefined ? '' : ` (${need})`}`);
  });
  if (!checked.allowed) throw new Fault('match_refused', checked.refusals.map(({ code }) => code).join(', '));
  return { view, wanted };
}

async function serve(context: CliContext, options: Serve): Promise<void> {
  checkSource(options);
  if (options.wait) await checkRunning(context);
  const approval = await withPerson(context, options, async (api) => {
    const { wanted } = await check(context, api, options);
    return propose(context, api, options, (source) => ({
      kind: 'match.propose',
      payload: { ...wanted, source },
      reason: options.reason,
    }));
  });
  await stay(context, approval, options.wait);
}

async function join(context: CliContext, called: string, options: Join): Promise<void> {
  checkSource(options);
  if (options.wait) await checkRunning(context);
  const approval = await withPerson(context, options, async (api) => {
    const match = await matchCalled(api, called);
    if (match.phase !== 'asked') throw new Fault('conflict', `match ${match.session}: ${match.phase}`);
    const view = (await federationsOf(api)).find(({ federation }) => federation === match.federation)!;
    const description = await describeMatch(api, match.terms, options.expect);
    if (!context.json) {
      printTerms(context, view, match.terms, { asked: true });
      printOption(context, description, options.expect);
      context.print('');
    }
    return propose(context, api, options, (source) => ({
      kind: 'match.accept',
      payload: { match: match.session, source },
      reason: options.reason,
    }));
  });
  await stay(context, approval, options.wait);
}

/** A file that was brought for a proposal that is refused goes again. */
async function propose(
  context: CliContext,
  api: Api,
  options: SourceOptions,
  act: (source: object) => Proposing,
): Promise<Approval> {
  const { source, drop } = await bring(context, api, options);
  try {
    return await proposeAndTell(context, api, act(source));
  } catch (error) {
    await drop().catch(() => undefined);
    throw error;
  }
}

/** As whoever holds the folder: a person's session does not last for the days that officers take. */
async function stay(context: CliContext, approval: Approval, wait: true | undefined): Promise<void> {
  if (!wait) return;
  await watchMatch(context, await waitForApproval(context, approval));
}
