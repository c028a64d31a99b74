// The verdict on a round's transcript for who holds it to the light: what is wrong and where, who took part, by which terms, what came out, who could
// have learned what, and what was checked and what no check can show. In both languages.

import { type Block, type Language, writePlain } from '../blocks.ts';
import { nameOf } from '../match-words.ts';
import { bytesOf, lineOf, numberOf, say, timeOf } from '../plain.ts';
import { approvalWords, budgetWords, wordsOfCode } from '../session-words.ts';
import type { Known } from '../transcript-record.ts';
import { findingsBlock, founderBlock } from '../verdict-words.ts';
import type { Words } from '../words.ts';
import { leakageOfRound } from './round-leakage.ts';
import type { Recomputation, RoundMemberRecord, RoundRecord } from './round-record.ts';
import { wordsOfRoundTerms } from './round-terms-words.ts';
import { checkedBlock, notShownBlock } from './round-verdict-checks.ts';
import type { RoundVerdict } from './verify-round.ts';
import { isVertical } from './vertical-terms.ts';

type NameOf = (member: string) => Words;

/** @param zone of times, an IANA name */
export function wordsOfRoundVerdict(verdict: RoundVerdict, zone = 'UTC'): Block[] {
  const { record } = verdict;
  const names = namesInRound(record);
  return [
    resultBlock(verdict),
    ...(verdict.findings.length > 0 ? [findingsBlock(verdict, names)] : []),
    ...(record ? [partiesBlock(record, zone), agreedBlock(record, zone), outcomeBlock(record, zone)] : []),
    ...(record ? leakageOfRound(record.terms, record) : []),
    founderBlock(verdict),
    checkedBlock(verdict),
    notShownBlock(verdict),
    identityBlock(verdict, zone),
  ];
}

export function writeRoundVerdict(verdict: RoundVerdict, language: Language, zone = 'UTC'): string {
  return writePlain(wordsOfRoundVerdict(verdict, zone), language);
}

export function namesInRound(record: RoundRecord | undefined): NameOf {
  const known = record ? [...record.members, record.coordinator, record.custodian, record.founder] : [];
  return (member) => nameOf(known.find((one) => one.member === member)?.name, member);
}

function resultBlock({ findings, more, record }: RoundVerdict): Block {
  const count = findings.length + more;
  const number = numberOf(count);
  const heading = say('Result', '结论');
  if (count > 0) {
    const found = say(
      `${number} finding${count === 1 ? '' : 's'}: do not rely on this transcript until each is explained. Exit 1.`,
      `发现 ${number} 处问题：在逐一查明之前，请勿采信此记录。退出码 1。`,
    );
    return { heading, lines: [found] };
  }
  const right = say(
    'All right: everything that can be checked in this transcript holds. Exit 0.',
    '无问题：此记录中可核查的内容全部成立。退出码 0。',
  );
  return { heading, lines: record ? [right, recomputedWords[record.recomputed]] : [right] };
}

export const recomputedWords: { readonly [recomputed in Recomputation]: Words } = {
  same: say(
    'The model was computed again from the sums: it is the one that members said, byte for byte.',
    '已由汇总值重新计算模型：与成员声明的模型逐字节相同。',
  ),
  other: say('The model was computed again from the sums, and is another one.', '已由汇总值重新计算模型：与成员声明的不同。'),
  'no-code': say(
    'The model was not recomputed: for this kind of learning only its hash was compared with what members said.',
    '未重新计算模型：此类学习仅核对模型的哈希值与成员声明是否一致。',
  ),
  'no-model': say('No member has said a model, so there was none to recompute.', '没有成员声明模型，因此无可重新计算。'),
  'sums-missing': say(
    'The model was not recomputed: not all sums are there as they were opened.',
    '未重新计算模型：汇总值不全，或与打开时不符。',
  ),
  'sums-refused': say(
    'The model was not recomputed: no training has such sums.',
    '未重新计算模型：任何训练都不会产生这样的汇总值。',
  ),
};

function whoWords(role: Words, { name, member, fingerprint }: Known): Words {
  const known = nameOf(name, member);
  return say(`${known.en} (${role.en}), fingerprint ${fingerprint}.`, `${known.zh}（${role.zh}），指纹 ${fingerprint}。`);
}

export function partiesBlock(record: RoundRecord, zone: string): Block {
  const { coordinator, custodian, members } = record;
  const approvals = (of: { readonly approvals: RoundMemberRecord['approvals'] } & Known) =>
    of.approvals.map((approval) => approvalWords(nameOf(of.name, of.member), approval, zone));
  return {
    heading: say('Who took part', '参与方'),
    lines: [
      ...members.flatMap((member) => [
        whoWords(say('member', '成员'), member),
        ...approvals(member),
        ...(member.out ? [outWords(member, member.out, zone)] : []),
      ]),
      ...(isVertical(record.terms)
        ? []
        : [whoWords(say('custodian of the key', '密钥保管方'), custodian), ...approvals(custodian)]),
      whoWords(say('coordinator', '协调方'), coordinator),
    ],
  };
}

function outWords({ name, member }: Known, { sum, atMs }: NonNullable<RoundMemberRecord['out']>, zone: string): Words {
  const who = nameOf(name, member);
  const at = timeOf(atMs, zone);
  return sum === undefined
    ? say(`${who.en} was left out on ${at}: it had not answered in time.`, `${who.zh}于 ${at} 被排除：未按时答复。`)
    : say(
        `${who.en} was left out on ${at}, at sum ${numberOf(sum)}: it had not answered in time.`,
        `${who.zh}于 ${at} 被排除，时在第 ${numberOf(sum)} 号汇总：未按时答复。`,
      );
}

export function agreedBlock(record: RoundRecord, zone: string): Block {
  const terms = wordsOfRoundTerms(record.terms, namesInRound(record), zone);
  return {
    heading: say('What was agreed', '约定内容'),
    lines: terms.map(({ label, text }) => say(`${label.en}: ${text.en}`, `${label.zh}：${text.zh}`)),
  };
}

export function outcomeBlock(record: RoundRecord, zone: string): Block {
  const { members, sums, model, exchanges } = record;
  const size = model?.sizeBytes === undefined ? undefined : bytesOf(model.sizeBytes);
  return {
    heading: say('What came out', '结果'),
    lines: [
      ...endWords(record),
      exchanges === undefined
        ? say(
            `${numberOf(sums.opened)} of ${numberOf(sums.asked)} sums were opened; ${numberOf(sums.given)} are in this copy.`,
            `共 ${numberOf(sums.asked)} 次汇总，打开 ${numberOf(sums.opened)} 个汇总值，此副本载有 ${numberOf(sums.given)} 个。`,
          )
        : say(
            `The owner of the labels asked ${numberOf(exchanges)} questions that were answered.`,
            `标签方提出并得到答复的问题共 ${numberOf(exchanges)} 个。`,
          ),
      ...sums.of.map(({ about, sums: count, values }) =>
        say(
          `Of them ${numberOf(count)} of “${lineOf(about)}”, with ${numberOf(values)} values.`,
          `其中“${lineOf(about)}” ${numberOf(count)} 个，含 ${numberOf(values)} 个数值。`,
        ),
      ),
      ...members.flatMap((member) => memberWords(member, zone)),
      ...(model
        ? [
            say(
              `The model has the hash ${model.hash}${size ? ` and ${size.en}` : '; it is not in this copy'}.`,
              `模型的哈希值为 ${model.hash}${size ? `，大小为 ${size.zh}` : '，此副本不含模型'}。`,
            ),
          ]
        : []),
      recomputedWords[record.recomputed],
      ...endSignedWords(record),
    ],
  };
}

/** Who has signed the end of the board, in this copy. */
function endSignedWords(record: RoundRecord): Words[] {
  if (!record.ended) return [];
  const names = namesInRound(record);
  const listed = (members: readonly string[]) => {
    const known = members.map(names);
    return { en: known.map(({ en }) => en).join(', '), zh: known.map(({ zh }) => zh).join('、') };
  };
  const [signed, missing] = [listed(record.end.signed), listed(record.end.missing)];
  return [
    ...(record.end.signed.length > 0
      ? [say(`The end of the board is signed by ${signed.en}.`, `已签署公告板终点：${signed.zh}。`)]
      : []),
    ...(record.end.missing.length > 0
      ? [
          say(
            `Not signed, in this copy: ${missing.en}. A node signs when it is there again; a later copy may have it.`,
            `此副本中未签署：${missing.zh}。节点恢复后才会签署，以后的副本可能包含其签名。`,
          ),
        ]
      : []),
  ];
}

const metricNames: { readonly [metric: string]: Words } = {
  auc: say('AUC', 'AUC'),
  logLoss: say('log-loss', '对数损失'),
};

function memberWords({ name, member, budget, model, vote }: RoundMemberRecord, zone: string): Words[] {
  const who = nameOf(name, member);
  const figures = Object.entries(model?.metrics ?? {}).map(([metric, value]) => {
    const label = Object.hasOwn(metricNames, metric) ? metricNames[metric]! : say(`“${lineOf(metric)}”`, `“${lineOf(metric)}”`);
    const figure = Number(value.toPrecision(4));
    return say(`${label.en} ${figure}`, `${label.zh} ${figure}`);
  });
  const rows = numberOf(model?.rows ?? 0);
  const [en, zh] = [figures.map((one) => one.en).join(', '), figures.map((one) => one.zh).join('，')];
  return [
    ...(budget ? [budgetWords(who, budget)] : []),
    ...(figures.length > 0
      ? [
          say(
            `${who.en}: on ${rows} rows of its own that were kept out, ${en}.`,
            `${who.zh}：在自有的 ${rows} 行保留数据上，${zh}。`,
          ),
        ]
      : []),
    ...(vote ? [voteWords(who, vote, zone)] : []),
  ];
}

function voteWords(who: Words, { adopt, officer, reason, atMs }: NonNullable<RoundMemberRecord['vote']>, zone: string): Words {
  const [by, why, at] = [lineOf(officer), lineOf(reason), timeOf(atMs, zone)];
  return say(
    `${who.en}: “${by}” voted ${adopt ? 'for' : 'against'} the model on ${at}. Reason: “${why}”.`,
    `${who.zh}：“${by}”于 ${at} 投票${adopt ? '赞成' : '反对'}采用该模型。理由：“${why}”。`,
  );
}

function endWords(record: RoundRecord): Words[] {
  const { ended } = record;
  if (!ended) return [say('It has not ended, as far as this copy goes.', '就此副本而言，尚未结束。')];
  if (ended.result === 'adopted') return [say('More than half voted for it: the model was adopted.', '过半赞成：已采用该模型。')];
  if (ended.result === 'rejected')
    return [say('Not more than half voted for it: the model was not adopted.', '赞成未过半：未采用该模型。')];
  const by = ended.by === undefined ? undefined : namesInRound(record)(ended.by);
  const words = ended.code === undefined ? undefined : wordsOfCode(ended.code);
  const code = lineOf(ended.code ?? '');
  return [
    by ? say(`It was stopped by ${by.en}.`, `由${by.zh}停止。`) : say('It was stopped.', '已停止。'),
    words ? say(`Why: ${words.message.en}`, `原因：${words.message.zh}`) : say(`Why: “${code}”.`, `原因：“${code}”。`),
    ...(ended.reason === undefined
      ? []
      : [say(`In its own words: “${lineOf(ended.reason)}”.`, `其说明：“${lineOf(ended.reason)}”。`)]),
  ];
}

function identityBlock({ entries, head, record }: RoundVerdict, zone: string): Block {
  const began = record && timeOf(record.beganAtMs, zone);
  return {
    heading: say('Which transcript this is', '此记录的标识'),
    lines: [
      ...(record
        ? [
            say(
              `Round ${record.round} of federation ${record.federation}, proposed on ${began}.`,
              `联盟 ${record.federation} 的训练轮次 ${record.round}，提议时间 ${began}。`,
            ),
          ]
        : []),
      say(
        `${numberOf(entries)} entries of the board follow; the head of the last is ${head}. Every whole copy has this head.`,
        `公告板共 ${numberOf(entries)} 条相衔接；最后一条的链头为 ${head}。完整的副本链头均相同。`,
      ),
      say(`Times are in the zone ${lineOf(zone)}.`, `时间所用时区：${lineOf(zone)}。`),
    ],
  };
}
