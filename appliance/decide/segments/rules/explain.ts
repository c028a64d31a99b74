// Why somebody is in a segment or out of it, in words, condition by condition: what was asked, what was found, and until when it stays so.

import type { Json } from '../../../core/model/event.ts';
import { wallClockIn } from '../../../core/values/time-zone.ts';
import type { Because } from './evaluate.ts';
import { printCondition } from './print.ts';
import type { Condition } from './rule.ts';
import type { Vocabulary } from './vocabulary.ts';
import type { Language } from './words.ts';

/** One line of an explanation. `depth` is how far it stands in; `found` and `until` are absent where there is nothing to say. */
export type Explained = {
  depth: number;
  member: boolean;
  text: string;
  found?: string;
  until?: string;
  untilMs?: number;
  /** Where a trait was looked at: which, and the customer's own value. */
  trait?: string;
  value?: Json;
};

export type ExplainOptions = { vocabulary: Vocabulary; language: Language; timeZone: string };

/** @returns the lines from the whole to its parts; `explainedLine` makes each a sentence. They hold the customer's own values. */
export function explain(because: Because, options: ExplainOptions, depth = 0): Explained[] {
  const { condition, member, untilMs, of } = because;
  const { vocabulary, language, timeZone } = options;
  const found = foundWords(because, options);
  const line: Explained = {
    depth,
    member,
    text: joinWords(condition, language) ?? printCondition(condition, vocabulary, language),
    ...(found !== undefined && { found }),
    ...(untilMs !== undefined && { until: clockText(untilMs, timeZone), untilMs }),
    ...traitLookedAt(because),
  };
  return [line, ...(of ?? []).flatMap((one) => explain(one, options, depth + 1))];
}

export function explainedLine({ depth, member, text, found, until }: Explained, language: Language): string {
  const indent = '  '.repeat(depth);
  if (language === 'zh') {
    const more = [found && `实为 ${found}`, until && `在 ${until} 之前不变`].filter(Boolean).join('，');
    return `${indent}${member ? '是' : '否'}  ${text}${more ? `（${more}）` : ''}`;
  }
  const more = [found && `it is ${found}`, until && `so until ${until}`].filter(Boolean).join(', ');
  return `${indent}${member ? 'yes' : 'no '} ${text}${more ? ` (${more})` : ''}`;
}

function joinWords({ kind }: Condition, language: Language): string | undefined {
  if (kind === 'and') return language === 'zh' ? '以下全部成立' : 'all of these';
  if (kind === 'or') return language === 'zh' ? '以下至少一项成立' : 'at least one of these';
  return kind === 'not' ? (language === 'zh' ? '以下不成立' : 'not this') : undefined;
}

function foundWords({ condition, found }: Because, { language, timeZone }: ExplainOptions): string | undefined {
  const zh = language === 'zh';
  if (condition.kind === 'and' || condition.kind === 'or' || condition.kind === 'not') return undefined;
  if (condition.kind === 'segment' || condition.kind === 'consent' || condition.kind === 'sequence') return undefined;
  if (found === undefined) return zh ? '未知' : 'unknown';
  if (condition.kind === 'did') return zh ? `${found}次` : found === 1 ? 'once' : `${found} times`;
  const isMoment = condition.kind === 'moment' || (condition.kind === 'value' && condition.of.kind === 'order');
  if (isMoment && typeof found === 'number' && condition.kind !== 'value') return clockText(found, timeZone);
  if (isMoment && typeof found === 'number')
    return condition.test.op === 'exists' ? (zh ? `${found}单` : `${found} orders`) : clockText(found, timeZone);
  return valueText(found);
}

/** Of an age the birthday was looked at, but the age is what was found. */
function traitLookedAt({ condition, found }: Because): Pick<Explained, 'trait' | 'value'> {
  const trait =
    condition.kind === 'birthday'
      ? 'birthday'
      : condition.kind === 'value' && condition.of.kind === 'trait'
        ? condition.of.name
        : undefined;
  return trait === undefined ? {} : { trait, ...(found !== undefined && { value: found }) };
}

const shownLength = 100;

function valueText(value: Json): string {
  if (typeof value === 'number') return String(Math.round(value * 1e6) / 1e6);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const letters = [...text];
  return letters.length > shownLength ? `${letters.slice(0, shownLength).join('')}…` : text;
}

function clockText(ms: number, timeZone: string): string {
  const { year, month, day, hour, minute } = wallClockIn(ms, timeZone);
  const two = (number: number) => String(number).padStart(2, '0');
  return `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}`;
}
