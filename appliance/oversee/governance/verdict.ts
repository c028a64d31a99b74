// The verdict on a field: its class, from the shares of its values that show each mark, how many different values it has, and its name.
// Never from one value: below a least number of values it only says what the name suggests.

import { classOfName, type DataClass, speaksAgainst } from './classes.ts';
import { type Mark, marks } from './detectors.ts';

export const verdictLimits = {
  /** Values tested below which shares mean nothing. */
  values: 20,
  /** Shares of values that a class needs: where the name says the same, says nothing, or speaks against it. */
  agreed: 0.4,
  alone: 0.8,
  against: 0.97,
  /** Different values below which a column of words is a list of categories. */
  distinctNames: 20,
  /** Different values among all, from which words with digits are ids. */
  idShare: 0.5,
} as const;

export type Evidence = {
  readonly path: readonly string[];
  /** Values that were tested, and how many showed each mark. */
  readonly tested: number;
  readonly counts: ArrayLike<number>;
  readonly distinct: number;
  /** Values that were counted for `distinct`. */
  readonly counted: number;
  /** Texts and numbers among all values that were no null. */
  readonly scalarShare: number;
};
export type Verdict = {
  /** Undefined: too little was seen. */
  dataClass: DataClass | undefined;
  by: 'values' | 'values and name' | 'name' | 'nothing';
  /** The share of values that showed the class. */
  share: number;
  tested: number;
};

const byShape: readonly (readonly [DataClass, Mark])[] = [
  ['national_id', 'national_id'],
  ['bank_card', 'bank_card'],
  ['phone', 'phone'],
  ['email', 'email'],
  ['ip_address', 'ip_address'],
  ['address', 'address'],
];

export function judgeField(evidence: Evidence): Verdict {
  const { path, tested, counts, scalarShare } = evidence;
  const named = classOfName(path);
  const share = (mark: Mark) => (tested === 0 ? 0 : counts[marks.indexOf(mark)]! / tested);
  const verdict = (dataClass: DataClass | undefined, by: Verdict['by'], of: number): Verdict => ({
    dataClass,
    by,
    share: of,
    tested,
  });
  if (tested < verdictLimits.values) {
    const suggested = named !== undefined && (scalarShare >= 0.5 || tested === 0);
    return suggested ? verdict(named, 'name', 0) : verdict(undefined, 'nothing', 0);
  }
  const against = speaksAgainst(path);
  const strongest = byShape
    .map(([dataClass, mark]) => ({ dataClass, of: share(mark), needed: needed(dataClass, named, against) }))
    .filter(({ of, needed: least }) => of >= least)
    .sort((a, b) => Number(b.dataClass === named) - Number(a.dataClass === named) || b.of - a.of)[0];
  if (strongest) return verdict(strongest.dataClass, strongest.dataClass === named ? 'values and name' : 'values', strongest.of);
  return (
    birthDate(named, against, share, verdict) ??
    personName(named, evidence, share, verdict) ??
    ids(named, evidence, share, verdict) ??
    prose(named, share, verdict) ??
    verdict('none', 'values', 1)
  );
}

type Shares = (mark: Mark) => number;
type Make = (dataClass: DataClass, by: Verdict['by'], of: number) => Verdict;

function needed(dataClass: DataClass, named: DataClass | undefined, against: boolean): number {
  if (named === dataClass) return verdictLimits.agreed;
  // By chance one number in ten passes a card's check, and one in a thousand an identity number's.
  if (dataClass === 'bank_card' || dataClass === 'national_id') return verdictLimits.alone;
  // A name that speaks for another class makes this one no surer than a name that speaks against it.
  return against || named === 'identifier' ? verdictLimits.against : verdictLimits.alone;
}

function birthDate(named: DataClass | undefined, against: boolean, share: Shares, make: Make): Verdict | undefined {
  const of = share('birth_date');
  if (named === 'birth_date' && of >= verdictLimits.agreed) return make('birth_date', 'values and name', of);
  // Days of one's birth lie decades back and far apart; days of orders do not.
  if (!against && named === undefined && of >= 0.8 && share('long_ago') >= 0.5) return make('birth_date', 'values', of);
  return undefined;
}

function personName(
  named: DataClass | undefined,
  { distinct, counted }: Evidence,
  share: Shares,
  make: Make,
): Verdict | undefined {
  // A list of words comes again and again; names do less.
  const enough = Math.max(verdictLimits.distinctNames, Math.min(200, 0.25 * counted));
  const [han, western, shape] = [share('han_name'), share('western_name'), share('name_shape')];
  const of = han + western;
  if (named === 'person_name')
    return shape >= verdictLimits.agreed || of >= 0.3 ? make('person_name', 'values and name', of) : undefined;
  if (named !== undefined || distinct < enough || shape < 0.72) return undefined;
  // Half of the commonest words for things open like a surname, and of Western names only those are told that are known.
  return of >= 0.68 || western >= 0.5 ? make('person_name', 'values', of) : undefined;
}

function ids(named: DataClass | undefined, { distinct, counted }: Evidence, share: Shares, make: Make): Verdict | undefined {
  const device = share('device_shape');
  if (named === 'device_id' && Math.max(device, share('token')) >= verdictLimits.agreed)
    return make('device_id', 'values and name', Math.max(device, share('token')));
  const of = Math.max(device, share('token'));
  if (named === 'identifier') return make('identifier', of >= verdictLimits.agreed ? 'values and name' : 'name', of);
  if (device >= verdictLimits.alone) return make('identifier', 'values', device);
  const many = distinct >= verdictLimits.values && distinct >= verdictLimits.idShare * counted;
  return of >= verdictLimits.alone && many ? make('identifier', 'values', of) : undefined;
}

function prose(named: DataClass | undefined, share: Shares, make: Make): Verdict | undefined {
  const of = share('free_text');
  if (named === 'free_text') return make('free_text', of >= 0.1 ? 'values and name' : 'name', of);
  return of >= 0.3 ? make('free_text', 'values', of) : undefined;
}
