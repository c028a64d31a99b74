// Terms of a vertical round: two or three organisations hold different columns of the same people. Who has the labels, whose each column is, and
// by what the rows of one side are found on the other. The structure is SecureBoost's (Cheng et al. 2021, IEEE Intelligent Systems 36(6)).

import Type, { type Static } from 'typebox';
import { closed, idSchema, timeSchema } from '../signed.ts';
import { treeSettingsFields } from './tree-terms.ts';

export const verticalLimits = {
  membersMin: 2,
  membersMax: 3,
  /** Aligned rows: whole numbers of a row are capped so that sums of so many are exact. */
  rows: 200_000,
  /** Lines of a board that exchanges may take. */
  lines: 190_000,
} as const;

const rowsSchema = Type.Union([
  /** People that the owner and each partner have found in a match which is over, as their data stood at one moment. By partner: the match's session. */
  Type.Object({ by: Type.Literal('match'), matches: Type.Record(idSchema, idSchema), asOfMs: timeSchema }, closed),
  /** The n-th row of every side is the same person; that it is so is agreed elsewhere. */
  Type.Object({ by: Type.Literal('place') }, closed),
]);

export const verticalTreesSchema = Type.Object(
  {
    kind: Type.Literal('vertical-trees'),
    /** Has the labels, grows the trees, and has the key that its gradients are encrypted under. */
    owner: idSchema,
    rows: rowsSchema,
    ...treeSettingsFields,
    /**
     * Of the cells of a partner's columns (rows by columns) the share that sums may tell: the owner knows every row's gradient, so a sum over fewer than
     * five rows names them. A partner counts, and ends the round rather than answer beyond it.
     */
    exposedMost: Type.Number({ minimum: 0, maximum: 1 }),
  },
  closed,
);
export type VerticalTrees = Static<typeof verticalTreesSchema>;

type Given = {
  readonly members: readonly string[];
  readonly custodian: string;
  readonly against: string;
  readonly agreement: string;
  readonly encryption: string;
  readonly schema: { readonly features: readonly { readonly of?: string; readonly limit?: number }[] };
};

export const isVertical = ({ learn }: { readonly learn: { readonly kind: string } }): boolean => learn.kind === 'vertical-trees';

export function partnersOf({ members, learn }: { readonly members: readonly string[]; readonly learn: VerticalTrees }): string[] {
  return members.filter((member) => member !== learn.owner);
}

/** Nodes that one tree splits at most. */
export const splitsMost = ({ growth, maxDepth, maxLeaves }: Pick<VerticalTrees, 'growth' | 'maxDepth' | 'maxLeaves'>): number =>
  growth === 'depth' ? 2 ** maxDepth - 1 : Math.min(2 ** maxDepth, maxLeaves) - 1;

/** Lines of the board that exchanges of a round take at most: for each step of a tree partners are asked for sums and for their splits. */
export function exchangeLines(learn: VerticalTrees, partners: number): number {
  const steps = learn.growth === 'depth' ? learn.maxDepth : splitsMost(learn);
  return 2 * partners * (learn.trees * (1 + 2 * steps) + 4);
}

/** Whose columns follow whose in the joined table: the owner's, then each partner's in the order of ids. */
export const columnOrder = (terms: { readonly members: readonly string[]; readonly learn: VerticalTrees }): string[] => [
  terms.learn.owner,
  ...partnersOf(terms),
];

/** @returns the part that does not fit with the rest, if any */
export function verticalFault(terms: Given, learn: VerticalTrees): string | undefined {
  const { members, schema } = terms;
  if (members.length > verticalLimits.membersMax) return 'members';
  if (!members.includes(learn.owner)) return 'learn/owner';
  // The key that the gradients are under is the owner's own: nobody else keeps one.
  if (terms.custodian !== learn.owner) return 'custodian';
  // What exchanges are sealed by, what sums are under, and what is promised: an owner that encrypts something else than gradients is not found out.
  if (terms.against !== 'semi-honest') return 'against';
  if (terms.agreement !== 'x-wing') return 'agreement';
  if (terms.encryption !== 'bfv-8192') return 'encryption';
  if (schema.features.some(({ limit }) => limit !== undefined)) return 'schema/limit';
  const order = columnOrder({ members, learn });
  const places = schema.features.map(({ of }) => order.indexOf(of ?? ''));
  const follows = places.every((place, at) => place >= 0 && (at === 0 || place >= places[at - 1]!));
  if (!follows || new Set(places).size !== order.length) return 'schema/of';
  if (learn.rows.by === 'match') {
    const named = Object.keys(learn.rows.matches).sort();
    const partners = partnersOf({ members, learn });
    if (named.length !== partners.length || named.some((one, at) => one !== partners[at])) return 'learn/rows';
  }
  if (exchangeLines(learn, members.length - 1) > verticalLimits.lines) return 'learn/trees';
  return undefined;
}
