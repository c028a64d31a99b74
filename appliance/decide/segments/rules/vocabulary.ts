// The names a node knows beside the words of the language: traits, computed traits, events, segments, scores, purposes, each with other names in
// either language. Parsing and printing share one vocabulary, and what is printed under it is read back as it was.

import type { Words } from '../../../core/errors.ts';
import { nearNames } from '../../../core/values/near.ts';
import { standardTraitFor, standardTraits } from '../../../core/values/standard-traits.ts';
import { comparisonText } from '../../../core/values/text.ts';
import type { Quantity } from './rule.ts';
import { type Language, nameBreaks, type Word, words } from './words.ts';

export type ValueType = 'number' | 'text' | 'time' | 'boolean' | 'any';
export type KnownName = {
  readonly name: string;
  readonly type?: ValueType;
  /** What people read; each is an alias too. */
  readonly label?: Words;
  readonly aliases?: readonly string[];
};
/** Of a computed trait the event it is made of, as holdfast.json declares it. */
export type KnownComputed = KnownName & { readonly event?: string; readonly windowDays?: number };
export type KnownEvent = KnownName & { readonly properties?: readonly KnownName[] };

export type VocabularyDeclaration = {
  readonly traits?: readonly KnownName[];
  readonly computed?: readonly KnownComputed[];
  readonly events?: readonly KnownEvent[];
  readonly segments?: readonly string[];
  readonly scores?: readonly string[];
  readonly purposes?: readonly { readonly purpose: string; readonly name?: Words; readonly channels: readonly string[] }[];
};

type NamedQuantity = Extract<Quantity, { name: string }>;
type Found<T> = { readonly value: T; readonly length: number };

/** Words that a quantity can begin with: an alias equal to one would take the language's own word away. */
const reserved: readonly Word[] = [
  ...(['spend', 'orderCount', 'averageOrder', 'largestOrder', 'lastOrder', 'firstOrder', 'complaints', 'openTickets'] as const),
  ...([
    'age',
    'source',
    'channel',
    'device',
    'region',
    'score',
    'trait',
    'computed',
    'has',
    'hasNot',
    'not',
    'did',
    'didNot',
  ] as const),
  ...([
    'firstDid',
    'lastDid',
    'didInOrder',
    'active',
    'inactive',
    'inSegment',
    'notInSegment',
    'mayBeUsed',
    'mayNotBeUsed',
  ] as const),
  ...(['and', 'or', 'within', 'past', 'today', 'yesterday', 'thisWeek', 'lastWeek', 'thisMonth', 'lastMonth', 'since'] as const),
  ...(['thisQuarter', 'lastQuarter', 'thisYear', 'lastYear', 'until', 'on', 'before', 'after', 'inList', 'anything'] as const),
];
const reservedForms = new Set(reserved.flatMap((key) => [...words[key].en, ...words[key].zh]).map((form) => form.toLowerCase()));
/** Words of one letter or an operator inside an alias would end it early. */
const inner = new Set(
  (
    [
      'equal',
      'notEqual',
      'inList',
      'notInList',
      'contains',
      'within',
      'and',
      'or',
      'not',
      'where',
      'times',
      'followedBy',
    ] as const
  )
    .flatMap((key): readonly string[] => words[key].en)
    .filter((form) => /^[a-z ]+$/.test(form)),
);
const aliasShape = /^[\p{L}_][\p{L}\p{N}_.-]*(?: [\p{L}\p{N}_.-]+)*$/u;

/** Whether a name can stand in a rule without quotation marks. */
export function speakable(name: string): boolean {
  const lower = name.toLowerCase();
  const parts = lower.split(' ');
  return (
    aliasShape.test(name) &&
    !reservedForms.has(lower) &&
    !(parts.length > 1 && parts.some((part) => inner.has(part) || reservedForms.has(part)))
  );
}

/** Names found at a place of a text: the longest that ends there. */
class Names<T> {
  readonly #byForm = new Map<string, T>();
  #pattern: RegExp | undefined;

  /** The first to take a form keeps it. */
  add(form: string, value: T): void {
    const key = form.toLowerCase();
    if (speakable(form) && !this.#byForm.has(key)) {
      this.#byForm.set(key, value);
      this.#pattern = undefined;
    }
  }

  at(text: string, place: number): Found<T> | undefined {
    this.#pattern ??= patternOf([...this.#byForm.keys()]);
    this.#pattern.lastIndex = place;
    const found = this.#pattern.exec(text);
    if (!found || found[0] === '') return undefined;
    return { value: this.#byForm.get(found[0].toLowerCase().replace(/\s+/g, ' '))!, length: found[0].length };
  }
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
const breaks = nameBreaks.map(escaped).join('|');

function patternOf(all: readonly string[]): RegExp {
  if (all.length === 0) return /(?!)/y;
  const forms = [...all]
    .sort((a, b) => b.length - a.length || (a < b ? -1 : 1))
    .map((form) => escaped(form).replaceAll(' ', '\\s+'));
  // A name ends where no letter follows, or where a Chinese word of the language begins.
  return new RegExp(`(?:${forms.join('|')})(?=$|[^\\p{L}\\p{N}_.-]|${breaks})`, 'iuy');
}

export type Vocabulary = {
  readonly declaration: Required<VocabularyDeclaration>;
  readonly traits: ReadonlyMap<string, KnownName>;
  readonly computed: ReadonlyMap<string, KnownComputed>;
  readonly events: ReadonlyMap<string, KnownEvent>;
  /** The trait or computed trait whose name, label or alias stands at a place. */
  quantityAt(text: string, place: number): Found<NamedQuantity> | undefined;
  /** The event whose name, label or alias stands there, by its own name. */
  eventAt(text: string, place: number): Found<string> | undefined;
  /** The trait that a bare name means when it is none of those: the standard one of that spelling (`created_at`), or one of its own. */
  traitMeant(name: string): string;
  /** The name that people of a language read, when it leads back to the same; undefined when only its own name does. */
  spoken(kind: 'trait' | 'computed' | 'event', name: string, language: Language): string | undefined;
};

const standardTypes: { readonly [normaliser: string]: ValueType } = {
  number: 'number',
  date: 'time',
  time: 'time',
  text: 'text',
};

/** Own traits, then the standard ones with their labels and aliases; own names win over standard aliases, computed traits over both. */
export function vocabulary(declaration: VocabularyDeclaration = {}): Vocabulary {
  const { traits = [], computed = [], events = [], segments = [], scores = [], purposes = [] } = declaration;
  const standard = standardTraits.map(
    ({ name, label, aliases, normaliser }): KnownName => ({ name, label, aliases, type: standardTypes[normaliser] ?? 'text' }),
  );
  const own = new Set(traits.map(({ name }) => name));
  // What sources tell of under a standard name is called what the standard trait is called, unless it is declared otherwise.
  const told = traits.map((one): KnownName => {
    const { label, aliases } = standard.find(({ name }) => name === one.name) ?? {};
    return { ...(label && { label }), ...(aliases && { aliases }), ...one };
  });
  const allTraits = [...told, ...standard.filter(({ name }) => !own.has(name))];
  const quantities = new Names<NamedQuantity>();
  for (const known of computed) addForms(quantities, known, { kind: 'computed', name: known.name });
  for (const known of traits) quantities.add(known.name, { kind: 'trait', name: known.name });
  for (const known of standard) quantities.add(known.name, { kind: 'trait', name: known.name });
  for (const known of allTraits) addForms(quantities, known, { kind: 'trait', name: known.name });
  const eventNames = new Names<string>();
  for (const known of events) eventNames.add(known.name, known.name);
  for (const known of events) addForms(eventNames, known, known.name);
  const byName = <T extends KnownName>(all: readonly T[]) => new Map(all.map((known) => [known.name, known]));
  const maps = { trait: byName(allTraits), computed: byName(computed), event: byName(events) };
  return {
    declaration: { traits, computed, events, segments, scores, purposes },
    traits: maps.trait,
    computed: maps.computed,
    events: maps.event,
    quantityAt: (text, place) => quantities.at(text, place),
    eventAt: (text, place) => eventNames.at(text, place),
    traitMeant: (name) => {
      const standard = standardTraitFor(name)?.name;
      // The birthday and the age of the language are read before any name.
      return standard === undefined || reservedForms.has(name.toLowerCase()) ? name : standard;
    },
    spoken(kind, name, language) {
      const label = maps[kind].get(name)?.label?.[language];
      // In English the plain name is what everybody else's documents say too.
      const plain = language === 'en' && /^[\w-]+$/.test(name);
      for (const form of label === undefined || plain ? [name] : [label, name]) {
        // As it will stand in a rule: with a space after it.
        const found = kind === 'event' ? eventNames.at(`${form} `, 0) : quantities.at(`${form} `, 0);
        if (!found || found.length !== form.length) continue;
        const { value } = found;
        if (typeof value === 'string' ? value === name : value.name === name && value.kind === kind) return form;
      }
      return undefined;
    },
  };
}

function addForms<T>(names: Names<T>, known: KnownName, value: T): void {
  for (const form of [known.name, known.label?.en, known.label?.zh, ...(known.aliases ?? [])])
    if (form !== undefined) names.add(form, value);
}

const computedTypes: { readonly [operation: string]: ValueType } = {
  count: 'number',
  sum: 'number',
  average: 'number',
  min: 'number',
  max: 'number',
  distinct: 'number',
};

/** A declared computed trait (`computedTraits` of holdfast.json) as a name of the language. */
export function knownComputed(
  declared: { readonly name: string; readonly event: string; readonly operation: string; readonly windowDays?: number },
  names: Pick<KnownName, 'label' | 'aliases'> = {},
): KnownComputed {
  const { name, event, operation, windowDays } = declared;
  return { name, event, type: computedTypes[operation] ?? 'any', ...(windowDays !== undefined && { windowDays }), ...names };
}

/** The known names most like one that is not known, the best first, at most three. */
export const nearest = (name: string, known: Iterable<string>): string[] => nearNames(name, known, keyOf);

const keyOf = (name: string) => comparisonText(name.slice(0, 100)).replace(/[\s_.-]/g, '');
