// What there is to be seen in a round, as a list that programs can read: every kind of entry with its fields, everything that entries name by a hash,
// and what of it each is. The statement in round-leakage.ts says these in words; the simulation fails where something is seen that is not here.

import type { Words } from '../words.ts';
import type { Saying } from './sayings.ts';

/** What a thing tells: the statement has words for each. */
export type ViewClass =
  /** Who spoke, in which order, and who is in a sum. */
  | 'who'
  | 'when'
  /** Which sum of the computation it is, and how many values it has. */
  | 'about'
  /** What officers approved as it stands, in their words. */
  | 'board'
  /** A hash, signature, commitment, public key or sealed thing: uniform to whom it is not for. */
  | 'hidden'
  /** The result: a sum, or what follows from the sums alone. */
  | 'sum'
  | 'model'
  /** How the model does on a member's own rows, and how many these are. */
  | 'holdout'
  | 'vote'
  /** Why a node does not go on. */
  | 'reason';

/** Words of the statement that cover a class. */
export const viewWords: { readonly [of in ViewClass]: Words } = {
  who: { en: 'who took part and when', zh: '各方何时参与' },
  when: { en: 'the sizes and times of everything', zh: '所有内容的大小和时间' },
  about: { en: 'what each sum is about and how many values it has', zh: '每个汇总值的内容名称和数值个数' },
  board: { en: 'what stands on the board', zh: '公告板上的内容' },
  hidden: { en: 'only hashes of what hid them', zh: '只有遮蔽内容的哈希值' },
  sum: { en: 'each sum, the model that follows from them', zh: '每个汇总值、由此得出的模型' },
  model: { en: 'the model that follows from them', zh: '由此得出的模型' },
  holdout: { en: 'the figures on each own holdout', zh: '各方在自有保留数据上的指标' },
  vote: { en: 'and the votes', zh: '和投票' },
  reason: { en: 'A node that cannot go on says why', zh: '无法继续的节点会说明原因' },
};

type Fields = { readonly [path: string]: ViewClass };

/** Fields of what every entry has. Of a list `[]`, of names that are ids `*`. */
export const entryView: Fields = {
  'entry.v': 'board',
  'entry.federation': 'who',
  'entry.round': 'who',
  'entry.by': 'who',
  'entry.n': 'who',
  'entry.seen.lines': 'who',
  'entry.seen.head': 'hidden',
  'entry.atMs': 'when',
  signature: 'hidden',
};

/** Fields of what is said, by kind. A class stands for all that is under its path. */
export const sayingView: { readonly [kind in Saying['kind']]: Fields } = {
  proposal: { terms: 'board', approvals: 'board', budget: 'board' },
  acceptance: { approvals: 'board', budget: 'board' },
  custody: { 'publicKey[]': 'hidden', 'secrets.*': 'hidden', approvals: 'board' },
  keys: { batch: 'about', 'keys[]': 'hidden' },
  keyed: { batch: 'about', 'members[]': 'who' },
  shares: { batch: 'about', 'shares.*[]': 'hidden' },
  batched: { batch: 'about', 'members[]': 'who' },
  contribution: { sum: 'about', about: 'about', values: 'about', 'ciphertexts[]': 'hidden' },
  closed: { sum: 'about', 'survivors[]': 'who', 'ciphertexts[]': 'hidden' },
  confirmation: { sum: 'about' },
  reveal: { sum: 'about', sealed: 'hidden' },
  missing: { sum: 'about', 'members[]': 'who' },
  recovery: { sum: 'about', sealed: 'hidden' },
  opened: { sum: 'about', salted: 'hidden', 'sealed[]': 'hidden', 'secrets.*': 'hidden' },
  absent: { 'members[]': 'who' },
  exchange: { to: 'who', number: 'about', about: 'about', 'digests[]': 'hidden' },
  model: { model: 'model', 'metrics.*': 'holdout', rows: 'holdout' },
  vote: { adopt: 'vote', officer: 'vote', reason: 'vote' },
  stop: { code: 'reason', reason: 'reason' },
  expired: {},
};

export type Audience = 'anybody' | 'one member' | 'every member' | 'the custodian';
export type BlobView = {
  /** Who can open it. For all others it is uniform. */
  readonly opens: Audience;
  /** What is inside, and what of it each is. */
  readonly inside: { readonly [field: string]: ViewClass };
};

/** What entries name by a hash, by kind and field. */
export const blobView: { readonly [path: string]: BlobView } = {
  'custody.publicKey[]': { opens: 'anybody', inside: { key: 'hidden' } },
  'custody.secrets.*': { opens: 'one member', inside: { secret: 'hidden' } },
  'keys.keys[]': { opens: 'anybody', inside: { publicKey: 'hidden', master: 'hidden', self: 'hidden' } },
  'shares.shares.*[]': { opens: 'one member', inside: { maskMaster: 'hidden', selfSeed: 'hidden', ciphertexts: 'hidden' } },
  // Of one member: masked under the encryption, so that nobody has anything of it.
  'contribution.ciphertexts[]': { opens: 'the custodian', inside: { masked: 'hidden' } },
  'closed.ciphertexts[]': { opens: 'the custodian', inside: { masked: 'sum' } },
  'reveal.sealed': { opens: 'the custodian', inside: { self: 'hidden', 'masters.*': 'hidden' } },
  'recovery.sealed': { opens: 'the custodian', inside: { 'selves.*': 'hidden' } },
  'opened.sealed[]': { opens: 'every member', inside: { sum: 'sum' } },
  'opened.secrets.*': { opens: 'one member', inside: { secret: 'hidden' } },
  // Of a vertical round, which has a statement of its own (vertical-words.ts): what is asked, and what is answered.
  'exchange.digests[]': { opens: 'one member', inside: { ciphertexts: 'hidden', sums: 'sum', bits: 'about', parts: 'hidden' } },
};

/** Paths of a value's fields: `a.b`, of a list `a[]`, of names that are ids `a.*`. Each once, and only of what holds no fields itself. */
export function pathsOf(value: unknown, path = ''): Set<string> {
  const under = (name: string) => (path === '' ? name : `${path}.${name}`);
  if (Array.isArray(value)) return union(value.map((inner) => pathsOf(inner, `${path}[]`)));
  if (typeof value !== 'object' || value === null) return new Set([path]);
  const named = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return union(
    named.map(([name, inner]) => pathsOf(inner, under(/^[0-9a-f]{32}$/.test(name) || path === 'metrics' ? '*' : name))),
  );
}

function union(sets: readonly Set<string>[]): Set<string> {
  return new Set(sets.flatMap((set) => [...set]));
}

/** The class of a path, which may stand for all under it; undefined where the list has none. */
export function classOf(fields: Fields, path: string): ViewClass | undefined {
  for (let end = path.length; end > 0; end = Math.max(path.lastIndexOf('.', end - 1), path.lastIndexOf('[', end - 1))) {
    const known = fields[path.slice(0, end)];
    if (known) return known;
  }
  return undefined;
}
