// The report of one round for those who answer for it: what was learned together, by whom, what came of it and what could leak, and how anybody can
// check it. It is written from the transcript alone, so it says nothing that an auditor could not find; no value of a customer is in it.

import { type Block, type Language, writeMarkdown } from '../../protocol/blocks.ts';
import { durationOf, lineOf, numberOf, say, timeOf } from '../../protocol/plain.ts';
import { leakageOfRound } from '../../protocol/round/round-leakage.ts';
import type { RoundRecord } from '../../protocol/round/round-record.ts';
import {
  agreedBlock,
  namesInRound,
  outcomeBlock,
  partiesBlock,
  recomputedWords,
} from '../../protocol/round/round-verdict-words.ts';
import { type RoundVerdict, verifyRound } from '../../protocol/round/verify-round.ts';
import { isVertical } from '../../protocol/round/vertical-terms.ts';
import { findingsBlock } from '../../protocol/verdict-words.ts';
import { ProtocolFault, type Words } from '../../protocol/words.ts';
import { founderWords } from './founder-words.ts';

export type RoundReportOf = {
  /** As Rounds.transcript() gives it. */
  readonly transcript: string;
  /** Our member id. */
  readonly me: string;
  /** The founder's fingerprint as our officers compared it when we joined. */
  readonly founder?: string;
  /** IANA name of the zone that times are written in. */
  readonly zone: string;
  readonly writtenAtMs: number;
};
export type RoundReport = { readonly title: Words; readonly blocks: readonly Block[]; readonly verdict: RoundVerdict };

type Context = Omit<RoundReportOf, 'transcript'> & { readonly verdict: RoundVerdict; readonly record: RoundRecord };

/** @throws {ProtocolFault} terms_wrong for a transcript without terms to go by */
export function roundReportOf({ transcript, ...of }: RoundReportOf): RoundReport {
  const verdict = verifyRound(transcript, of.founder);
  const { record } = verdict;
  if (!record) throw new ProtocolFault('terms_wrong', 'transcript');
  const context: Context = { ...of, verdict, record };
  return {
    title: say(`Learning together: “${lineOf(record.terms.purpose)}”`, `共同训练：“${lineOf(record.terms.purpose)}”`),
    blocks: [
      summaryBlock(context),
      partiesBlock(record, of.zone),
      agreedBlock(record, of.zone),
      outcomeBlock(record, of.zone),
      ...leakageOfRound(record.terms, record),
      ...proofBlocks(context),
      aboutBlock(context),
    ],
    verdict,
  };
}

export function writeRoundReport({ title, blocks }: RoundReport, language: Language): string {
  return writeMarkdown(title, blocks, language);
}

const endings: { readonly [result in 'adopted' | 'rejected' | 'stopped']: Words } = {
  adopted: say('The model was adopted.', '已采用该模型。'),
  rejected: say('The model was not adopted.', '未采用该模型。'),
  stopped: say('It was stopped, and no model was adopted.', '已停止，未采用任何模型。'),
};

function summaryBlock({ record, me, zone }: Context): Block {
  const { members, terms, ended, beganAtMs, endedAtMs } = record;
  const stayed = members.filter(({ out }) => out === undefined).length;
  const [all, left] = [numberOf(members.length), numberOf(stayed)];
  const span = durationOf(Math.max(0, endedAtMs - beganAtMs) / 1000);
  const reason = lineOf(terms.reason);
  return {
    heading: say('In short', '概要'),
    lines: [
      isVertical(terms)
        ? say(
            `${all} organisations learned one model together, each with its own columns of the same people, which did not leave it. Reason: “${reason}”.`,
            `${all} 个机构共同训练一个模型，各自使用相同人员的自有列，数据未离开本机构。理由：“${reason}”。`,
          )
        : say(
            `${all} organisations learned one model together, each on its own rows, which did not leave it. Reason: “${reason}”.`,
            `${all} 个机构共同训练一个模型，各自使用自有数据，数据未离开本机构。理由：“${reason}”。`,
          ),
      ...roleWords(record, me),
      stayed === members.length
        ? say('All took part to the end.', '全部参与至最后。')
        : say(`${left} of them took part to the end.`, `其中 ${left} 个参与至最后。`),
      ended ? endings[ended.result] : say('It has not ended.', '尚未结束。'),
      say(`Proposed on ${timeOf(beganAtMs, zone)}.`, `提议时间：${timeOf(beganAtMs, zone)}。`),
      say(`From the first word to the last: ${span.en}.`, `自首条至末条：${span.zh}。`),
    ],
  };
}

/** What we were in it. */
function roleWords({ members, custodian, coordinator, terms }: RoundRecord, me: string): Words[] {
  const mine = members.find(({ member }) => member === me);
  return [
    ...(mine ? [say('We were one of them.', '我方为其中之一。')] : []),
    ...(mine?.out ? [say('We were left out on the way.', '我方中途被排除。')] : []),
    ...(custodian.member === me && !isVertical(terms)
      ? [say('We kept the key that opens sums.', '我方保管打开汇总值的密钥。')]
      : []),
    ...(coordinator.member === me ? [say('We coordinated it.', '我方担任协调方。')] : []),
  ];
}

function proofBlocks({ verdict, record }: Context): Block[] {
  const { entries, head, findings, founderCompared } = verdict;
  const holds =
    findings.length === 0
      ? say(
          'It was checked for this report: everything in it that can be checked holds.',
          '已为本报告核查：其中可核查的内容全部成立。',
        )
      : record.ended
        ? say('It was checked for this report, and not all of it holds: see below.', '已为本报告核查，并非全部成立：见下文。')
        : say('It is not over, so the transcript has no end yet: see below.', '尚未结束，因此记录还没有结尾：见下文。');
  const block: Block = {
    heading: say('Proof', '证明'),
    lines: [
      say(
        `The transcript has ${numberOf(entries)} signed entries; the head of the last is ${head}. Every whole copy has this head.`,
        `记录共 ${numberOf(entries)} 个签名条目；最后一条的链头为 ${head}。完整的副本链头均相同。`,
      ),
      holds,
      recomputedWords[record.recomputed],
      founderWords(founderCompared),
      say(
        'Anybody can check it without this node: “holdfast federation verify FILE” with the file of the transcript, and the fingerprint of the founder from somebody whom they trust.',
        '任何人都可在本节点之外核查：对记录文件执行“holdfast federation verify FILE”，并从可信之人处取得创建方的指纹。',
      ),
      say(
        'The file holds the opened sums and the model: keep it from those who are not to have these.',
        '文件含有打开的汇总值和模型：请勿交给无权获得者。',
      ),
    ],
  };
  return findings.length > 0 ? [block, findingsBlock(verdict, namesInRound(record))] : [block];
}

function aboutBlock({ record, zone, writtenAtMs }: Context): Block {
  return {
    heading: say('About this report', '关于本报告'),
    lines: [
      say(`Round ${record.round}.`, `训练轮次 ${record.round}。`),
      say(
        `Written on ${timeOf(writtenAtMs, zone)}. Times are in the zone ${lineOf(zone)}, by the clock of the node that said them.`,
        `撰写时间：${timeOf(writtenAtMs, zone)}。时间所用时区：${lineOf(zone)}，以给出时间的节点的时钟为准。`,
      ),
      say('It names no customer and holds no value of one.', '本报告不含任何客户及其数值。'),
    ],
  };
}
