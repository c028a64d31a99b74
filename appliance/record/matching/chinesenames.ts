// Chinese personal names: where the surname ends, what a title or a familiar form (老王, 阿明, 王先生) leaves known,
// and how a name sounds in pinyin, so that 王小明, 小明 and Wang Xiaoming can meet.

import { pinyin } from 'pinyin-pro';

const singles =
  '王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝';
const doubles = [
  '欧阳',
  '司马',
  '上官',
  '诸葛',
  '东方',
  '皇甫',
  '尉迟',
  '公孙',
  '慕容',
  '令狐',
  '司徒',
  '夏侯',
  '端木',
  '南宫',
  '独孤',
  '西门',
  '轩辕',
  '长孙',
  '宇文',
  '百里',
];
const surnames = new Set(singles);
const doubleSurnames = new Set(doubles);
const titles = /(先生|女士|小姐|太太|夫人|老师|经理|总监|主任|医生|教授|师傅|同学|老板|阿姨|叔叔|大哥|大姐|总)$/u;
const hanName = /^[\p{Script=Han}·•]+$/u;

export type NameParts = { given: string | null; surname: string | null };

export const isHanName = (text: string): boolean => hanName.test(text);

/** Splits a name in simplified characters; a part that the form leaves out is null. */
export function splitHanName(name: string): NameParts {
  const bare = name.replace(titles, '');
  const titled = bare.length < name.length;
  const text = bare === '' ? name : bare.replace(/[·•]/gu, '');
  const length = [...text].length;
  const double = length >= 3 || titled ? text.slice(0, 2) : '';
  if (doubleSurnames.has(double)) return { surname: double, given: text.slice(2) || null };
  if (length === 1) return surnames.has(text) && titled ? { surname: text, given: null } : { surname: null, given: text };
  const first = text[0]!;
  if (length === 2 && (first === '老' || first === '小' || first === '阿')) {
    const rest = text[1]!;
    const common = singles.indexOf(rest);
    if (first === '老' || (first === '小' && common >= 0 && common < 100)) return { surname: rest, given: null };
    return { surname: null, given: first === '阿' ? rest : text };
  }
  if (surnames.has(first) && length <= 4) return { surname: first, given: text.slice(1) };
  return length <= 2 ? { surname: null, given: text } : { surname: first, given: text.slice(1) };
}

const sounds = new Map<string, string>();

/** Toneless pinyin without spaces, ü as v; characters that are not Han stay. `surname` picks the reading a surname has (单 shan). */
export function pinyinOf(text: string, surname: boolean): string {
  let sound = '';
  for (const c of text) {
    const key = surname ? `^${c}` : c;
    let known = sounds.get(key);
    if (known === undefined) {
      const options = { toneType: 'none', v: true } as const;
      known = (surname ? pinyin(c, { ...options, mode: 'surname' }) : pinyin(c, options)).replace(/\s+/g, '').toLowerCase();
      sounds.set(key, known);
    }
    sound += known;
  }
  return sound;
}

let surnameSounds: Set<string> | undefined;

/** Whether a Latin word is how a common Chinese surname sounds. */
export function soundsLikeSurname(word: string): boolean {
  surnameSounds ??= new Set([...[...singles].slice(0, 150), ...doubles].map((surname) => pinyinOf(surname, true)));
  return surnameSounds.has(word);
}
