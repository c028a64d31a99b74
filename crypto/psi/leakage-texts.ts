// The sentences of leakage.ts, in English and in Simplified Chinese. They describe the steps of salted-hash-steps.ts and ecdh-steps.ts: who
// changes a step reads them again.

import type { Knowledge, Role, Terms, Text } from './leakage.ts';

type Mode = Terms['mode'];

/** What a side gets to see besides the size of the partner's list. */
export function receives(mode: Mode, learns: boolean, role: Role): Text {
  if (mode === 'salted-hash') return learns ? hashedList : nothingReceived;
  if (mode === 'count' && role === 'initiator') return maskedAndShuffled;
  return learns ? maskedAndDoubled : maskedList;
}

const nothingReceived: Text = {
  en: 'Receives nothing from the partner.',
  zh: '不从对方收到任何数据。',
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

export const coordinatorReceives: { readonly [mode in Mode]: Text } = {
  'salted-hash': {
    en: 'Receives both lists as keyed hashes, and has no key.',
    zh: '收到双方名单的带密钥哈希值，但没有密钥。',
  },
  ecdh: {
    en: "Receives both lists as points masked by both sides, each shuffled by the side that does not own it, and has neither side's secret.",
    zh: '收到双方名单经双方掩蔽后的曲线点，各由非所有方打乱顺序；没有任何一方的私密标量。',
  },
  count: { en: 'Receives nothing of the lists.', zh: '不收到名单中的任何数据。' },
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
  nothing: {
    en: 'Learns nothing about which items the partner has, nor how many both have.',
    zh: '不知道对方有哪些条目，也不知道双方共有多少条目。',
  },
};
export const coordinatorCounts: Text = {
  en: 'Learns how many items each side has and how many both have, and not which.',
  zh: '得知每一方的条目数量和双方共有的数量，不知道是哪些条目。',
};
export const coordinatorLearnsNothing: Text = {
  en: 'Learns at most how large the lists are.',
  zh: '最多得知名单的大小。',
};

export const collusion: { readonly [mode in Mode]: Text } = {
  'salted-hash': {
    en: 'Whoever has the key, be it a partner, a former employee or a coordinator to whom one of the two gives it, can try every possible value against every hash that it sees or has kept.',
    zh: '任何掌握密钥的人（合作方、离职员工，或从其中一方得到密钥的协调方）都可以用所有可能的取值，逐一比对其看到或留存的每一个哈希值。',
  },
  ecdh: {
    en: 'A coordinator together with one side learns no more than that side alone. Only the secrets of both sides together open the lists.',
    zh: '协调方与其中一方串通，所知不会多于该方自己。只有同时掌握双方的私密标量才能还原名单。',
  },
  count: {
    en: 'A coordinator together with one side learns no more than that side alone. Whoever gets the order in which the responder shuffled turns the count into items for the initiator.',
    zh: '协调方与其中一方串通，所知不会多于该方自己。但若发起方得到响应方打乱时所用的顺序，就能由数量还原出具体条目。',
  },
};
export const collusionOfCounting: Text = {
  en: 'A coordinator together with one side learns how many items both have, and not which, as the other side shuffled the list that would tell.',
  zh: '协调方与其中一方串通，可得知双方共有多少条目，但不知道是哪些，因为能说明这一点的名单已由另一方打乱顺序。',
};

export const ownScalars: Text = {
  en: 'A side that departs from the steps and masks each item with a secret of its own can find out, from what is shuffled, which items both have. No step would notice. Choose it only with a partner of whom you would also accept that.',
  zh: '若一方不遵守步骤，对每个条目使用不同的私密标量，就能从打乱后的结果中找出双方共有的是哪些条目，任何步骤都无法察觉。只有在可以接受这一点的前提下，才应与该合作方使用此方式。',
};
export const unfair: Text = {
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
export const limits: { readonly [mode in Mode]: readonly Text[] } = {
  'salted-hash': [enumerable],
  ecdh: [futureQuantum],
  count: [ownScalars, futureQuantum],
};

export const limitsOfAll: readonly Text[] = [
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
