// What each side brought into a match, for its report: how many, and for our own side what became of every value that stood in the records. In
// numbers alone: no value of a customer is ever here.

import type { Block } from '../../protocol/blocks.ts';
import { kindWords } from '../../protocol/match-words.ts';
import { lineOf, numberOf, say } from '../../protocol/plain.ts';
import { countsWords } from '../../protocol/session-words.ts';
import type { Words } from '../../protocol/words.ts';
import type { MatchView } from '../match/match.ts';
import type { NormalisationReport } from '../ports.ts';

/** Why a value was not used. Codes are the node's (docs/federation-normalisation.md). */
const refusals: { readonly [reason: string]: Words } = {
  not_text: say('neither text nor a number', '既非文本也非数字'),
  empty: say('empty', '为空'),
  damaged: say('with damaged characters', '含有损坏的字符'),
  placeholder: say('a placeholder that stands for no customer', '占位值，不代表任何客户'),
  phone_length: say('not of a possible length for a telephone number', '长度不可能是电话号码'),
  phone_range: say('in no number range that is in use', '不属于在用号段'),
  email_form: say('not of the form of an e-mail address', '不符合电子邮箱格式'),
  email_length: say('longer than an e-mail address can be', '超过电子邮箱的长度上限'),
  email_domain: say('with no possible domain', '域名无效'),
  card_length: say('not of a possible length for a card number', '长度不可能是卡号'),
  customer_left_out: say('of customers who were left out as their amount was out of range', '所属客户因数值超出范围而未计入'),
};

function refusedWords(reason: string, count: number): Words {
  const number = numberOf(count);
  const known = Object.hasOwn(refusals, reason) ? refusals[reason] : undefined;
  if (known) return say(`${number} ${known.en}`, `${number} 个${known.zh}`);
  const name = lineOf(reason);
  return say(`${number} for a reason that this version does not know (“${name}”)`, `${number} 个原因不为本版本所知（“${name}”）`);
}

function normalisationLines(kind: Words, { given, taken, refused, repeats }: NormalisationReport): Words[] {
  const [all, used, twice] = [given, taken, repeats].map(numberOf);
  const why = Object.entries(refused).filter(([, count]) => count > 0);
  const lost = why.reduce((sum, [, count]) => sum + count, 0);
  const head = say(
    `Our values of the kind “${kind.en}”: ${all} in the records, ${used} used, ${twice} repeats of one that was used, ${numberOf(lost)} not used.`,
    `我方“${kind.zh}”：记录中共 ${all} 个，采用 ${used} 个，与已采用者重复 ${twice} 个，未采用 ${numberOf(lost)} 个。`,
  );
  const reasons = why.map(([reason, count]) => {
    const { en, zh } = refusedWords(reason, count);
    return say(`Not used, “${kind.en}”: ${en}.`, `未采用的“${kind.zh}”：${zh}。`);
  });
  return [head, ...reasons];
}

export function broughtBlock(view: MatchView, us: Words, them: Words): Block {
  const side = (name: Words, sizes: MatchView['mine']): Words => {
    if (!sizes) return say(`${name.en}: it did not come to a list.`, `${name.zh}：未进行到名单阶段。`);
    const { en, zh } = countsWords(sizes);
    return say(`${name.en} brought ${en}, each once.`, `${name.zh}提供了 ${zh}，每个只计一次。`);
  };
  const { customers, reports = {}, terms } = view;
  return {
    heading: say('What each side brought', '双方提供的内容'),
    lines: [
      side(us, view.mine),
      side(them, view.theirs),
      ...(customers === undefined
        ? []
        : [
            say(
              `Our list stands for ${numberOf(customers)} customers, read once and kept sealed until the match was over.`,
              `我方名单对应 ${numberOf(customers)} 名客户；数据只读取一次，并加密保存至匹配结束。`,
            ),
          ]),
      ...terms.kinds.flatMap((kind) => {
        const report = reports[kind];
        return report ? normalisationLines(kindWords[kind], report) : [];
      }),
    ],
  };
}
