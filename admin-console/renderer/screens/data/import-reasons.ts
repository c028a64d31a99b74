// Why a row or a value is not taken, in both languages. The node says it in short English sentences that hold no value; here they are given in the
// reader's language, and one that is not known as it came.

import type { Words } from '../../words/words.ts';

const beginnings: readonly (readonly [RegExp, string])[] = [
  [/^nothing in the row says who it is about/, '该行没有能识别客户的信息'],
  [/^an event without a name/, '缺少事件名称'],
  [/^an event without a type/, '缺少事件类型'],
  [/^(\d+) columns where the header has (\d+)/, '该行有 $1 列，而表头有 $2 列'],
  [/^column (.+): required and (empty|not in the file)/, '必填列“$1”为空'],
  [/^required and missing/, '必填项缺失'],
  [/^timestamp: .*/, '无法识别发生时间'],
  [/^a quote is opened and never closed/, '引号未闭合'],
  [/^text after a closing quote/, '引号后有多余文字'],
  [/^bytes that are no text/, '包含无法按该编码读取的字节'],
  [/^(line|element) longer than (\d+) bytes/, '超过 $2 字节'],
  [/^not valid JSON/, '不是有效的 JSON'],
  [/^not a JSON object/, '不是 JSON 对象'],
  [/^nested deeper than (\d+)/, '嵌套超过 $1 层'],
  [/^event larger than (\d+) bytes/, '事件超过 $1 字节'],
  [/^(\w+): longer than (\d+) characters/, '$1 超过 $2 个字符'],
  [/^longer than (\d+) characters/, '超过 $1 个字符'],
  [/^not a phone number: too few digits/, '不是有效的电话号码：位数不足'],
  [/^not a phone number.*/, '不是有效的电话号码'],
  [/^not an email.*/, '不是有效的邮箱地址'],
  [/^not an identity number: the check digit is wrong/, '身份证号校验位错误'],
  [/^not an identity number.*/, '不是有效的身份证号'],
  [/^not a date.*/, '不是有效的日期'],
  [/^not a gender.*/, '无法识别的性别'],
  [/^not a name.*/, '不是有效的姓名'],
  [/^not a number.*/, '不是数字'],
  [/^not an amount.*/, '不是有效的金额'],
  [/^not an address.*/, '不是有效的地址'],
  [/^not yes or no/, '不是“是”或“否”'],
  [/^unknown (trait|property|event).*/, '数据字典中未定义'],
];

/** @param reason as the node says it, with the path before it where it was quarantined: `traits.phone: not a phone number` */
export function reasonWords(reason: string): Words {
  for (const [begins, zh] of beginnings) if (begins.test(reason)) return { en: reason, zh: reason.replace(begins, zh) };
  const [, path, rest] = /^([\w.]+): (.+)$/s.exec(reason) ?? [];
  if (path !== undefined && rest !== undefined) return { en: reason, zh: `${path}：${reasonWords(rest).zh}` };
  return { en: reason, zh: reason };
}
