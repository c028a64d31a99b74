// The verdict on a transcript for who holds it to the light: what is wrong and where, who took part, by which terms, how it ended, and what was
// checked and what no check can show. In both languages.

import { canonicalJson } from '../../crypto/canonical-json.ts';
import { type Block, type Language, writePlain } from './blocks.ts';
import type { Finding, Found } from './findings.ts';
import { nameOf, roleWords, wordsOfTerms } from './match-words.ts';
import { bytesOf, lineOf, numberOf, same, say, timeOf } from './plain.ts';
import { approvalWords, budgetWords, countedWords, countsWords, endingWords, wordsOfCode } from './session-words.ts';
import type { Known, PartyRecord, TranscriptRecord } from './transcript-record.ts';
import type { Verdict } from './verify-transcript.ts';
import type { Words } from './words.ts';

/** What the command ends with: 0 when all is right, 1 when there are findings. */
export const verdictExit = ({ findings }: Found): 0 | 1 => (findings.length === 0 ? 0 : 1);

/** @param zone of times, an IANA name */
export function wordsOfVerdict(verdict: Verdict, zone = 'UTC'): Block[] {
  const { record } = verdict;
  const names = namesIn(record);
  return [
    result(verdict),
    ...(verdict.findings.length > 0 ? [findingsBlock(verdict, names)] : []),
    ...(record ? [partiesBlock(record, names, zone), agreedBlock(record, names, zone), saidBlock(record, names)] : []),
    founderBlock(verdict),
    checkedBlock(verdict),
    notShown,
    identityBlock(verdict, zone),
  ];
}

export function writeVerdict(verdict: Verdict, language: Language, zone = 'UTC'): string {
  return writePlain(wordsOfVerdict(verdict, zone), language);
}

type NameOf = (member: string) => Words;

function namesIn(record: TranscriptRecord | undefined): NameOf {
  const known = [...(record?.parties ?? []), ...(record ? [record.founder] : []), ...(record?.counter ? [record.counter] : [])];
  return (member) => nameOf(known.find((one) => one.member === member)?.name, member);
}

function result(verdict: Verdict): Block {
  const count = verdict.findings.length + verdict.more;
  const heading = say('Result', '结论');
  if (count === 0) {
    return {
      heading,
      lines: [
        say(
          'All right: everything that can be checked in this transcript holds. Exit 0.',
          '无问题：此会话记录中可核查的内容全部成立。退出码 0。',
        ),
      ],
    };
  }
  const number = numberOf(count);
  return {
    heading,
    lines: [
      say(
        `${number} finding${count === 1 ? '' : 's'}: do not rely on this transcript until each is explained. Exit 1.`,
        `发现 ${number} 处问题：在逐一查明之前，请勿采信此会话记录。退出码 1。`,
      ),
    ],
  };
}

export function findingsBlock({ findings, more }: Found, names: NameOf): Block {
  const lines = findings.flatMap((finding) => findingWords(finding, names));
  const rest = say(`And ${numberOf(more)} more.`, `另有 ${numberOf(more)} 处。`);
  return { heading: say('Findings', '问题'), lines: more > 0 ? [...lines, rest] : lines };
}

function findingWords({ line, code, where }: Finding, names: NameOf): Words[] {
  const words = wordsOfCode(code)!;
  const named = (language: Language) =>
    where === undefined ? '' : lineOf(where).replace(/[0-9a-f]{32}/g, (member) => names(member)[language]);
  const part = where === undefined ? say('', '') : say(` (“where”: ${named('en')})`, `（“where”：${named('zh')}）`);
  return [
    say(
      `Line ${numberOf(line)}: ${words.message.en}${part.en} Next: ${words.next.en}`,
      `第 ${numberOf(line)} 行：${words.message.zh}${part.zh}下一步：${words.next.zh}`,
    ),
  ];
}

function roleOf({ terms }: TranscriptRecord, member: string): Words {
  if (!terms || (member !== terms.initiator && member !== terms.responder)) return say('party', '参与方');
  return roleWords[member === terms.initiator ? 'initiator' : 'responder'];
}

function whoWords(role: Words, { fingerprint }: Known, name: Words): Words {
  return say(`${name.en} (${role.en}), fingerprint ${fingerprint}.`, `${name.zh}（${role.zh}），指纹 ${fingerprint}。`);
}

function partiesBlock(record: TranscriptRecord, names: NameOf, zone: string): Block {
  const lines = record.parties.flatMap((party) => [
    whoWords(roleOf(record, party.member), party, names(party.member)),
    signedWords(party, names(party.member)),
    ...party.approvals.map((approval) => approvalWords(names(party.member), approval, zone)),
  ]);
  const { counter } = record;
  return {
    heading: say('Who took part', '参与方'),
    lines: counter ? [...lines, whoWords(say('counter', '计数方'), counter, names(counter.member))] : lines,
  };
}

function signedWords({ messages, sentBytes, signed }: PartyRecord, name: Words): Words {
  const [count, bytes] = [numberOf(messages), bytesOf(sentBytes)];
  return say(
    `${name.en} sent ${count} message${messages === 1 ? '' : 's'} (${bytes.en}) and ${signed ? 'signed the whole' : 'did not sign this whole'}.`,
    `${name.zh}发送了 ${count} 条消息（${bytes.zh}），${signed ? '并对全部记录签名' : '未对此份完整记录签名'}。`,
  );
}

function agreedBlock({ terms, parameters }: TranscriptRecord, names: NameOf, zone: string): Block {
  if (terms) {
    return {
      heading: say('What was agreed', '约定内容'),
      lines: wordsOfTerms(terms, names, zone).map(({ label, text }) => say(`${label.en}: ${text.en}`, `${label.zh}：${text.zh}`)),
    };
  }
  return {
    heading: say('Parameters', '参数'),
    lines: Object.entries(parameters).map(([name, value]) => same(lineOf(`${name} = ${canonicalJson(value)}`))),
  };
}

function saidBlock({ parties, terms }: TranscriptRecord, names: NameOf): Block {
  const lines = parties.flatMap((party) => {
    const name = names(party.member);
    const { sizes, budgets, counted, outcome } = party;
    const brought = sizes && countsWords(sizes);
    return [
      ...(brought ? [say(`${name.en} brought ${brought.en}.`, `${name.zh}提供了 ${brought.zh}。`)] : []),
      ...budgets.map((budget) => budgetWords(name, budget)),
      ...(counted ? [countedWords(name, names(counted.counter), counted)] : []),
      ...(outcome ? endingWords(outcome).map((words) => say(`${name.en}: ${words.en}`, `${name.zh}：${words.zh}`)) : []),
    ];
  });
  const none = say('Neither says anything of it.', '双方均未说明。');
  return {
    heading: terms ? say('What the two sides say', '双方的说明') : say('What the parties say', '各方的说明'),
    lines: lines.length > 0 ? lines : [none],
  };
}

/** Of a session or of a round. */
type FoundBy = Found & { readonly founderCompared: boolean; readonly record?: { readonly founder: Known } };

export function founderBlock({ record, founderCompared, findings }: FoundBy): Block {
  const heading = say('Whose federation it is', '所属联盟');
  if (!record) return { heading, lines: [say('It cannot be read who founded the federation.', '无法读出联盟的创建方。')] };
  const { fingerprint } = record.founder;
  const name = nameOf(record.founder.name, record.founder.member);
  const differs = findings.some(({ code }) => code === 'founder_differs');
  const compared = !founderCompared
    ? say(
        'No fingerprint was given to compare with: the membership record vouches for itself alone. Give the one that was compared by telephone.',
        '未提供用于比对的指纹：成员记录只能自证。请提供经电话比对的指纹。',
      )
    : differs
      ? say('It is not the fingerprint that was given.', '与所提供的指纹不符。')
      : say('It is the fingerprint that was given.', '与所提供的指纹一致。');
  return {
    heading,
    lines: [say(`Founded by ${name.en}, fingerprint ${fingerprint}.`, `创建方：${name.zh}，指纹 ${fingerprint}。`), compared],
  };
}

function checkedBlock({ record, findings }: Verdict): Block {
  return {
    heading:
      findings.length === 0
        ? say('What was checked, and holds', '已核查且成立的内容')
        : say('What was checked; it holds only where no finding says otherwise', '核查内容；仅在没有相应问题时成立'),
    lines: record?.terms ? [...checked, ...checkedOfMatch] : checked,
  };
}

const checked: readonly Words[] = [
  say(
    'Members: the membership record follows statement by statement from its founder, each signed.',
    '成员：成员记录自创建方起逐条衔接，每条均有签名。',
  ),
  say(
    "Signatures: every message, note and signature under the whole is its party's own.",
    '签名：每条消息、每条说明和末尾签名均出自相应参与方。',
  ),
  say(
    'Chain: each entry names the one before it by its hash; nothing was changed, put in or taken out.',
    '链：每个条目以哈希值指向前一条目；没有改动、插入或删除。',
  ),
  say(
    'Order: numbers run on without a gap, and entries stand in the one order that follows from them.',
    '顺序：编号连续无缺，条目按由此确定的唯一顺序排列。',
  ),
  say('Parties: nobody else says or receives anything in it.', '参与方：没有其他人在其中发言或接收消息。'),
  say('Parameters: all signed the same.', '参数：各方签署的参数相同。'),
  say(
    'Approvals: as many different people of each party as agreed, before anything but its first message left it.',
    '批准：每一方由约定人数的不同人员批准，且早于该方第一条消息之后的任何消息。',
  ),
  say('Budgets: none was exceeded or changed.', '预算：没有超支或更改。'),
  say(
    'End: each party said how it ended, all the same, and signed the whole.',
    '结束：各方都说明了结果，结果一致，并对全部记录签名。',
  ),
];

const checkedOfMatch: readonly Words[] = [
  say(
    'Terms: they are whole, and the parties, the time and the membership record are those of the opening.',
    '条款：内容完整，且参与方、时间和成员记录与开头一致。',
  ),
  say(
    'Lists: their sizes are within the terms; no side was sent more parts of lists than the terms allow.',
    '名单：规模在条款范围内；任何一方收到的名单分段数量都没有超出条款允许。',
  ),
  say(
    'Counter: both sides say the same of it, it is the one of the terms, and the end follows from what it said.',
    '计数方：双方的说法一致，确为条款所定，且结果与其告知相符。',
  ),
];

const notShown: Block = {
  heading: say('What no transcript can show', '会话记录无法证明的内容'),
  lines: [
    say(
      'Messages are there by their hashes: what was in them is not, and nobody is named by it.',
      '消息仅以哈希值记录：不含消息内容，也不涉及任何客户。',
    ),
    say(
      'Whether a side brought honest lists, or kept to the steps with what it did not send.',
      '无法证明一方的名单是否真实，也无法证明其未发送的部分是否遵守步骤。',
    ),
    say(
      'Times are what the clock of each node said. What the counter said is what both sides say that it said.',
      '时间以各节点的时钟为准。计数方的告知以双方的一致说明为准。',
    ),
  ],
};

function identityBlock({ entries, head, record }: Verdict, zone: string): Block {
  const opened = record && timeOf(record.openedAtMs, zone);
  return {
    heading: say('Which transcript this is', '此会话记录的标识'),
    lines: [
      ...(record
        ? [
            say(
              `Session ${record.session} of federation ${record.federation}, opened on ${opened}.`,
              `联盟 ${record.federation} 的会话 ${record.session}，开启时间 ${opened}。`,
            ),
          ]
        : []),
      say(
        `${numberOf(entries)} entries; the hash of the last is ${head}. Two copies with this hash are the same.`,
        `共 ${numberOf(entries)} 条；最后一条的哈希值为 ${head}。哈希值相同的两份副本内容相同。`,
      ),
      say(`Times are in the zone ${lineOf(zone)}.`, `时间所用时区：${lineOf(zone)}。`),
    ],
  };
}
