// The report of one match for those who answer for it: who, why, with what, what came of it and what could leak, and how anybody can check it.
// Numbers and words alone, in both languages; no value of a customer and no customer is in it.

import { statementOf } from '../../../crypto/psi/psi.ts';
import { type Block, type Language, writeMarkdown } from '../../protocol/blocks.ts';
import { fingerprintOf } from '../../protocol/identity.ts';
import { nameOf, namesOf, psiTerms, roleWords, useWords, wordsOfTerms } from '../../protocol/match-words.ts';
import type { Membership } from '../../protocol/membership.ts';
import { durationOf, lineOf, numberOf, say, timeOf } from '../../protocol/plain.ts';
import { approvalWords, budgetWords, countedWords, endingWords } from '../../protocol/session-words.ts';
import { findingsBlock } from '../../protocol/verdict-words.ts';
import { type Verdict, verifyTranscript } from '../../protocol/verify-transcript.ts';
import type { Words } from '../../protocol/words.ts';
import type { MatchView } from '../match/match.ts';
import { broughtBlock } from './brought.ts';
import { founderWords } from './founder-words.ts';
import { leakageBlocks, learnedBlock } from './learned.ts';

export type ReportOf = {
  readonly match: MatchView;
  /** Our member id. */
  readonly me: string;
  readonly membership: Membership;
  /** As Matches.transcript() gives it. */
  readonly transcript: string;
  /** The founder's fingerprint as our officers compared it when we joined. */
  readonly founder?: string;
  /** IANA name of the zone that times are written in. */
  readonly zone: string;
  readonly writtenAtMs: number;
};
export type Report = {
  readonly title: Words;
  readonly blocks: readonly Block[];
  readonly verdict: Verdict;
};

/** Who is who, by the names and fingerprints that held when the match was proposed; the membership of today where the transcript has none. */
type Known = { readonly name: (member: string) => Words; readonly fingerprint: (member: string) => string };
type Context = ReportOf & { readonly verdict: Verdict; readonly known: Known };

export function reportOf(of: ReportOf): Report {
  const { match, me, transcript, founder } = of;
  const verdict = verifyTranscript(transcript, founder);
  const known = knownOf(of.membership, verdict);
  const context: Context = { ...of, verdict, known };
  const { counter } = match.terms;
  const names = {
    us: known.name(me),
    them: known.name(match.partner),
    counter: counter === undefined ? undefined : known.name(counter),
  };
  return {
    title: say(`Match with ${names.them.en}`, `与${names.them.zh}的匹配`),
    blocks: [
      summaryBlock(context),
      partiesBlock(context),
      {
        heading: say('What was agreed', '约定内容'),
        lines: wordsOfTerms(match.terms, known.name, of.zone).map(({ label, text }) =>
          say(`${label.en}: ${text.en}`, `${label.zh}：${text.zh}`),
        ),
      },
      broughtBlock(match, names.us, names.them),
      learnedBlock(match, names),
      guardsBlock(context),
      ...leakageBlocks(match, names),
      endBlock(context),
      ...proofBlocks(context),
      aboutBlock(context),
    ],
    verdict,
  };
}

export function writeReport({ title, blocks }: Report, language: Language): string {
  return writeMarkdown(title, blocks, language);
}

function knownOf(membership: Membership, { record }: Verdict): Known {
  const then = [...(record?.parties ?? []), ...(record?.counter ? [record.counter] : [])];
  const now = namesOf(membership);
  return {
    name: (member) => {
      const known = then.find((one) => one.member === member);
      return known ? nameOf(known.name, member) : now(member);
    },
    fingerprint: (member) => {
      const descriptor = membership.members.get(member)?.descriptor;
      return then.find((one) => one.member === member)?.fingerprint ?? (descriptor ? fingerprintOf(descriptor) : '');
    },
  };
}

const phases: { readonly [phase in MatchView['phase']]: Words } = {
  proposed: say('Proposed; the other side has not decided.', '已提议，对方尚未决定。'),
  asked: say('Asked for; our officers have not decided.', '对方已提议，我方负责人尚未决定。'),
  running: say('Under way.', '进行中。'),
  counted: say('Counted; officers look at the number.', '已计数，负责人正在查看数量。'),
  ending: say('It has ended; the two sides sign the transcript.', '已结束，双方正在签署会话记录。'),
  ended: say('It has ended, and each side has signed its transcript.', '已结束，双方各自签署了会话记录。'),
};

function summaryBlock({ match, me, known, zone }: Context): Block {
  const { terms, phase, outcome, createdAtMs, begunAtMs, endedAtMs } = match;
  const [us, them] = [known.name(me), known.name(match.partner)];
  const use = useWords[terms.use];
  const took = (label: Words, from: number | undefined, to: number | undefined): Words[] => {
    if (from === undefined || to === undefined) return [];
    const span = durationOf(Math.max(0, to - from) / 1000);
    return [say(`${label.en}: ${span.en}.`, `${label.zh}：${span.zh}。`)];
  };
  const at = (label: Words, atMs: number | undefined): Words[] =>
    atMs === undefined ? [] : [say(`${label.en} on ${timeOf(atMs, zone)}.`, `${label.zh}：${timeOf(atMs, zone)}。`)];
  return {
    heading: say('In short', '概要'),
    lines: [
      say(`${us.en} matched with ${them.en}, ${use.en}.`, `${us.zh}与${them.zh}进行匹配，用途：${use.zh}。`),
      phases[phase],
      ...(outcome ? endingWords(outcome).slice(0, 1) : []),
      ...at(say('Began here', '本方开始'), createdAtMs),
      ...at(say('Lists began to leave', '名单开始发送'), begunAtMs),
      ...at(say('Ended', '结束'), endedAtMs),
      ...took(say('From the first word to the end', '总时长'), createdAtMs, endedAtMs),
      ...took(say('Of it, from the first list to the end', '其中自名单开始发送至结束'), begunAtMs, endedAtMs),
    ],
  };
}

function partiesBlock({ match, me, known, zone }: Context): Block {
  const { terms, notes } = match;
  const lines = [terms.initiator, terms.responder].flatMap((member) => {
    const role = roleWords[member === terms.initiator ? 'initiator' : 'responder'];
    const name = known.name(member);
    const mine = member === me ? say(', ourselves', '，即我方') : say('', '');
    const said = notes.filter(({ note }) => note.by === member);
    const sized = said.findIndex(({ note }) => note.saying.kind === 'sizes');
    return [
      say(
        `${name.en} (${role.en}${mine.en}), fingerprint ${known.fingerprint(member)}.`,
        `${name.zh}（${role.zh}${mine.zh}），指纹 ${known.fingerprint(member)}。`,
      ),
      ...said.flatMap(({ note }, at) => {
        if (note.saying.kind !== 'approval') return [];
        const words = approvalWords(name, { ...note.saying, atMs: note.atMs }, zone);
        // What comes after the sizes was said with the count before one's eyes.
        return sized >= 0 && at > sized
          ? [say(`${words.en} This was after the count.`, `${words.zh}此为看到数量之后的批准。`)]
          : [words];
      }),
    ];
  });
  const { counter } = terms;
  return {
    heading: say('Who took part', '参与方'),
    lines:
      counter === undefined
        ? lines
        : [
            ...lines,
            say(
              `${known.name(counter).en} (counter), fingerprint ${known.fingerprint(counter)}.`,
              `${known.name(counter).zh}（计数方），指纹 ${known.fingerprint(counter)}。`,
            ),
          ],
  };
}

/** The minimum, the counter's word, and budgets. */
function guardsBlock({ match, me, known }: Context): Block {
  const { terms, counted, notes } = match;
  const least = numberOf(terms.minIntersection);
  const budgets = notes.flatMap(({ note }) =>
    note.saying.kind === 'budget' ? [budgetWords(known.name(note.by), note.saying)] : [],
  );
  const { minimum } = statementOf(psiTerms(terms));
  return {
    heading: say('Minimum, counter and budget', '最小数量、计数方与预算'),
    lines: [
      say(`At least ${least} had to be shared. ${minimum.en}`, `双方至少须共有 ${least} 个。${minimum.zh}`),
      terms.counter === undefined
        ? say('No third member counted.', '没有第三方成员计数。')
        : counted
          ? countedWords(known.name(me), known.name(terms.counter), counted)
          : say('It did not come to a word of the counter.', '未收到计数方的告知。'),
      ...(budgets.length > 0 ? budgets : [say('No budget was spent by either side.', '双方均未支出预算。')]),
    ],
  };
}

function endBlock({ match, known }: Context): Block {
  const { outcome, theirOutcome, partner } = match;
  const them = known.name(partner);
  const same = outcome?.result === theirOutcome?.result && outcome?.code === theirOutcome?.code;
  const heading = say('How it ended', '结束情况');
  if (!outcome) return { heading, lines: [phases[match.phase]] };
  const theirs = !theirOutcome
    ? [say(`${them.en} has not said how it ended for it.`, `${them.zh}尚未说明其结果。`)]
    : same
      ? [say(`${them.en} says the same.`, `${them.zh}的说明一致。`)]
      : endingWords(theirOutcome).map(({ en, zh }) => say(`${them.en} says: ${en}`, `${them.zh}的说明：${zh}`));
  return { heading, lines: [...endingWords(outcome), ...theirs] };
}

function proofBlocks({ match, verdict, known }: Context): Block[] {
  const { entries, head, findings, founderCompared } = verdict;
  const ended = match.phase === 'ended';
  const holds =
    findings.length === 0
      ? say(
          'It was checked for this report: everything in it that can be checked holds.',
          '已为本报告核查：其中可核查的内容全部成立。',
        )
      : ended
        ? say('It was checked for this report, and not all of it holds: see below.', '已为本报告核查，并非全部成立：见下文。')
        : say('It is not signed yet, as the match is not over.', '匹配尚未结束，因此会话记录还未签署。');
  const block: Block = {
    heading: say('Proof', '证明'),
    lines: [
      say(
        `The transcript has ${numberOf(entries)} entries; the hash of the last is ${head}. A copy with this hash is the same.`,
        `会话记录共 ${numberOf(entries)} 条；最后一条的哈希值为 ${head}。哈希值相同的副本内容相同。`,
      ),
      holds,
      founderWords(founderCompared),
      say(
        'Anybody can check it without this node: “holdfast federation verify FILE” with the file of the transcript, and the fingerprint of the founder from somebody whom they trust.',
        '任何人都可在本节点之外核查：对会话记录文件执行“holdfast federation verify FILE”，并从可信之人处取得创建方的指纹。',
      ),
    ],
  };
  return ended && findings.length > 0 ? [block, findingsBlock(verdict, known.name)] : [block];
}

function aboutBlock({ match, zone, writtenAtMs }: Context): Block {
  return {
    heading: say('About this report', '关于本报告'),
    lines: [
      say(`Session ${match.session}.`, `会话 ${match.session}。`),
      say(
        `Written on ${timeOf(writtenAtMs, zone)}. Times are in the zone ${lineOf(zone)}, by the clock of the node that said them.`,
        `撰写时间：${timeOf(writtenAtMs, zone)}。时间所用时区：${lineOf(zone)}，以给出时间的节点的时钟为准。`,
      ),
      say(
        'It names no customer and holds no identifier. Who was found is kept in the node alone, for who may read it.',
        '本报告不含任何客户及其标识。所找到的客户只保存在节点内，仅供有权者查阅。',
      ),
    ],
  };
}
