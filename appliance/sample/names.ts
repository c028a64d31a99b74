// Names as people here have them: Chinese ones in simplified and traditional characters with their pinyin, the Cantonese
// and Taiwanese spellings of surnames, English names. Word lists only; who gets which is in people.ts.

import type { Rng } from './random.ts';

export type Gender = 'male' | 'female';
export type Culture = 'mainland' | 'hongkong' | 'taiwan' | 'overseas' | 'western';

/** One character (or a compound surname) with what other scripts make of it. */
export type Han = { readonly simple: string; readonly traditional: string; readonly pinyin: string };
type Surname = Han & { readonly cantonese: string; readonly wade: string; readonly perThousand: number };

export type PersonName = {
  readonly gender: Gender;
  /** Chinese characters, as on the identity card; absent for Western customers. */
  readonly han?: { readonly surname: Han; readonly given: readonly Han[] };
  /** Latin letters as the passport has them, and the English name many go by. */
  readonly latin: { readonly family: string; readonly given: string; readonly english?: string };
  /** Jr, for a son with his father's name. */
  readonly suffix?: string;
};

// simplified/traditional/pinyin/Cantonese/Wade-Giles/per thousand people, after the Ministry of Public Security's yearly lists.
const surnameLines = `王王wang Wong Wang 72,李李li Lee Lee 71,张張zhang Cheung Chang 68,刘劉liu Lau Liu 54,陈陳chen Chan Chen 46,杨楊yang Yeung Yang 31,黄黃huang Wong Huang 22,赵趙zhao Chiu Chao 21,吴吳wu Ng Wu 20,周周zhou Chow Chou 19,
徐徐xu Tsui Hsu 15,孙孫sun Suen Sun 15,马馬ma Ma Ma 13,朱朱zhu Chu Chu 13,胡胡hu Wu Hu 12,郭郭guo Kwok Kuo 12,何何he Ho Ho 11,林林lin Lam Lin 11,高高gao Ko Kao 10,罗羅luo Law Lo 9,
郑鄭zheng Cheng Cheng 9,梁梁liang Leung Liang 8,谢謝xie Tse Hsieh 7,宋宋song Sung Sung 7,唐唐tang Tong Tang 7,许許xu Hui Hsu 6,邓鄧deng Tang Teng 6,冯馮feng Fung Feng 6,韩韓han Hon Han 6,曹曹cao Tso Tsao 6,
曾曾zeng Tsang Tseng 5,彭彭peng Pang Peng 5,萧蕭xiao Siu Hsiao 5,蔡蔡cai Choi Tsai 5,潘潘pan Poon Pan 4,田田tian Tin Tien 4,董董dong Tung Tung 4,袁袁yuan Yuen Yuan 4,于于yu Yu Yu 4,余余yu Yu Yu 4,
叶葉ye Yip Yeh 4,蒋蔣jiang Tseung Chiang 4,杜杜du To Tu 4,苏蘇su So Su 4,魏魏wei Ngai Wei 4,程程cheng Ching Cheng 4,吕呂lü Lui Lu 4,丁丁ding Ting Ting 4,沈沈shen Sham Shen 4,任任ren Yam Jen 4,
姚姚yao Yiu Yao 3,卢盧lu Lo Lu 3,傅傅fu Foo Fu 3,钟鍾zhong Chung Chung 3,姜姜jiang Keung Chiang 3,崔崔cui Chui Tsui 3,谭譚tan Tam Tan 3,廖廖liao Liu Liao 3,范范fan Fan Fan 3,汪汪wang Wong Wang 3,
陆陸lu Luk Lu 3,金金jin Kam Chin 3,石石shi Shek Shih 3,戴戴dai Tai Tai 3,贾賈jia Ka Chia 2,韦韋wei Wai Wei 2,夏夏xia Ha Hsia 2,邱邱qiu Yau Chiu 2,方方fang Fong Fang 2,侯侯hou Hau Hou 2,
邹鄒zou Chow Tsou 2,熊熊xiong Hung Hsiung 2,孟孟meng Mang Meng 2,秦秦qin Chun Chin 2,白白bai Pak Pai 2,江江jiang Kong Chiang 2,阎閻yan Yim Yen 2,薛薛xue Sit Hsueh 2,尹尹yin Wan Yin 2,段段duan Tuen Tuan 2,
雷雷lei Lui Lei 2,黎黎li Lai Li 2,史史shi Sze Shih 2,龙龍long Lung Lung 2,陶陶tao To Tao 2,贺賀he Ho Ho 2,顾顧gu Koo Ku 2,毛毛mao Mo Mao 2,郝郝hao Kok Hao 2,龚龔gong Kung Kung 2,
邵邵shao Shiu Shao 2,万萬wan Man Wan 2,钱錢qian Chin Chien 2,严嚴yan Yim Yen 2,单單shan Sin Shan 1,解解xie Kai Hsieh 1,仇仇qiu Sau Chiu 1,查查zha Cha Cha 1`;
const compoundLines =
  '欧阳/歐陽/ouyang/Au Yeung/Ouyang,司马/司馬/sima/Szema/Ssuma,上官/上官/shangguan/Sheung Kwun/Shangkuan,诸葛/諸葛/zhuge/Chu Kot/Chuko';

export const surnames: readonly Surname[] = [
  ...surnameLines.replace(/\n/g, '').split(',').map(readSurname),
  ...compoundLines.split(',').map((entry): Surname => {
    const [simple = '', traditional = '', pinyin = '', cantonese = '', wade = ''] = entry.split('/');
    return { simple, traditional, pinyin, cantonese, wade, perThousand: 1 };
  }),
];

function readSurname(entry: string): Surname {
  const [head = '', cantonese = '', wade = '', perThousand = '1'] = entry.split(' ');
  return { ...readHan(head), cantonese, wade, perThousand: Number(perThousand) };
}

/** `伟偉wei` */
function readHan(entry: string): Han {
  const [simple = '', traditional = ''] = [...entry];
  return { simple, traditional, pinyin: entry.slice(simple.length + traditional.length) };
}

const readAll = (list: string): Han[] => list.trim().split(/\s+/).map(readHan);

// Given characters by sex and by the years in which parents liked them.
const given: Readonly<Record<Gender, readonly [old: Han[], middle: Han[], young: Han[]]>> = {
  male: [
    readAll(
      '建建jian 国國guo 军軍jun 华華hua 明明ming 平平ping 志志zhi 德德de 永永yong 福福fu 庆慶qing 忠忠zhong 文文wen 光光guang 荣榮rong 生生sheng 林林lin 贵貴gui 根根gen 宝寶bao',
    ),
    readAll(
      '伟偉wei 强強qiang 磊磊lei 勇勇yong 杰傑jie 涛濤tao 鹏鵬peng 飞飛fei 波波bo 斌斌bin 刚剛gang 超超chao 辉輝hui 健健jian 峰峰feng 俊俊jun 亮亮liang 浩浩hao 凯凱kai 晓曉xiao 明明ming 东東dong 海海hai 龙龍long 小小xiao',
    ),
    readAll(
      '宇宇yu 轩軒xuan 子子zi 浩浩hao 然然ran 博博bo 文文wen 睿睿rui 泽澤ze 梓梓zi 晨晨chen 阳陽yang 佳佳jia 俊俊jun 豪豪hao 一一yi 航航hang 天天tian 佑佑you 嘉嘉jia 铭銘ming 鑫鑫xin 逸逸yi 辰辰chen 恒恆heng',
    ),
  ],
  female: [
    readAll(
      '秀秀xiu 英英ying 桂桂gui 兰蘭lan 玉玉yu 珍珍zhen 凤鳳feng 梅梅mei 芳芳fang 华華hua 淑淑shu 美美mei 红紅hong 云雲yun 莲蓮lian 素素su 琴琴qin 香香xiang 爱愛ai 月月yue',
    ),
    readAll(
      '芳芳fang 娜娜na 敏敏min 静靜jing 丽麗li 艳艷yan 娟娟juan 燕燕yan 霞霞xia 玲玲ling 婷婷ting 雪雪xue 晓曉xiao 丹丹dan 慧慧hui 莉莉li 倩倩qian 洁潔jie 琳琳lin 颖穎ying 蕾蕾lei 欣欣xin 佳佳jia 春春chun 小小xiao',
    ),
    readAll(
      '梓梓zi 涵涵han 欣欣xin 怡怡yi 诗詩shi 雨雨yu 萱萱xuan 佳佳jia 子子zi 琪琪qi 语語yu 嫣嫣yan 思思si 彤彤tong 紫紫zi 可可ke 馨馨xin 梦夢meng 瑶瑤yao 若若ruo 一一yi 诺諾nuo 璇璇xuan 悦悅yue 晨晨chen',
    ),
  ],
};

/** Other characters with a sound that is in use above: what a clerk writes who only heard the name. */
const soundAlikes = readAll(
  '玮瑋wei 炜煒wei 维維wei 蔷薔qiang 雷雷lei 洁潔jie 婕婕jie 捷捷jie 桃桃tao 韬韜tao 朋朋peng 菲菲fei 博博bo 滨濱bin 彬彬bin 钢鋼gang 朝朝chao 晖暉hui 慧慧hui 惠惠hui 建建jian 剑劍jian 锋鋒feng 丰豐feng 君君jun 军軍jun 良良liang 皓皓hao 昊昊hao 铠鎧kai 筱筱xiao 笑笑xiao 铭銘ming 鸣鳴ming 冬冬dong 隆隆long 纳納na 民民min 晶晶jing 婧婧jing 莉莉li 俐俐li 妍妍yan 彦彥yan 涓涓juan 夏夏xia 灵靈ling 铃鈴ling 亭亭ting 学學xue 旦旦dan 萍萍ping 苹蘋ping 国國guo 果果guo 媛媛yuan 圆圓yuan 芬芬fen 紫紫zi 韩韓han 心心xin 新新xin 仪儀yi 艺藝yi 玉玉yu 煊煊xuan 嘉嘉jia 加加jia 奇奇qi 珍珍zhen 贞貞zhen 瑞瑞rui 择擇ze 成成cheng 辰辰chen 洋洋yang 扬揚yang 章章zhang',
);

const commonNames = '王伟 王伟 李伟 张伟 张伟 王芳 王芳 李娜 李娜 张敏 刘洋 李静 王静 张丽'.split(' ');
const femaleMarks = new Set([...'芳娜敏静丽']);

const westernGiven: Readonly<Record<Gender, readonly string[]>> = {
  male: 'James,John,Robert,Michael,William,David,Richard,Thomas,Daniel,Matthew,Anthony,Andrew,Christopher,Edward,Peter,Samuel,Benjamin,Alexander,Lukas,Pierre'.split(
    ',',
  ),
  female:
    'Mary,Elizabeth,Jennifer,Susan,Katherine,Margaret,Sarah,Emily,Rebecca,Victoria,Christine,Samantha,Deborah,Alexandra,Charlotte,Hannah,Sophie,Claire,Anna,Laura'.split(
      ',',
    ),
};
export const westernShort: Readonly<Record<string, string>> = Object.fromEntries(
  'James=Jim,John=Jack,Robert=Bob,Michael=Mike,William=Bill,David=Dave,Richard=Dick,Thomas=Tom,Daniel=Dan,Matthew=Matt,Anthony=Tony,Andrew=Andy,Christopher=Chris,Edward=Ted,Samuel=Sam,Benjamin=Ben,Alexander=Alex,Elizabeth=Liz,Jennifer=Jenny,Susan=Sue,Katherine=Kate,Margaret=Peggy,Rebecca=Becky,Victoria=Vicky,Samantha=Sam,Deborah=Debbie,Alexandra=Sandra,Charlotte=Lottie'
    .split(',')
    .map((pair) => pair.split('=') as [string, string]),
);
const westernFamily =
  "Smith,Johnson,Williams,Brown,Jones,Miller,Davis,Wilson,Anderson,Taylor,Clark,Wright,Walker,Hughes,O'Brien,Müller,Dubois,García,Rossi,Nielsen,Kowalski,MacDonald,Carter,Bennett".split(
    ',',
  );
const englishNames: Readonly<Record<Gender, readonly string[]>> = {
  male: 'Tony,Kevin,Jason,Eric,Leo,Jack,Ken,Raymond,Vincent,Alan'.split(','),
  female: 'Amy,Cindy,Grace,Vivian,Coco,Winnie,Joyce,Karen,Fiona,Tiffany'.split(','),
};

const weightedSurnames = surnames.map((surname) => [surname, surname.perThousand] as const);
const bySound = new Map<string, Han[]>();
const byCharacter = new Map<string, Han>();
for (const han of [...Object.values(given).flat(2), ...soundAlikes, ...surnames]) {
  if (!byCharacter.has(han.simple)) byCharacter.set(han.simple, han);
  const others = bySound.get(han.pinyin) ?? [];
  if (!others.some((other) => other.simple === han.simple)) bySound.set(han.pinyin, [...others, han]);
}

/** Characters that sound the same, without this one. */
export function alikeInSound(han: Han): readonly Han[] {
  return (bySound.get(han.pinyin) ?? []).filter((other) => other.simple !== han.simple && [...other.simple].length === 1);
}

export type NameWish = {
  culture: Culture;
  gender: Gender;
  birthYear: number;
  surname?: Han;
  sharedGiven?: Han;
  common?: boolean;
};

/** Draws a name. `surname` and `sharedGiven` bind it to a relative's; `common` makes it one that thousands have. */
export function drawName(rng: Rng, wish: NameWish): PersonName {
  const { culture, gender } = wish;
  if (culture === 'western') {
    return { gender, latin: { family: rng.pick(westernFamily), given: rng.pick(westernGiven[gender]) } };
  }
  if (wish.common) {
    const [family = '', one = ''] = rng.pick(
      commonNames.filter((name) => femaleMarks.has([...name][1]!) === (gender === 'female')),
    );
    return nameOf(rng, culture, gender, byCharacter.get(family)!, [byCharacter.get(one)!]);
  }
  const pool = given[gender][wish.birthYear < 1970 ? 0 : wish.birthYear < 1990 ? 1 : 2];
  const surname = wish.surname ?? rng.weighted(weightedSurnames);
  if (wish.sharedGiven) {
    const second = rng.pick(pool.filter((han) => han.simple !== wish.sharedGiven?.simple && han.pinyin !== 'xiao'));
    return nameOf(rng, culture, gender, surname, [wish.sharedGiven, second]);
  }
  const first = rng.pick(pool);
  const second = rng.pick(pool);
  // 晓 and 小 open a name, they are none by themselves.
  const single = rng.chance(wish.birthYear < 1990 ? 0.35 : 0.15) && first.pinyin !== 'xiao';
  return nameOf(rng, culture, gender, surname, single ? [first] : second.pinyin === 'xiao' ? [second, first] : [first, second]);
}

/** The same person's name with the surname of this family: for relatives in the male line, and Western families. */
export function nameOf(rng: Rng, culture: Culture, gender: Gender, surname: Han, givenHan: readonly Han[]): PersonName {
  const spelling = surname as Partial<Surname>;
  const family =
    culture === 'hongkong'
      ? (spelling.cantonese ?? '')
      : culture === 'taiwan'
        ? (spelling.wade ?? '')
        : capital(surname.pinyin.replace('ü', 'u'));
  const sounds = givenHan.map((han) => han.pinyin);
  const givenLatin = culture === 'taiwan' ? capital(sounds.join('-')) : capital(sounds.join(''));
  const wantsEnglish = culture === 'mainland' ? 0.06 : 0.8;
  return {
    gender,
    han: { surname, given: givenHan },
    latin: { family, given: givenLatin, ...(rng.chance(wantsEnglish) && { english: rng.pick(englishNames[gender]) }) },
  };
}

export function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** 王小明, or 王曉明 in traditional characters; Western names as written. */
export function fullName(name: PersonName, traditional = false): string {
  if (!name.han) return [name.latin.given, name.latin.family, name.suffix].filter(Boolean).join(' ');
  return [name.han.surname, ...name.han.given].map((han) => (traditional ? han.traditional : han.simple)).join('');
}

/** The given name alone. */
export function givenName(name: PersonName, traditional = false): string {
  if (!name.han) return name.latin.given;
  return name.han.given.map((han) => (traditional ? han.traditional : han.simple)).join('');
}
