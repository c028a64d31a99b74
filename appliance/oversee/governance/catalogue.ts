// The catalogue: every field that every source has sent, with what was observed of it and what people said of it. What is observed is
// kept in memory and written behind every few seconds; what people say is on disk before they are answered.

import type { Place } from '../../../crypto/envelope.ts';
import type { Key } from '../../../crypto/keys.ts';
import { Fault } from '../../core/errors.ts';
import type { Event, SourceId } from '../../core/model/event.ts';
import { oneByOne } from '../../core/one-by-one.ts';
import type { Ports } from '../../core/ports.ts';
import type { Row, Store } from '../../core/store/store.ts';
import type { TextSeal } from '../../core/vault/vault.ts';
import type { DataClass } from './classes.ts';
import type { DetectorOptions } from './detectors.ts';
import { FieldSketch, type Seen, type SketchText } from './field-sketch.ts';
import { anyName, type Decision, FieldNode, SourceFields, type Stream, type StreamKind } from './fields.ts';
import { type Hash, hashInto, type Seed, seedOf } from './hash.ts';
import { Pace } from './sampler.ts';
import { deleteEntries, entriesTable, insertWords, readEntries, readNewestWords, readWords, writeEntries } from './store.ts';
import { type FieldFilter, type FieldView, matches, mayMatch, viewOf } from './view.ts';

export const catalogueLimits = {
  /** Rows of one transaction and of one read at the start. */
  rows: 500,
  ownerLength: 128,
  descriptionLength: 1_000,
  listRows: 500,
  /** Fields judged before events that arrive have their turn. */
  viewsAtOnce: 200,
  /** Words on one field that are kept; older ones stay until the field is forgotten. */
  versions: 1_000,
} as const;

export type Held = { where: string; reason: string };
export const heldReason = 'a field that nobody has classified yet';
export const noRoomReason = 'a field that the catalogue has no room for';

export type CatalogueParts = TextSeal & {
  store: Store;
  ports: Pick<Ports, 'clock' | 'random'>;
  region: string;
  /** Eight bytes that only this node knows and that stay the same. */
  seed: Uint8Array;
  derivedKey(): { key: Key<'data'>; epoch: number };
  placeOf(table: string, column: string): Place;
  sourceName(source: SourceId): string;
  /** Told when a field has its first word, so that events held for it can go on. */
  classified?(source: SourceId): void;
};

/** `s`: the stream. `p`: the path; absent in the entry of the stream itself. */
type EntryText = {
  s: [kind: StreamKind, name?: string];
  p?: string[];
  k?: SketchText;
  o?: number;
  n?: [seen: number, taken: number, firstAtMs: number, lastAtMs: number, overflow: number];
};
type WordsText = Pick<Decision, 'dataClass' | 'owner' | 'description' | 'by'>;

export type Said = { dataClass: DataClass; owner?: string; description?: string };

export class Catalogue {
  readonly #parts: CatalogueParts;
  readonly #sources = new Map<SourceId, SourceFields>();
  readonly #byId = new Map<number, FieldNode>();
  readonly #room = { fields: 0 };
  readonly #seed: Seed;
  readonly #hash: Hash = { high: 0, low: 0 };
  readonly pace: Pace;
  readonly #alone = oneByOne();
  /** Why the last writing behind failed, until one succeeds. */
  lastFault: string | undefined;

  private constructor(parts: CatalogueParts) {
    this.#parts = parts;
    this.#seed = seedOf(parts.seed);
    this.pace = new Pace(parts.ports.random);
  }

  static async open(parts: CatalogueParts): Promise<Catalogue> {
    const catalogue = new Catalogue(parts);
    await catalogue.#load();
    return catalogue;
  }

  /** The fields of a source, made when it is first heard of. */
  of(source: SourceId): SourceFields {
    let fields = this.#sources.get(source);
    if (!fields) {
      fields = new SourceFields(source, this.#room);
      this.#sources.set(source, fields);
    }
    return fields;
  }

  /** What a batch's values are read with. */
  seenAt(nowMs: number): Seen {
    return { seed: this.#seed, hash: this.#hash, customer: 0, region: this.#parts.region, nowMs };
  }

  /** A hash of whose event it is, for counting customers. */
  customerOf(event: Event): number {
    hashInto(this.#hash, this.#seed, event.userId ?? event.anonymousId ?? '');
    return this.#hash.low & 63;
  }

  hashOf(text: string): Hash {
    const hash = { high: 0, low: 0 };
    hashInto(hash, this.#seed, text);
    return hash;
  }

  /** The first field of an event that no person has classified; its fields are known from now on. */
  unclassified(source: SourceId, event: Event): Held | undefined {
    for (const { where, node } of this.of(source).leaves(event, this.#options())) {
      if (!node) return { where, reason: noRoomReason };
      if (node.decision) continue;
      node.dirty = true;
      return { where, reason: heldReason };
    }
    return undefined;
  }

  /** Fields of a source or of all, by source, stream and path. New ones have their numbers first. */
  async list(filter: FieldFilter = {}): Promise<{ fields: FieldView[]; total: number }> {
    if (this.#unnumbered()) await this.flush();
    const nodes: FieldNode[] = [];
    for (const fields of this.#sources.values()) {
      if (filter.source !== undefined && fields.source !== filter.source) continue;
      // `traits` and the like are no fields, they hold them.
      for (const node of fields.nodes())
        if (node.id !== undefined && !(node.path.length === 1 && node.children) && mayMatch(node, filter)) nodes.push(node);
    }
    nodes.sort(byPlace);
    const from = filter.offset ?? 0;
    const until = from + (filter.limit ?? catalogueLimits.listRows);
    const view = (node: FieldNode) => viewOf(node, this.#parts.sourceName(node.stream.source));
    if (filter.class === undefined && filter.personal === undefined)
      return { fields: nodes.slice(from, until).map(view), total: nodes.length };
    // A verdict on each of many thousands takes a while: events that arrive go between.
    const found: FieldView[] = [];
    for (const [at, node] of nodes.entries()) {
      if (at % catalogueLimits.viewsAtOnce === catalogueLimits.viewsAtOnce - 1)
        await new Promise((resolve) => setImmediate(resolve));
      const seen = view(node);
      if (matches(seen, filter)) found.push(seen);
    }
    return { fields: found.slice(from, until), total: found.length };
  }

  /** Every field of one path's name in all sources, such as each `traits.phone`. */
  nodesAt(path: readonly string[]): FieldNode[] {
    const name = path.join('.');
    return [...this.#sources.values()].flatMap((fields) => [...fields.nodes()].filter((node) => node.path.join('.') === name));
  }

  /** What each source has sent in all: events by stream, fields, and what there was no room for. */
  async streams(source?: SourceId): Promise<StreamView[]> {
    const all = [...this.#sources.values()].filter((fields) => source === undefined || fields.source === source);
    return all.flatMap((fields) =>
      [...fields.streams()]
        .filter((stream) => stream.sampler.seen > 0)
        .map((stream) => ({
          source: fields.source,
          sourceName: this.#parts.sourceName(fields.source),
          kind: stream.kind,
          ...(stream.name !== undefined && { event: stream.name }),
          seen: stream.sampler.seen,
          lookedAt: stream.sampler.taken,
          firstSeenAtMs: stream.firstAtMs,
          lastSeenAtMs: stream.lastAtMs,
          ...(stream.kind === 'any' && { fields: fields.fieldCount, overflow: fields.overflow }),
        })),
    );
  }

  /** @throws {Fault} `not_found` */
  async field(id: number): Promise<FieldView & { history: (Omit<Decision, 'dataClass'> & { class: DataClass })[] }> {
    const node = this.#node(id);
    const rows = await readWords(this.#parts.store, id);
    const history = rows.map((row) => {
      const { dataClass, ...rest } = this.#openWords(row);
      return { ...rest, class: dataClass };
    });
    return { ...viewOf(node, this.#parts.sourceName(node.stream.source)), history };
  }

  /** A person's word on a field: on disk when it resolves. @throws {Fault} `not_found`, `limit_reached` */
  classify(id: number, said: Said, by: string): Promise<FieldView> {
    return this.#alone(async () => {
      const node = this.#node(id);
      const version = (node.decision?.version ?? 0) + 1;
      if (version > catalogueLimits.versions) throw new Fault('limit_reached', 'catalogueLimits.versions');
      const decision: Decision = { version, by, decidedAtMs: this.#parts.ports.clock.nowMs(), ...said };
      const text: WordsText = { ...said, by };
      // The field itself goes with it: a word on a field that a kill made unknown would speak of nothing.
      const body = this.#parts.sealText('catalogue_words', 'body', `${id}:${version}`, JSON.stringify(text));
      const entries = [this.#entryOf(node), ...this.#streamEntry(node.stream)];
      await this.#parts.store.transact([
        this.#writing(entries),
        insertWords({ entry_id: id, version, decided_at_ms: decision.decidedAtMs, body }),
      ]);
      node.decision = decision;
      this.#parts.classified?.(node.stream.source);
      return viewOf(node, this.#parts.sourceName(node.stream.source));
    });
  }

  /** Forgets a field, all it holds inside, and what people said of them; it comes back when it is sent again. @throws {Fault} `not_found` */
  forget(id: number): Promise<number> {
    return this.#alone(async () => {
      const node = this.#node(id);
      const gone = this.of(node.stream.source).remove(node);
      const ids = gone.flatMap((one) => (one.id === undefined ? [] : [one.id]));
      // What is gone from memory is written no more; if this fails, the next start finds it again, and it can be forgotten again.
      await this.#parts.store.transact(deleteEntries(ids));
      for (const each of ids) this.#byId.delete(each);
      return gone.length;
    });
  }

  /** Writes what was observed since the last time. What a failure leaves is written the next time. */
  flush(): Promise<void> {
    return this.#alone(async () => {
      try {
        await this.#number();
        await this.#write();
        this.lastFault = undefined;
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        this.lastFault = error.code;
        throw error;
      }
    });
  }

  #options(): DetectorOptions {
    return { region: this.#parts.region, nowMs: this.#parts.ports.clock.nowMs() };
  }

  #node(id: number): FieldNode {
    const node = this.#byId.get(id);
    if (!node) throw new Fault('not_found', 'a field of this number; GET /api/catalogue lists them');
    return node;
  }

  #unnumbered(): boolean {
    for (const fields of this.#sources.values()) for (const node of fields.nodes()) if (node.id === undefined) return true;
    return false;
  }

  async #number(): Promise<void> {
    const nodes: FieldNode[] = [];
    const streams: Stream[] = [];
    for (const fields of this.#sources.values()) {
      for (const stream of fields.streams()) if (stream.id === undefined && stream.dirty) streams.push(stream);
      for (const node of fields.nodes()) if (node.id === undefined) nodes.push(node);
    }
    const count = nodes.length + streams.length;
    if (count === 0) return;
    let next = await this.#parts.store.allocate('catalogue', count);
    for (const node of nodes) {
      node.id = next++;
      node.dirty = true;
      this.#byId.set(node.id, node);
    }
    for (const stream of streams) stream.id = next++;
  }

  async #write(): Promise<void> {
    const written: (FieldNode | Stream)[] = [];
    for (const fields of this.#sources.values()) {
      for (const stream of fields.streams()) if (stream.dirty && stream.id !== undefined) written.push(stream);
      for (const node of fields.nodes()) if (node.dirty && node.id !== undefined) written.push(node);
    }
    for (let at = 0; at < written.length; at += catalogueLimits.rows) {
      const some = written.slice(at, at + catalogueLimits.rows);
      const entries = some.flatMap((one) => (one instanceof FieldNode ? [this.#entryOf(one)] : this.#streamEntry(one)));
      for (const one of some) one.dirty = false;
      try {
        await this.#parts.store.transact([this.#writing(entries)]);
      } catch (error) {
        for (const one of some) one.dirty = true;
        throw error;
      }
    }
  }

  #entryOf(node: FieldNode): Entry {
    const { stream, path, sketch, opened } = node;
    return {
      id: node.id!,
      source: stream.source,
      text: { s: streamText(stream), p: [...path], k: sketch.toJson(), ...(opened > 0 && { o: opened }) },
    };
  }

  /** None while it has no number. */
  #streamEntry(stream: Stream): Entry[] {
    if (stream.id === undefined) return [];
    const { seen, taken } = stream.sampler;
    const overflow = stream.kind === 'any' ? this.of(stream.source).overflow : 0;
    const n: EntryText['n'] = [seen, taken, stream.firstAtMs, stream.lastAtMs, overflow];
    return [{ id: stream.id, source: stream.source, text: { s: streamText(stream), n, o: stream.root.opened } }];
  }

  #writing(entries: readonly Entry[]) {
    const { key, epoch } = this.#parts.derivedKey();
    const savedAtMs = this.#parts.ports.clock.nowMs();
    const rows: Row[] = entries.map(({ id, source }) => ({ entry_id: id, source_id: source, saved_at_ms: savedAtMs }));
    return writeEntries(rows, {
      column: 'body',
      where: this.#parts.placeOf(entriesTable.name, 'body'),
      rowId: 'entry_id',
      cells: entries.map(({ text }) => ({ key, epoch, content: text })),
    });
  }

  async #load(): Promise<void> {
    const { store, openText } = this.#parts;
    for (let after = 0; ; ) {
      const rows = await readEntries(store, after, catalogueLimits.rows);
      for (const row of rows)
        this.#take(
          row.entry_id,
          row.source_id,
          JSON.parse(openText(entriesTable.name, 'body', row.entry_id, row.body)) as EntryText,
        );
      if (rows.length < catalogueLimits.rows) break;
      after = rows.at(-1)!.entry_id;
    }
    for (let after = 0; ; ) {
      const rows = await readNewestWords(store, after, catalogueLimits.rows);
      for (const row of rows) {
        const node = this.#byId.get(row.entry_id);
        if (node) node.decision = this.#openWords(row);
      }
      if (rows.length < catalogueLimits.rows) break;
      after = rows.at(-1)!.entry_id;
    }
  }

  #openWords(row: { entry_id: number; version: number; decided_at_ms: number; body: Uint8Array }): Decision {
    const name = `${row.entry_id}:${row.version}`;
    const text = JSON.parse(this.#parts.openText('catalogue_words', 'body', name, row.body)) as WordsText;
    return { ...text, version: row.version, decidedAtMs: row.decided_at_ms };
  }

  #take(id: number, source: SourceId, { s, p, k, o, n }: EntryText): void {
    const fields = this.of(source);
    const [kind, name] = s;
    const options = this.#options();
    const stream = kind === 'any' ? fields.any : kind === 'track' ? fields.named(name ?? anyName, options) : fields.ofKind(kind);
    if (p === undefined) {
      stream.id = id;
      stream.root.opened = o ?? 0;
      const [seen = 0, taken = 0, firstAtMs = 0, lastAtMs = 0, overflow = 0] = n ?? [];
      Object.assign(stream.sampler, { seen, taken });
      Object.assign(stream, { firstAtMs, lastAtMs });
      if (kind === 'any') fields.overflow = overflow;
      return;
    }
    let node = stream.root;
    for (const part of p) node = node.children?.get(part) ?? fields.make(node, part);
    node.id = id;
    node.opened = o ?? 0;
    if (k) node.sketch.merge(FieldSketch.fromJson(k));
    this.#byId.set(id, node);
  }
}

type Entry = { id: number; source: SourceId; text: EntryText };
export type StreamView = {
  source: SourceId;
  sourceName: string;
  kind: StreamKind;
  event?: string;
  seen: number;
  lookedAt: number;
  firstSeenAtMs: number;
  lastSeenAtMs: number;
  fields?: number;
  overflow?: number;
};

function streamText({ kind, name }: Stream): EntryText['s'] {
  return name === undefined ? [kind] : [kind, name];
}

function byPlace(a: FieldNode, b: FieldNode): number {
  const key = ({ stream, path }: FieldNode) =>
    `${String(stream.source).padStart(9, '0')} ${stream.kind} ${stream.name ?? ''} ${path.join('.')}`;
  const [left, right] = [key(a), key(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}
