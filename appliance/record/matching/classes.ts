// What two records can be to each other. Fellegi and Sunter know two answers, one person or two strangers, and take fields
// as independent; neighbours, families, twins and namesakes then look like one person. Here each of them is a class of its own,
// with the fields it shares estimated from the data and the others as in strangers (a latent class model).

import { type FieldKind, kinds } from './kinds.ts';

/** Where a class takes the chance of a field's levels from: `m` and `u` as in Fellegi-Sunter, or a set of its own. */
export type Source = 'm' | 'u' | 'place' | 'household' | 'twin' | 'kin' | 'namesake' | 'work';

export type PairClass = {
  name: string;
  /** Whether records in this relation are of one person. */
  same: boolean;
  /** One source per field of the table. */
  sources: Source[];
  /** The largest share this class may have, as a multiple of the first class's. */
  atMost: number;
};

/** The classes that the given fields can tell apart; the first is "one person", the second "strangers". */
export function pairClasses(fields: readonly FieldKind[]): PairClass[] {
  const sphere = (kind: FieldKind) => kinds[kind].sphere;
  const make = (name: string, same: boolean, of: (kind: FieldKind) => Source, atMost = Number.POSITIVE_INFINITY): PairClass => ({
    name,
    same,
    sources: fields.map(of),
    atMost,
  });
  const count = (test: (kind: FieldKind) => boolean): number =>
    fields.filter((kind) => sphere(kind) !== 'origin' && test(kind)).length;
  const atHome = (kind: FieldKind) => sphere(kind) === 'home' || sphere(kind) === 'place';
  const shared = (kind: FieldKind) => atHome(kind) || sphere(kind) === 'family' || sphere(kind) === 'contact';
  const personal = (kind: FieldKind) => sphere(kind) === 'self' || kind === 'givenName' || kind === 'fullName';
  const named = (kind: FieldKind) => sphere(kind) === 'name' || sphere(kind) === 'family';
  const classes = [make('one person', true, () => 'm'), make('strangers', false, () => 'u')];
  if (count(atHome) >= 2 && count((kind) => !atHome(kind)) >= 2) {
    classes.push(make('one person, moved', true, (kind) => (atHome(kind) ? 'u' : 'm'), 0.6));
  }
  if (count((kind) => sphere(kind) === 'place') >= 2) {
    classes.push(make('neighbours', false, (kind) => (sphere(kind) === 'place' ? 'place' : 'u')));
  }
  if (count(shared) >= 2 && count(personal) >= 1 && count((kind) => sphere(kind) === 'home' || kind === 'phone') >= 1) {
    // Given names of one home are another's, but often alike.
    const own = (kind: FieldKind): Source => (kind === 'givenName' ? 'kin' : 'u');
    classes.push(make('one household', false, (kind) => (shared(kind) ? 'household' : own(kind))));
    if (fields.includes('birthDate') && fields.includes('givenName')) {
      // Every record of the one twin meets every record of the other: more pairs than their share of people.
      classes.push(make('twins', false, (kind) => (kind === 'birthDate' ? 'twin' : shared(kind) ? 'household' : own(kind)), 0.1));
    }
  }
  if (count(named) >= 2 && count((kind) => !named(kind) && personal(kind)) >= 1) {
    classes.push(make('namesakes', false, (kind) => (named(kind) || kind === 'email' ? 'namesake' : 'u')));
  }
  if (fields.includes('company') && count((kind) => sphere(kind) === 'work' || atHome(kind)) >= 2) {
    classes.push(make('colleagues', false, (kind) => (kind === 'company' || atHome(kind) ? 'work' : 'u')));
  }
  return classes;
}
