// Chinese surnames: which characters and pairs of characters can open a name, and how they are written in pinyin. From the
// Ministry of Public Security's yearly name reports (the commonest four hundred) and the Hundred Family Surnames.

import { pinyin } from 'pinyin-pro';

export const singleSurnames: ReadonlySet<string> = new Set(
  '王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆茹诺战慕危玉银亢嵇公哈湛宾戎勾茅利於呼居揭干但尉冶斯元束檀衣信展阴昝智幸奉植衡富尧闭由甯锺幺么'.split(
    '',
  ),
);

export const compoundSurnames: ReadonlySet<string> = new Set(
  (
    '欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 司徒 令狐 夏侯 长孙 宇文 轩辕 端木 百里 南宫 独孤 申屠 淳于 单于 太史 公冶 濮阳 赫连 ' +
    '澹台 钟离 呼延 闻人 公羊 仲孙 东郭 西门 南门 北宫 第五 谷梁 拓跋 完颜 耶律 那拉 纳兰 万俟 鲜于 闾丘 司空 司寇 亓官 子车 颛孙 巫马 ' +
    '乐正 漆雕 公良 夹谷 宰父 段干 东里 羊舌 微生 梁丘 左丘 东门 欧陽 司馬 諸葛 東方 尉遲 鍾離 赫連'
  ).split(' '),
);

let romanised: ReadonlySet<string> | undefined;

/** Whether a Latin word, in lower case, is a Chinese surname in pinyin or one of its older spellings. */
export function isPinyinSurname(word: string): boolean {
  romanised ??= new Set([
    ...[...singleSurnames].map((c) => pinyin(c, { mode: 'surname', toneType: 'none', v: true })),
    ...[...compoundSurnames].map((pair) => pinyin(pair, { mode: 'surname', toneType: 'none', v: true }).replace(/\s/g, '')),
    ...[
      'lyu',
      'lu',
      'nv',
      'lee',
      'chang',
      'chen',
      'wong',
      'chan',
      'cheung',
      'lau',
      'ng',
      'tsai',
      'hsu',
      'chou',
      'chow',
      'kwok',
      'yeung',
    ],
    ...['leung', 'tse', 'ho', 'lam', 'cheng', 'chung', 'hsieh', 'tsang', 'ouyang', 'szeto', 'au'],
  ]);
  return romanised.has(word);
}

const syllables =
  /^(?:(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(?:iang|iong|uang|ang|eng|ing|ong|iao|ian|uai|uan|ai|ei|ao|ou|an|en|in|un|ia|ie|iu|ua|uo|ui|ue|ve|er|a|o|e|i|u|v)){1,4}$/;

/** Whether a lower-case word can be read as pinyin syllables. */
export function isPinyin(word: string): boolean {
  return word.length <= 24 && syllables.test(word);
}
