// Why one way to match is recommended, and what stays true of each however it runs: the sentences of match-selector.ts, in both languages.

import { say } from './plain.ts';

export const sealedWords = say(
  'Messages between the two are sealed under X-Wing (X25519 together with ML-KEM-768): who records them on the way cannot open them later with a quantum computer alone.',
  '双方之间的消息以 X-Wing（X25519 与 ML-KEM-768 结合）加封：即使有人在途中留存消息，日后仅凭量子计算机也无法打开。',
);
export const curveWords = say(
  'The matching itself rests on Curve25519. The partner, and a counter, could keep what they received and try values against it once a quantum computer breaks that curve.',
  '匹配本身依赖 Curve25519。对方和计数方可以留存所收到的内容，待量子计算机能破解该曲线时，用可能的取值逐一比对。',
);
export const hashWords = say(
  'No quantum computer is needed against salted hashes: the partner has the key and can try every value today.',
  '对加盐哈希而言无需量子计算机：对方掌握密钥，现在就可以逐一尝试所有取值。',
);
export const signatureWords = say(
  'Signatures under the transcript are Ed25519 and could be forged with a quantum computer: a transcript that has to prove something for decades needs a time stamp from elsewhere.',
  '会话记录的签名采用 Ed25519，可能被量子计算机伪造：若记录需要在数十年后仍具证明力，应另行取得可信时间戳。',
);

export const ecdhWhy = say(
  'Points masked by both sides: neither can try values against what the other sent. It is the default.',
  '双方掩蔽的曲线点：任何一方都无法用可能的取值比对对方发送的内容。此为默认方式。',
);
export const bothWhy = say('Both are to know which of their customers are shared.', '双方都需要得知自己的哪些客户是共有的。');
export const oneWhy = say(
  'Only the side that needs the answer gets it; the other is not told which.',
  '只有需要结果的一方得知结果，另一方不会得知是哪些。',
);
export const countWhy = say(
  'A number is wanted, so nobody is told who: the responder shuffles, and only the initiator learns how many.',
  '只需要数量，因此不透露是哪些客户：响应方打乱顺序，只有发起方得知数量。',
);
export const neitherWhy = say(
  'Nobody is to know who: an independent counter counts on masked lists and tells both how many.',
  '任何一方都不需要知道是哪些客户：由独立的计数方在掩蔽后的名单上计数，并将数量告知双方。',
);
export const neitherNeedsCounter = say(
  'A number for both needs an independent counter. Without one only the initiator learns it, and may tell the responder, who has to believe it.',
  '要让双方都得知数量，需要独立的计数方。没有计数方时，只有发起方得知数量；发起方可以告知响应方，而响应方只能选择相信。',
);
export const sumWhy = say(
  "A sum is wanted: the responder's values are added up under encryption, and nobody is told who or how much each is.",
  '需要求和：响应方的数值在加密状态下相加，不透露是哪些客户，也不透露各自的数值。',
);
export const sumTold = say(
  'The initiator also learns how many are shared, and the responder learns the sum. Set a minimum that hides a single customer, and do not repeat it with nearly the same lists.',
  '发起方还会得知共有的数量，响应方会得知总和。请设置足以隐藏单个客户的最小数量，且不要用几乎相同的名单重复执行。',
);
export const sumShared = say(
  'This mode has no setting for who learns: it always tells the initiator the number and the sum, and the responder the sum.',
  '此方式不能选择由谁得知：发起方总会得知数量与总和，响应方总会得知总和。',
);
export const hashAsked = say(
  'Salted hashes, because they were asked for by name. They are faster, and protect from everybody but the partner.',
  '采用加盐哈希，因为有人明确要求。速度更快，但只能防范合作方以外的人。',
);
export const hashPhone = say(
  'Telephone numbers are among the identifiers: the partner can find every number of the list that it receives by trying all of them.',
  '标识中包含电话号码：对方可以通过逐一尝试，还原其所收到名单中的全部号码。',
);
export const hashGuess = say(
  'The partner can try known or leaked e-mail addresses and the numbers of a card series against the list that it receives.',
  '对方可以用已知或泄露的电子邮箱以及某一号段的卡号，逐一比对其所收到的名单。',
);
export const noCounter = say(
  'Without an independent counter the minimum is kept by the node of the side that learns alone.',
  '没有独立的计数方时，最小数量只由得知结果一方的节点遵守。',
);
