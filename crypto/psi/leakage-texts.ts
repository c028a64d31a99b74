// The sentences of leakage.ts, in English and in Simplified Chinese. They describe the steps of salted-hash-steps.ts, ecdh-steps.ts and
// sums-steps.ts: who changes a step reads them again.

import type { Knowledge, Learns, Role, Terms, Text } from './leakage.ts';

type Mode = Terms['mode'];

/** What a side gets to see besides the size of the partner's list and a counter's word. */
export function receives(mode: Mode, learns: boolean, role: Role): Text {
  if (mode === 'salted-hash') return learns ? hashedList : nothingReceived;
  if (mode === 'sums') return role === 'initiator' ? maskedShuffledAndValues : maskedListAndTotal;
  if (mode === 'count' && role === 'initiator') return maskedAndShuffled;
  return learns ? maskedAndDoubled : maskedList;
}

const nothingReceived: Text = {
  en: 'Receives no list from the partner.',
  zh: '不从对方收到任何名单。',
};
const hashedList: Text = {
  en: "Receives the partner's items as keyed hashes, each once and in a secret order, so also how many there are.",
  zh: '收到对方各条目的带密钥哈希值：每条一个，顺序保密；因此也知道条目的数量。',
};
const maskedList: Text = {
  en: "Receives the partner's items as points masked with the partner's secret, in a secret order, so also how many there are.",
  zh: '收到对方各条目经对方私密标量掩蔽后的曲线点，顺序保密；因此也知道条目的数量。',
};
const maskedAndDoubled: Text = {
  en: "Receives the partner's items as masked points, in a secret order, so also how many there are; and its own points back, masked by both.",
  zh: '收到对方各条目掩蔽后的曲线点（顺序保密，因此也知道数量），以及自己的曲线点经双方掩蔽后的结果。',
};
const maskedAndShuffled: Text = {
  en: "Receives the partner's items as masked points, in a secret order, so also how many there are; and its own points back, masked by both and shuffled by the partner.",
  zh: '收到对方各条目掩蔽后的曲线点（顺序保密，因此也知道数量），以及自己的曲线点经双方掩蔽、并由对方打乱顺序后的结果。',
};
const maskedShuffledAndValues: Text = {
  en: "Receives the partner's items as masked points, in a secret order, so also how many there are; each item's value encrypted; its own points back, masked by both and shuffled by the partner; and at the end the sum.",
  zh: '收到对方各条目掩蔽后的曲线点（顺序保密，因此也知道数量）及每个条目的加密数值，自己的曲线点经双方掩蔽、并由对方打乱顺序后的结果，最后收到总和。',
};
const maskedListAndTotal: Text = {
  en: "Receives the partner's items as masked points, in a secret order, so also how many there are; and one encrypted total, which it decrypts.",
  zh: '收到对方各条目掩蔽后的曲线点（顺序保密，因此也知道数量），以及一个加密的总和，并将其解密。',
};

const doublyMaskedLists: Text = {
  en: "Receives both lists as points masked by both sides, each shuffled by the side that does not own it, and has neither side's secret.",
  zh: '收到双方名单经双方掩蔽后的曲线点，各由非所有方打乱顺序；没有任何一方的私密标量。',
};
export const counterReceives: { readonly [mode in Mode]: Text } = {
  'salted-hash': {
    en: 'Receives both lists as keyed hashes, and has no key.',
    zh: '收到双方名单的带密钥哈希值，但没有密钥。',
  },
  ecdh: doublyMaskedLists,
  count: doublyMaskedLists,
  sums: doublyMaskedLists,
};
export const coordinatorReceivesNothing: Text = {
  en: 'Receives nothing of the lists, or carries messages that are sealed for the partner and sees their sizes and times.',
  zh: '不收到名单数据；若负责转发，则只转发为对方加封的消息，能看到消息的大小和时间。',
};

export function learned(mode: Mode, knowledge: Knowledge): Text {
  return mode === 'salted-hash' && knowledge === 'items' ? itemsOfHashes : learns[knowledge];
}

const itemsOfHashes: Text = {
  en: 'Learns which of its own items the partner has too. As it has the key, it can find the others by trying values.',
  zh: '得知自己的哪些条目对方也有。由于掌握密钥，还可以通过逐一尝试取值找出对方的其他条目。',
};
const learns: { readonly [knowledge in Knowledge]: Text } = {
  items: {
    en: 'Learns which of its own items the partner has too, and nothing about which other items the partner has.',
    zh: '得知自己的哪些条目对方也有；对方的其他条目是什么，则不得而知。',
  },
  count: {
    en: 'Learns how many items both have, and not which.',
    zh: '只得知双方共有多少条目，不知道是哪些。',
  },
  sum: {
    en: 'Learns the sum of its own values over the items that both have, in three parts: of the low, middle and high digits. It is not told how many or which items those are.',
    zh: '得知自己的数值在双方共有条目上的总和，并分为低位、中位、高位三部分；不会被告知共有多少条目或是哪些。',
  },
  'count-and-sum': {
    en: "Learns how many items both have and the sum of the responder's values over them, and not which they are.",
    zh: '得知双方共有多少条目，以及响应方的数值在这些条目上的总和，不知道是哪些条目。',
  },
  nothing: {
    en: 'Learns nothing about which items the partner has, nor how many both have.',
    zh: '不知道对方有哪些条目，也不知道双方共有多少条目。',
  },
};
export const counterCounts: Text = {
  en: 'Learns how many items each side has and how many both have, and not which.',
  zh: '得知每一方的条目数量和双方共有的数量，不知道是哪些条目。',
};
export const coordinatorLearnsNothing: Text = {
  en: 'Learns at most how large the lists are.',
  zh: '最多得知名单的大小。',
};

/** Who keeps to the smallest number that may be shown. */
export function minimum(counted: boolean, countTold: boolean, learns: Learns): Text {
  if (!counted) return ownNodes;
  if (countTold) return counterTells;
  return learns === 'neither' ? counterOnly : counterSaysEnough;
}

const ownNodes: Text = {
  en: "The smallest number that may be shown is kept by the node of the side that learns, and by nothing else: that node finds the result first and shows it only if there are enough. In 'sums' it asks for no sum where there are too few.",
  zh: '可显示的最小数量只由得知结果一方的节点自行遵守：该节点先算出结果，数量足够时才显示；求和时若数量不足，则不请求总和。',
};
const counterSaysEnough: Text = {
  en: 'The counter compares first and tells both sides only whether there are enough. Where there are too few, neither gets anything further. Where there are enough, both know that.',
  zh: '计数方先行比对，只告知双方数量是否足够。数量不足时，双方得不到其他任何数据；数量足够时，双方都知道这一点。',
};
const counterTells: Text = {
  en: 'The counter compares first. Where there are too few, it tells both sides only that. Where there are enough, it tells both how many.',
  zh: '计数方先行比对。数量不足时，只告知双方数量不足；数量足够时，告知双方共有多少条目。',
};
const counterOnly: Text = {
  en: 'The counter alone compares, and tells both sides at most whether there are enough.',
  zh: '只有计数方进行比对，最多告知双方数量是否足够。',
};

const triesValues: Text = {
  en: 'Whoever has the key, be it a partner, a former employee or a coordinator to whom one of the two gives it, can try every possible value against every hash that it sees or has kept.',
  zh: '任何掌握密钥的人（合作方、离职员工，或从其中一方得到密钥的协调方）都可以用所有可能的取值，逐一比对其看到或留存的每一个哈希值。',
};
const noMoreThanASide: Text = {
  en: "A coordinator together with one side learns no more than that side alone. Only with a side's own secret can values be tried against its list.",
  zh: '协调方与其中一方串通，所知不会多于该方自己。只有掌握某一方自己的私密标量，才能用可能的取值比对其名单。',
};
const counterWithASide: Text = {
  en: 'A counter together with one side learns how many items both have, even where there are too few, and not which, as the other side shuffled the list that would tell.',
  zh: '计数方与其中一方串通，即使数量不足，也可得知双方共有多少条目，但不知道是哪些，因为能说明这一点的名单已由另一方打乱顺序。',
};
const counterIsASide: Text = {
  en: 'Where one of the two sides also runs the counter, that side can learn how many items both have before the minimum holds.',
  zh: '若计数方由其中一方运行，该方可以在最小数量的限制生效之前得知双方共有多少条目。',
};
const counterWithTheKey: Text = {
  en: 'A counter to whom a side gives the key, or a side to whom the counter gives the lists, finds which items both have, even where there are too few, and can try values against the rest of both lists.',
  zh: '计数方若从其中一方得到密钥，或其中一方若从计数方得到名单，即使数量不足，也能找出双方共有的条目，并可用可能的取值比对两份名单的其余部分。',
};
const counterOfHashesIsASide: Text = {
  en: 'Where one of the two sides also runs the counter, that side, which has the key, can learn which items both have before the minimum holds.',
  zh: '若计数方由其中一方运行，该方掌握密钥，可以在最小数量的限制生效之前得知双方共有哪些条目。',
};
const orderOfTheShuffle: Text = {
  en: 'Whoever gets the order in which the responder shuffled turns the count into items for the initiator.',
  zh: '若发起方得到响应方打乱时所用的顺序，就能由数量还原出具体条目。',
};
const keyOfTheValues: Text = {
  en: "Whoever has the responder's key for the values reads each value that was sent.",
  zh: '任何掌握响应方数值密钥的人，都可以读出已发送的每一个数值。',
};

export function collusion(mode: Mode, counted: boolean): readonly Text[] {
  if (mode === 'salted-hash') return counted ? [triesValues, counterWithTheKey, counterOfHashesIsASide] : [triesValues];
  return [
    ...(counted ? [counterWithASide, counterIsASide] : [noMoreThanASide]),
    ...(mode === 'count' || mode === 'sums' ? [orderOfTheShuffle] : []),
    ...(mode === 'sums' ? [keyOfTheValues] : []),
  ];
}

const ownScalars: Text = {
  en: 'A side that departs from the steps and masks each item with a secret of its own can find out, from what is shuffled, which items both have. No step would notice. Choose it only with a partner of whom you would also accept that.',
  zh: '若一方不遵守步骤，对每个条目使用不同的私密标量，就能从打乱后的结果中找出双方共有的是哪些条目，任何步骤都无法察觉。只有在可以接受这一点的前提下，才应与该合作方使用此方式。',
};
const unfair: Text = {
  en: 'The side that has its answer first may stop and leave the other without one.',
  zh: '先得到结果的一方可以就此停止，使另一方得不到结果。',
};
const enumerable: Text = {
  en: 'Telephone numbers can be counted through: a partner who receives hashes can find all of them within minutes to hours. Stretching makes that dearer, not impossible.',
  zh: '电话号码可以穷举：收到哈希值的合作方在几分钟到几小时内就能还原全部号码。使用拉伸函数只能提高成本，不能杜绝。',
};
const futureQuantum: Text = {
  en: 'Rests on Curve25519. Who keeps the messages until there is a quantum computer that breaks it can then try values against them.',
  zh: '安全性依赖 Curve25519。若有人留存消息，待将来出现能破解它的量子计算机，就可以用可能的取值逐一比对。',
};
const futureQuantumValues: Text = {
  en: 'Rests on Curve25519. Who keeps the messages until there is a quantum computer that breaks it can then read the encrypted values and try items against the lists.',
  zh: '安全性依赖 Curve25519。若有人留存消息，待将来出现能破解它的量子计算机，就可以读出加密的数值，并用可能的取值逐一比对名单。',
};
const sumOfOne: Text = {
  en: "Where both have one item only, the sum is that person's value; and two runs whose lists differ by one person differ by that person's value. The initiator learns the count before it sends the total. The smallest number, and how often one may ask, are set by whoever runs the match.",
  zh: '若双方只有一个共有条目，总和就是此人的数值；两次运行的名单若只差一人，两个总和之差就是此人的数值。发起方在发送加密总和之前已得知数量。最小数量和允许查询的次数由运行匹配的一方设定。',
};
const anySum: Text = {
  en: "An initiator who departs from the steps can have any of the partner's values added up and weighted as it likes, down to a single one, shared or not. The responder, who sees only the sum, does not notice.",
  zh: '不遵守步骤的发起方可以让对方的任意数值按任意权重相加，甚至只取其中一个，无论该条目是否共有。响应方只看到总和，无法察觉。',
};
const valuesThatName: Text = {
  en: 'A responder can choose its values, such as 1, 2, 4, 8, so that the sum tells it which of some dozens of items both have; and where its values are all alike, the sum tells it how many.',
  zh: '响应方可以选取特殊的数值（如 1、2、4、8），使总和透露数十个条目中哪些是双方共有的；若其数值全都相同，则总和会透露共有的数量。',
};

const limitsOf: { readonly [mode in Mode]: readonly Text[] } = {
  'salted-hash': [enumerable],
  ecdh: [futureQuantum],
  count: [ownScalars, futureQuantum],
  sums: [sumOfOne, anySum, valuesThatName, ownScalars, futureQuantumValues],
};

export function limits(mode: Mode, learns: Learns, counted: boolean): readonly Text[] {
  return [
    ...limitsOf[mode],
    ...(learns === 'both' || mode === 'sums' ? [unfair] : []),
    ...(mode === 'ecdh' && counted ? [ownScalars] : []),
    ...limitsOfAll,
  ];
}

const limitsOfAll: readonly Text[] = [
  {
    en: 'A partner may put items into its list that it has only guessed; where it learns, each is a question that is answered. What bounds it is the size of its list and how often it may ask.',
    zh: '对方可以在名单中加入只是猜测的条目；凡其可得知结果之处，每个猜测都会得到回答。能限制这一点的只有名单的大小和允许查询的次数。',
  },
  {
    en: 'A partner who departs from the steps can make the answer wrong. What is learned is for the honest only as good as the partner.',
    zh: '不遵守步骤的一方可以使结果出错；结果的可信程度取决于对方是否诚实。',
  },
  {
    en: 'Small lists answer about persons: a count over one item says whether that person is a customer.',
    zh: '名单过小等于在回答某个人的情况：只有一个条目的计数，就说明此人是否为客户。',
  },
];
