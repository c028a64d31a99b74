// What two members want of each other, drawn from a seed: terms in every mode, and small nasty sets; and the answer as plain sets give it,
// which whatever is learned under encryption has to equal.

import type { Proposal } from '../participant/match/match.ts';
import type { Officer } from '../participant/match/state.ts';
import type { Dataset } from '../participant/ports.ts';
import { type MatchKind, type MatchTerms, matchKinds } from '../protocol/match-terms.ts';
import type { Chance } from './draws.ts';

/** Items by customer. */
export type Rows = readonly (readonly string[])[];
export type Brought = {
  readonly ids: readonly string[];
  readonly rows: { readonly [kind in MatchKind]?: Rows };
  readonly values?: readonly number[];
};
export type Plan = {
  readonly terms: Omit<Proposal, 'responder' | 'counter'> & { readonly counted: boolean };
  readonly initiator: Brought;
  readonly responder: Brought;
  readonly officers: { readonly initiator: readonly Officer[]; readonly responder: readonly Officer[] };
  /** Texts that nobody but the two may ever see. */
  readonly canaries: readonly string[];
};

type Way = Pick<MatchTerms, 'mode' | 'learns'> & { counted: boolean; countFirst: boolean };

/** Every way in which a match can be agreed. */
export const ways: readonly Way[] = (['ecdh', 'salted-hash', 'count', 'sums'] as const).flatMap((mode) =>
  (mode === 'count' || mode === 'sums'
    ? (['initiator'] as const)
    : (['initiator', 'responder', 'both', 'neither'] as const)
  ).flatMap((learns) =>
    [
      { counted: false, countFirst: false },
      { counted: true, countFirst: false },
      { counted: true, countFirst: true },
    ]
      .filter(({ counted }) => counted || learns !== 'neither')
      .map((counting) => ({ mode, learns, ...counting })),
  ),
);

const writers: { readonly [kind in MatchKind]: (n: number, mark: string) => string } = {
  phone: (n, mark) => `+8613${mark.slice(0, 4)}${String(n).padStart(5, '0')}`,
  email: (n, mark) => (n % 3 === 0 ? `张伟${n}.${mark}@例子.com` : `p${n}.${mark}@example.com`),
  card: (n, mark) => `6222${mark.slice(0, 6)}${String(n).padStart(6, '0')}`,
};

function rowsOf(draws: Chance, kind: MatchKind, customers: number, pool: readonly [number, number], mark: string): Rows {
  const style = draws.next(6);
  return Array.from({ length: customers }, () => {
    const count = style === 0 ? draws.next(3) : draws.next(4) === 0 ? 0 : 1 + Number(draws.next(5) === 0);
    return Array.from({ length: count }, () => writers[kind](pool[0] + draws.next(pool[1] - pool[0]), mark));
  });
}

function brought(
  draws: Chance,
  kinds: readonly MatchKind[],
  side: string,
  mark: string,
  pool: readonly [number, number],
): Brought {
  const customers = draws.pick([1, 3, 5, 8, 8, 12, 20]);
  return {
    ids: Array.from({ length: customers }, (_, at) => `customer-${side}-${mark}-${at}`),
    rows: Object.fromEntries(kinds.map((kind) => [kind, rowsOf(draws, kind, customers, pool, mark)])),
    values: Array.from(
      { length: customers },
      () => draws.pick([0, 1, -7, 12_345, 2 ** 31, -(2 ** 38), 2 ** 40 - 100]) + draws.next(100),
    ),
  };
}

const officersOf = (draws: Chance, side: string, mark: string, least: number): Officer[] =>
  Array.from({ length: least + draws.next(2) }, (_, at) => ({
    officer: `Officer ${side}${at} 李 ${mark}`,
    reason: `because ${side}${at} ${mark}`,
  }));

/** @param way one of `ways`; the rest follows from chance */
export function drawPlan(draws: Chance, way: Way): Plan {
  const mark = String(100_000 + draws.next(900_000));
  const most = way.mode === 'sums' ? 1 : 1 + draws.next(3);
  const kinds = matchKinds.filter((kind) => draws.shuffle(matchKinds).slice(0, most).includes(kind));
  const chosen = way.mode === 'sums' || kinds.length === 0 ? [draws.pick(matchKinds)] : kinds;
  const size = 4 + draws.next(20);
  const shift = draws.next(Math.ceil(size / 2));
  const officers = 1 + draws.next(3);
  const [purpose, reason] = [`canary.purpose.${mark}`, `canary reason 原因 ${mark}`];
  const initiator = brought(draws, chosen, 'a', mark, [0, size]);
  const responder = brought(draws, chosen, 'b', mark, [shift, shift + size]);
  const agreed = {
    initiator: officersOf(draws, 'A', mark, officers),
    responder: officersOf(draws, 'B', mark, officers),
  };
  const items = [initiator, responder].flatMap(({ rows }) => Object.values(rows).flat(2));
  return {
    terms: {
      ...way,
      use: draws.pick(['overlap', 'suppression', 'known-elsewhere'] as const),
      purpose,
      reason,
      kinds: chosen,
      minSize: draws.pick([1, 1, 1, 1, 1, 3]),
      maxSize: draws.pick([1000, 1000, 1000, 1000, 1000, 12]),
      minIntersection: draws.pick([1, 1, 1, 2, 4]),
      officers,
      ...(way.mode === 'salted-hash' && draws.next(2) === 0 && { stretch: 4 }),
      ...(way.mode === 'sums' && { sumOf: `spent ${mark}` }),
    },
    initiator,
    responder,
    officers: agreed,
    canaries: [
      ...new Set([...items, ...initiator.ids, ...responder.ids]),
      purpose,
      mark,
      reason,
      ...[...agreed.initiator, ...agreed.responder].flatMap(({ officer, reason: why }) => [officer, why]),
    ],
  };
}

export function datasetFor({ ids, rows, values }: Brought, sums: boolean): Dataset {
  return {
    ids,
    lists: (Object.entries(rows) as [MatchKind, Rows][]).map(([kind, list]) => ({
      kind,
      items: list.flat(),
      owners: Uint32Array.from(list.flatMap((row, at) => row.map(() => at))),
      report: { given: list.flat().length, taken: list.flat().length, refused: {}, repeats: 0 },
    })),
    ...(sums && values && { values }),
    digest: '0'.repeat(64),
  };
}
