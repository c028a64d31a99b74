// The one place where customers' values are masked on their way out: it walks an answer, tells by the names of fields what is whose, and
// shows each value as the caller's sight of its class allows. What it does not know counts as free text, so that a new field is hidden
// until somebody says what it is.

import type { Json } from '../model/event.ts';
import { classOfIdentifier, type DataClass, dataClasses, knownClassOf, looksIdentifying } from './classes.ts';
import type { Sight, View } from './decide.ts';
import { mask, nothingShown } from './masks.ts';

export type Redaction = {
  readonly sight: Sight;
  /** Who reads, as `by` names who wrote: what somebody typed themselves is no news to them. */
  readonly reader?: string;
  pseudonym(dataClass: DataClass, value: string): string;
};

export function seesAll(sight: Sight): boolean {
  return dataClasses.every((one) => sight[one] === 'clear');
}

/** Fields of answers whose texts say nothing of a customer: numbers of records, sources, words of the node's own. */
const plain = new Set(
  (
    'id profile profiles personId otherPersons left right records source kind decidedBy lostBy actor verdict type outcome severity check code ' +
    'cursor next status purpose channel law lawVersion basis basisName rule article legalBasis fact state field level policyVersion where ' +
    'currency ticketId dataClass view en zh change cause segment into match partner use mode by how what erasure'
  ).split(' '),
);
/** Of a receipt and a ledger, what the law and the configuration say. */
const plainTrees = new Set([
  '@context',
  'when',
  'findings',
  'party_identification',
  'purposes',
  'basisName',
  'lawName',
  'apart',
  'counts',
  'error',
]);
const plainReceipt = new Set(
  (
    '@type schema_version receipt_id receipt_time record_id pii_principal_id privacy_notice privacy_notice_version language event_time ' +
    'event_type event_state entity_id collection_source validity_duration valid_until evidence_digest public_key signature'
  ).split(' '),
);
/** Of a signed receipt, what is signed by a hash alone. */
const signedApart = new Set(['evidence', 'evidence_salt']);
/** Names of a receipt that look like an address of mail, and are the node's own. */
const ownNames = new Set(['@context', '@type']);
/** What customers and systems wrote, field by field. */
const written = new Set(['traits', 'properties', 'context', 'integrations']);
/** What customers did: it identifies nobody, unless it looks so. */
const behaviour = new Set([
  'computed',
  'orders',
  'returns',
  'cart',
  'tickets',
  'recent',
  'pages',
  'products',
  'totals',
  'lines',
  'scores',
  'segments',
  'found',
]);
const classes: { readonly [field: string]: DataClass } = {
  userId: 'device',
  anonymousId: 'device',
  previousId: 'device',
  groupId: 'device',
  messageId: 'device',
  orderId: 'other',
  name: 'other',
  subject: 'free-text',
  evidence: 'free-text',
};
/** A record and a person have many; none of them names anybody. */
const personNumber = /^p\d{1,15}$/;
/** 16 bytes that the node has drawn, under a name of its own. */
const drawnId = /^[0-9a-f]{32}$/;
/** An erasure's id, in what became of a request: chance puts the digits of a telephone number into one of ten. */
const erasureId = /^erased: e[0-9a-f]{16}$/;
/** A moment is a long number too, and says when something was, not whose it is; how far a line stands in says nothing at all. */
const isOwnFigure = (key: string) => /(?:^at|At|^until|Until|^since|Since)Ms$|^depth$/.test(key);

/** What a field of the node's own holds: `tree` is walked on, `whole` is shown as it is. */
type Role = 'tree' | 'whole' | 'reason' | 'note' | 'traits' | 'written' | 'behaviour' | 'value';
/** All that the name of a field tells, so that it is looked up once. */
type FieldWord = {
  readonly known: DataClass | undefined;
  readonly identifying: boolean;
  readonly role: Role;
  /** Of its text where the node has built the field; undefined: `plain` says whether it is shown. */
  readonly own: DataClass | undefined;
  readonly plain: boolean;
  /** Of what a customer did, its class whatever stands around it. */
  readonly done: DataClass | undefined;
  /** A number that is shown among what a customer did. */
  readonly isOwnFigure: boolean;
  readonly signedApart: boolean;
};
/** Names come again with every answer, and telling what one means takes longer than masking what it holds. Long ones are not kept. */
const fieldWords = new Map<string, FieldWord>();
const keptNames = 4_000;
const keptNameLength = 64;

export function fieldWord(name: string): FieldWord {
  const kept = fieldWords.get(name);
  if (kept) return kept;
  const own = Object.hasOwn(classes, name) ? classes[name] : undefined;
  const word: FieldWord = {
    known: knownClassOf(name),
    identifying: !ownNames.has(name) && looksIdentifying(name),
    role: roleOf(name),
    own,
    plain: plain.has(name) || plainReceipt.has(name),
    done: own ?? (plain.has(name) ? 'other' : undefined),
    isOwnFigure: isOwnFigure(name),
    signedApart: signedApart.has(name),
  };
  if (name.length > keptNameLength) return word;
  if (fieldWords.size >= keptNames) fieldWords.clear();
  fieldWords.set(name, word);
  return word;
}

function roleOf(name: string): Role {
  if (plainTrees.has(name)) return 'whole';
  if (name === 'reason' || name === 'note' || name === 'traits' || name === 'value') return name;
  if (written.has(name)) return 'written';
  return behaviour.has(name) ? 'behaviour' : 'tree';
}

type Tree = { readonly [key: string]: Json };
const isTree = (value: Json | undefined): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

/** @returns the same answer with every value of a customer as this sight shows it; what it was given stays as it is */
export function redact(answer: unknown, redaction: Redaction): unknown {
  return new Walk(redaction).structure(answer as Json, '');
}

type Show = (name: string, held: Json, word: FieldWord, tree: Tree) => Json;

/** What is shown as it is stays the same object: most of an answer is, and to copy it takes longer than to look at it. */
class Walk {
  readonly #redaction: Redaction;
  /** What no name tells is shown as it is, whether it looks identifying or not. */
  readonly #seesTexts: boolean;

  constructor(redaction: Redaction) {
    this.#redaction = redaction;
    this.#seesTexts = redaction.sight.other === 'clear' && redaction.sight['free-text'] === 'clear';
  }

  /** A part of an answer that the node has built. */
  structure(value: Json, key: string, word: FieldWord = fieldWord(key)): Json {
    if (typeof value === 'object' && value !== null)
      return Array.isArray(value)
        ? this.#list(value, (one) => this.structure(one, key, word))
        : this.#each(value as Tree, this.#member);
    if (word.own !== undefined) return this.#leaf(value, word.own);
    if (typeof value !== 'string') return value;
    // A path, and what was done, are made of names of fields, which a system may have chosen badly.
    if ((key === 'where' || (key === 'what' && !erasureId.test(value))) && looksIdentifying(value))
      return this.#leaf(value, 'free-text');
    if (word.plain) return value;
    return personNumber.test(value) ? value : this.#leaf(value, 'free-text');
  }

  readonly #member: Show = (name, held, word, tree) => {
    switch (word.role) {
      case 'tree':
        return this.structure(held, name, word);
      case 'whole':
        return held;
      case 'reason':
        // Typed by somebody, but for the words of the law and the rule that an event in quarantine broke.
        if (typeof held !== 'string') return this.structure(held, name, word);
        return 'where' in tree || this.#isOwn(tree) ? held : this.#leaf(held, 'free-text');
      case 'note':
        return typeof held === 'string' && this.#isOwn(tree) ? held : this.structure(held, name, word);
      case 'traits':
        return isTree(held) && isProfile(tree) ? this.#lineages(held) : this.content(held, 'free-text');
      case 'written':
        return this.content(held, 'free-text');
      case 'behaviour':
        return this.content(held, 'other');
      default:
        // An identifier of a person, or what joined two records.
        return this.content(held, typeof tree.kind === 'string' ? classOfIdentifier(tree.kind) : 'free-text');
    }
  };

  /** Of something that the node has built: whether it was written down by whoever reads it. */
  #isOwn({ by }: Tree): boolean {
    return typeof by === 'string' && by === this.#redaction.reader;
  }

  /** Traits of a golden record: each with its lineage. */
  #lineages(traits: Tree): Json {
    return this.#each(traits, (_trait, lineage, word) => {
      const dataClass = word.known ?? 'free-text';
      if (!isTree(lineage) || !Array.isArray(lineage.others)) return this.content(lineage, dataClass);
      const value = this.content(lineage.value ?? null, dataClass);
      const others = this.#list(lineage.others, (other) => {
        if (!isTree(other)) return null;
        const own = this.content(other.value ?? null, dataClass);
        return own === other.value ? other : { ...other, value: own };
      });
      return value === lineage.value && others === lineage.others ? lineage : { ...lineage, value, others };
    });
  }

  /** What came from outside. @param dataClass of what no name tells */
  content(value: Json, dataClass: DataClass): Json {
    if (typeof value !== 'object' || value === null) return this.#leaf(value, dataClass);
    if (Array.isArray(value)) return this.#list(value, (one) => this.content(one, dataClass));
    if (dataClass === 'other')
      return this.#each(value, (_name, held, word) => {
        if (word.isOwnFigure && typeof held === 'number') return held;
        // Ids of matches and members are drawn by chance, and may hold what looks like a telephone number.
        if (word.plain && typeof held === 'string' && drawnId.test(held)) return held;
        return this.content(held, word.done ?? word.known ?? 'other');
      });
    // Within an address, what has a name that nobody knows is a part of the address still.
    return this.#each(value, (_name, held, word) => this.content(held, word.known ?? dataClass));
  }

  #leaf(value: Json, dataClass: DataClass): Json {
    if (value === null || value === '' || (this.#seesTexts && this.#redaction.sight[dataClass] === 'clear')) return value;
    const text = String(value);
    // An average has many digits behind its point, which are nobody's.
    const whole = typeof value === 'number' ? String(Math.trunc(value)) : text;
    // A number that nobody named is a sum or a count, unless it is long enough to be somebody's.
    const counted = typeof value === 'number' && dataClass === 'free-text' && Math.abs(value) < 1e7;
    const own = counted ? 'other' : dataClass === 'other' && looksIdentifying(whole) ? 'free-text' : dataClass;
    if (typeof value === 'boolean' && own !== 'other') return this.#shown(value, text, 'other');
    return this.#shown(value, text, own);
  }

  #shown(value: Json, text: string, dataClass: DataClass): Json {
    const view: View = this.#redaction.sight[dataClass];
    if (view === 'clear') return value;
    // A number that identifies nobody is of a kind that a text cannot stand for: there is nothing in its place.
    const isFigure = typeof value !== 'string' && (dataClass === 'other' || dataClass === 'free-text');
    if (view === 'pseudonym') return isFigure ? null : this.#redaction.pseudonym(dataClass, text);
    if (typeof value !== 'string') return null;
    return view === 'masked' ? mask(value, dataClass) : nothingShown;
  }

  #list(values: readonly Json[], show: (held: Json) => Json): Json {
    let shown: Json[] | undefined;
    for (let at = 0; at < values.length; at += 1) {
      const value = show(values[at]!);
      if (shown) shown.push(value);
      else if (value !== values[at]) shown = [...values.slice(0, at), value];
    }
    return shown ?? (values as Json[]);
  }

  #each(tree: Tree, show: Show): Json {
    const hidesNames = this.#redaction.sight['free-text'] !== 'clear';
    const names = Object.keys(tree);
    let shown: { [name: string]: Json } | undefined;
    let count = 0;
    for (let at = 0; at < names.length; at += 1) {
      const name = names[at]!;
      const held = tree[name];
      if (held === undefined) continue;
      // A masked word would look like a changed one: a signed receipt is given without what is not shown, and verifies.
      const word = fieldWord(name);
      const kept = !(hidesNames && word.signedApart && tree.evidence_digest !== undefined);
      // The name of a field can be somebody's number as well.
      const told = hidesNames && word.identifying ? `${nothingShown}${count}` : name;
      const value = kept ? show(name, held, word, tree) : held;
      if (!shown && (!kept || told !== name || value !== held)) shown = this.#copyOf(tree, names.slice(0, at));
      if (!kept) continue;
      if (shown) set(shown, told, value);
      count += 1;
    }
    return shown ?? (tree as Json);
  }

  #copyOf(tree: Tree, names: readonly string[]): { [name: string]: Json } {
    const copy: { [name: string]: Json } = {};
    for (const name of names) if (tree[name] !== undefined) set(copy, name, tree[name]);
    return copy;
  }
}

function set(tree: { [name: string]: Json }, name: string, value: Json): void {
  // Set like any other, it would become the prototype.
  if (name === '__proto__') Object.defineProperty(tree, name, { value, enumerable: true });
  else tree[name] = value;
}

function isProfile(tree: Tree): boolean {
  return Array.isArray(tree.records) && Array.isArray(tree.identifiers) && Array.isArray(tree.households);
}
