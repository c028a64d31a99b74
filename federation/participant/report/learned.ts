// What was learned in a match and by whom, and what could be: in numbers for our side, and for everybody by what the mathematics says of
// these terms (crypto/psi). How far the match got decides which of it holds.

import { type Knowledge, statementOf, type Text } from '../../../crypto/psi/psi.ts';
import type { Block } from '../../protocol/blocks.ts';
import type { MatchRole } from '../../protocol/match-terms.ts';
import { psiTerms } from '../../protocol/match-words.ts';
import { lineOf, numberOf, say } from '../../protocol/plain.ts';
import { countsWords } from '../../protocol/session-words.ts';
import type { Words } from '../../protocol/words.ts';
import type { MatchView } from '../match/match.ts';

export type PartyNames = { readonly us: Words; readonly them: Words; readonly counter: Words | undefined };

const otherRole = (role: MatchRole): MatchRole => (role === 'initiator' ? 'responder' : 'initiator');
const about = (name: Words, { en, zh }: Text): Words => say(`${name.en}: ${en}`, `${name.zh}：${zh}`);

const knowledge: { readonly [knows in Knowledge]: Text } = {
  items: say('which of its own items the other side has too', '自己的哪些条目对方也有'),
  count: say('how many items both have', '双方共有多少条目'),
  sum: say('the sum of its own values over what both have', '自己的数值在双方共有条目上的总和'),
  'count-and-sum': say(
    "how many items both have and the sum of the responder's values over them",
    '双方共有多少条目，以及响应方的数值在其上的总和',
  ),
  nothing: say('nothing of what both have', '无（不知道双方共有的内容）'),
};

/** Which part of what the mathematics says came to be. `early`: no list of ours had left. */
type Reach = 'early' | 'partly' | 'too-few' | 'done' | 'running';
function reachOf({ begunAtMs, outcome, theirOutcome }: MatchView): Reach {
  if (outcome?.result === 'done' || theirOutcome?.result === 'done') return 'done';
  if (outcome?.result === 'too-small') return 'too-few';
  if (!outcome) return 'running';
  return begunAtMs === undefined ? 'early' : 'partly';
}

export function learnedBlock(view: MatchView, names: PartyNames): Block {
  const heading = say('What was learned', '得知内容');
  const { terms, role, learned, counted } = view;
  const { us, them, counter } = names;
  const statement = statementOf(psiTerms(terms));
  const theirs = otherRole(role);
  const reach = reachOf(view);
  const counts = counted?.counts && countsWords(counted.counts);
  const told = counts ? [say(`The counter told both sides: ${counts.en} shared.`, `计数方告知双方：共有 ${counts.zh}。`)] : [];
  const ours = learned ? learnedLines(us, learned, terms.sumOf) : [nothingOfOurs(us, told.length > 0)];
  if (reach === 'done') {
    const learnsToo = statement.learns[theirs];
    return { heading, lines: [...told, ...ours, about(them, learnsToo), ...counterLine(counter, statement.learns.coordinator)] };
  }
  if (reach === 'too-few') {
    // The counter said that there are enough, and a side found fewer: one of the two is wrong.
    const knew = counted?.verdict === 'enough' ? statement.knows : statement.knowsTooFew;
    const few = (name: Words, knows: Knowledge) => {
      if (knows === 'nothing') return say(`${name.en} was told only that there are too few.`, `${name.zh}只得知数量不足。`);
      return say(
        `${name.en} can have found out at most ${knowledge[knows].en}; its node kept and showed nothing.`,
        `${name.zh}最多可能得知：${knowledge[knows].zh}；其节点未保存也未展示任何结果。`,
      );
    };
    return {
      heading,
      lines: [...ours, few(us, knew[role]), few(them, knew[theirs]), ...counterLine(counter, statement.learns.coordinator)],
    };
  }
  return { heading, lines: [...told, ...ours, unfinished(reach, statement.knows[theirs])] };
}

function counterLine(counter: Words | undefined, learns: Text): Words[] {
  return counter ? [about(counter, learns)] : [about(say('The coordinator', '协调方'), learns)];
}

const nothingOfOurs = (us: Words, toldACount: boolean): Words =>
  toldACount
    ? say(`${us.en} learned nothing beyond that number.`, `除该数量外，${us.zh}未得知其他内容。`)
    : say(`${us.en} learned nothing about which items both have.`, `${us.zh}未得知双方共有哪些条目。`);

function learnedLines(us: Words, learned: NonNullable<MatchView['learned']>, sumOf: string | undefined): Words[] {
  const { items, customers, sum } = learned;
  const counts = items && countsWords(items);
  const what = lineOf(sumOf ?? '');
  return [
    ...(customers === undefined
      ? []
      : [
          say(
            `${us.en} learned which ${numberOf(customers)} of its own customers the other side has too.`,
            `${us.zh}得知自己的 ${numberOf(customers)} 名客户对方也有。`,
          ),
        ]),
    ...(counts ? [say(`Shared: ${counts.en}.`, `双方共有：${counts.zh}。`)] : []),
    ...(sum === undefined
      ? []
      : [
          say(
            `The sum of “${what}” over what both have is ${numberOf(sum)}, in the smallest unit that the two agreed on.`,
            `“${what}”在双方共有条目上的总和为 ${numberOf(sum)}，以双方约定的最小单位计。`,
          ),
        ]),
  ];
}

function unfinished(reach: Reach, could: Knowledge): Words {
  if (reach === 'early') {
    return say(
      'No list of ours had left this node: the other side knows at most how long the lists are, and the terms.',
      '我方名单尚未离开本节点：对方最多知道名单的大小和条款。',
    );
  }
  const { en, zh } = knowledge[could];
  if (reach === 'running') {
    return say(`It is not over. When it is, the other side knows: ${en}.`, `匹配尚未结束。结束后，对方得知：${zh}。`);
  }
  return say(
    `It ended on the way. Lists had begun to leave; what the other side can have by then is at most what a whole match gives it: ${en}.`,
    `匹配中途结束，名单已开始发送；对方届时最多得知一次完整匹配所给的内容：${zh}。`,
  );
}

/** What each gets to see and could make of it, what those know who collude, and what the way of matching does not protect from. */
export function leakageBlocks(view: MatchView, { us, them, counter }: PartyNames): Block[] {
  const { terms, role } = view;
  const statement = statementOf(psiTerms(terms));
  const { receives } = statement;
  return [
    {
      heading: say('What each could see', '各方能够看到的内容'),
      lines: [
        about(us, receives[role]),
        about(them, receives[otherRole(role)]),
        about(counter ?? say('The coordinator', '协调方'), receives.coordinator),
      ],
    },
    {
      heading: say('What could leak', '可能泄露的内容'),
      lines: [
        ...statement.collusion.map((one) => about(say('Together', '串通'), one)),
        ...statement.limits.map((one) => about(say('Limit', '局限'), one)),
      ],
    },
  ];
}
