// What the parties of a session say of it, in words that verdicts and reports share: who approved, what each brought and spent, what was
// counted, how it ended. Texts of other organisations stand in quotes, in one line.

import { kindWords } from './match-words.ts';
import { joined, lineOf, numberOf, say, timeOf } from './plain.ts';
import { type CodeWords, protocolWords, type Words } from './words.ts';

/** undefined for a code of a later version, or of no version. */
export function wordsOfCode(code: string): CodeWords | undefined {
  return Object.hasOwn(protocolWords, code) ? protocolWords[code as keyof typeof protocolWords] : undefined;
}

const plurals: { readonly [kind: string]: Words } = {
  phone: say('telephone numbers', '个电话号码'),
  email: say('e-mail addresses', '个电子邮箱'),
  card: say('card numbers', '个卡号'),
};

/** So many of each kind. @param what they are called where the kind is none of a match */
export function countsWords(counts: { readonly [kind: string]: number }): Words {
  const each = Object.entries(counts).map(([kind, count]) => {
    const number = numberOf(count);
    if (!Object.hasOwn(plurals, kind)) return say(`${number} of “${lineOf(kind)}”`, `“${lineOf(kind)}” ${number} 个`);
    const one = kindWords[kind as keyof typeof kindWords];
    return say(`${number} ${count === 1 ? one.en : plurals[kind]!.en}`, `${number} ${plurals[kind]!.zh}`);
  });
  return each.length === 0 ? say('nothing', '无') : joined(each);
}

export function approvalWords(
  party: Words,
  { officer, reason, atMs }: { officer: string; reason: string; atMs: number },
  zone: string,
): Words {
  const [who, why, when] = [lineOf(officer), lineOf(reason), timeOf(atMs, zone)];
  return say(
    `${party.en}: “${who}” approved on ${when}. Reason: “${why}”.`,
    `${party.zh}：“${who}”于 ${when} 批准。理由：“${why}”。`,
  );
}

export function budgetWords(party: Words, of: { budget: string; spent: number; limit: number }): Words {
  const [name, spent, limit] = [lineOf(of.budget), numberOf(of.spent), numberOf(of.limit)];
  return say(
    `${party.en}: ${spent} spent of its budget “${name}”, whose limit is ${limit}.`,
    `${party.zh}：预算“${name}”支出 ${spent}，上限 ${limit}。`,
  );
}

const verdicts: { readonly [verdict: string]: Words } = {
  enough: say('there are enough', '数量足够'),
  'too-small': say('there are too few', '数量不足'),
  disagree: say('the two sides told it different terms, so it counted nothing', '双方提交的条款不一致，因此没有计数'),
  refused: say('it could not count, as a list was not as it should be or did not come', '名单不符合要求或未送达，因此没有计数'),
};

export function countedWords(
  party: Words,
  counter: Words,
  { verdict, counts }: { verdict: string; counts?: { readonly [kind: string]: number } },
): Words {
  const known = Object.hasOwn(verdicts, verdict) ? verdicts[verdict]! : say(`“${lineOf(verdict)}”`, `“${lineOf(verdict)}”`);
  const how = counts && countsWords(counts);
  return say(
    `${party.en}: the counter ${counter.en} said that ${known.en}${how ? `: ${how.en} shared` : ''}.`,
    `${party.zh}：计数方（${counter.zh}）告知${known.zh}${how ? `，共有 ${how.zh}` : ''}。`,
  );
}

const results: { readonly [result in 'done' | 'too-small' | 'stopped' | 'failed']: Words } = {
  done: say('It came to its end.', '已完成。'),
  'too-small': say('Too few were shared: nothing was shown.', '共有数量不足：未展示任何内容。'),
  stopped: say('It was stopped.', '已停止。'),
  failed: say('It failed.', '未能完成。'),
};

export type Ending = {
  readonly result: keyof typeof results;
  readonly code?: string;
  readonly reason?: string;
  readonly where?: string;
};

const limitOf = /^(ours|theirs), (\d+)$/;

/** Whose list missed which limit, as checkSizes() of a match says it; otherwise the part or number that the protocol names. */
function placeWords(where: string): Words {
  const limit = limitOf.exec(where);
  if (!limit) return say(` (“where”: ${lineOf(where)})`, `（“where”：${lineOf(where)}）`);
  const number = numberOf(limit[2]!);
  return limit[1] === 'ours'
    ? say(` It is our side; the limit is ${number}.`, `为我方，限值为 ${number}。`)
    : say(` It is the other side; the limit is ${number}.`, `为对方，限值为 ${number}。`);
}

/** How it ended, why, and what to do next; never by a code alone. */
export function endingWords({ result, code, reason, where }: Ending): Words[] {
  const words = code === undefined ? undefined : wordsOfCode(code);
  const part = where === undefined ? say('', '') : placeWords(where);
  return [
    results[result],
    ...(words
      ? [
          say(`Why: ${words.message.en}${part.en}`, `原因：${words.message.zh}${part.zh}`),
          say(`What to do next: ${words.next.en}`, `下一步：${words.next.zh}`),
        ]
      : code === undefined
        ? []
        : [
            say(
              `The reason has a code that this version does not know, “${lineOf(code)}”. Upgrade this node, or ask the side that said it.`,
              `原因代码“${lineOf(code)}”不为本版本所知。请升级本节点，或询问给出该代码的一方。`,
            ),
          ]),
    ...(reason === undefined ? [] : [say(`In an officer's words: “${lineOf(reason)}”.`, `负责人的说明：“${lineOf(reason)}”。`)]),
  ];
}
