// The fields of one source, as a tree for each stream of its events: the kind, and the name of a track event. Walking an event down the
// tree costs a look-up for each of its names and makes nothing new but for what was never seen. Every dimension is bounded.

import type { Event, EventKind, JsonObject, SourceId } from '../../core/model/event.ts';
import type { DataClass } from './classes.ts';
import type { DetectorOptions } from './detectors.ts';
import { FieldSketch, isDatum, type Seen } from './field-sketch.ts';
import { Sampler } from './sampler.ts';

export const fieldLimits = {
  /** Fields of one source, and of all. Beyond, new ones are counted and not kept. */
  ofSource: 2_000,
  ofNode: 20_000,
  /** Names of track events of one source; further ones are one stream together. */
  streams: 500,
  /** How deep objects are followed. */
  depth: 6,
  /** Names of one object that are followed. */
  keys: 200,
  /** Items of one list that are looked at. */
  items: 5,
  /** Longer names are cut. */
  nameLength: 128,
} as const;

/** What a person said of a field. */
export type Decision = {
  version: number;
  dataClass: DataClass;
  owner?: string;
  description?: string;
  by: string;
  decidedAtMs: number;
};

export type StreamKind = EventKind | 'any';
/** Stands for what there was no room for, and for names that are data themselves. */
export const anyName = '*';

export class FieldNode {
  readonly name: string;
  readonly parent: FieldNode | undefined;
  readonly stream: Stream;
  readonly path: readonly string[];
  readonly sketch = new FieldSketch();
  children: Map<string, FieldNode> | undefined;
  /** How often it held something inside: an object, or an item of a list. */
  opened = 0;
  id: number | undefined;
  decision: Decision | undefined;
  dirty = false;

  constructor(stream: Stream, name: string, parent: FieldNode | undefined) {
    this.stream = stream;
    this.name = name;
    this.parent = parent;
    this.path = parent === undefined ? [] : [...parent.path, name];
  }

  /** How often it could have been there: inside of lists for each item, else for each event. */
  get asked(): number {
    return this.path.includes('[]') ? (this.parent?.opened ?? 0) : this.stream.sampler.taken;
  }
}

export class Stream {
  readonly source: SourceId;
  readonly kind: StreamKind;
  readonly name: string | undefined;
  readonly root: FieldNode;
  readonly sampler = new Sampler();
  firstAtMs = Number.MAX_SAFE_INTEGER;
  lastAtMs = 0;
  id: number | undefined;
  dirty = false;

  constructor(source: SourceId, kind: StreamKind, name?: string) {
    this.source = source;
    this.kind = kind;
    this.name = name;
    this.root = new FieldNode(this, '', undefined);
  }
}

/** Room that all sources share. */
export type Room = { fields: number };

const idNames = ['userId', 'anonymousId', 'previousId', 'groupId'] as const;

export class SourceFields {
  readonly source: SourceId;
  readonly any: Stream;
  readonly #byKind = new Map<EventKind, Stream>();
  readonly #byName = new Map<string, Stream>();
  readonly #room: Room;
  #fields = 0;
  /** Values of fields that there was no room for. */
  overflow = 0;

  constructor(source: SourceId, room: Room) {
    this.source = source;
    this.#room = room;
    this.any = new Stream(source, 'any');
  }

  *streams(): Generator<Stream> {
    yield this.any;
    yield* this.#byKind.values();
    yield* this.#byName.values();
  }

  *nodes(): Generator<FieldNode> {
    for (const stream of this.streams()) yield* below(stream.root);
  }

  get fieldCount(): number {
    return this.#fields;
  }

  streamOf(event: Pick<Event, 'kind' | 'name'>, options: DetectorOptions): Stream {
    return event.kind === 'track' ? this.named(event.name ?? '', options) : this.ofKind(event.kind);
  }

  ofKind(kind: EventKind): Stream {
    let stream = this.#byKind.get(kind);
    if (!stream) {
      stream = new Stream(this.source, kind);
      this.#byKind.set(kind, stream);
    }
    return stream;
  }

  named(given: string, options: DetectorOptions): Stream {
    const known = this.#byName.get(given);
    if (known) return known;
    const tidy = tidyName(given, options);
    const name = this.#byName.has(tidy) || this.#byName.size < fieldLimits.streams ? tidy : anyName;
    let stream = this.#byName.get(name);
    if (!stream) {
      stream = new Stream(this.source, 'track', name);
      this.#byName.set(name, stream);
    }
    return stream;
  }

  /** What every event carries, whatever its kind. */
  observeAny(event: Event, seen: Seen): void {
    const { root } = this.any;
    root.opened += 1;
    for (const name of idNames) if (event[name] !== undefined) this.#walk(root, name, event[name], seen, 0);
    if (event.context) this.#walk(root, 'context', event.context, seen, 0);
  }

  /** What it carries as an event of its stream. */
  observe(stream: Stream, event: Event, seen: Seen): void {
    const { root } = stream;
    root.opened += 1;
    if (event.traits) this.#walk(root, 'traits', event.traits, seen, 0);
    if (event.properties) this.#walk(root, 'properties', event.properties, seen, 0);
    if (event.name !== undefined && (event.kind === 'page' || event.kind === 'screen'))
      this.#walk(root, 'name', event.name, seen, 0);
  }

  /**
   * The fields of an event's traits and properties that hold a value, each made known where it was not.
   * @returns undefined in the place of a field that there is no room for
   */
  *leaves(event: Event, options: DetectorOptions): Generator<{ where: string; node: FieldNode | undefined }> {
    const { root } = this.streamOf(event, options);
    if (event.traits) yield* this.#leaves(root, 'traits', event.traits, options, 'traits', 0);
    if (event.properties) yield* this.#leaves(root, 'properties', event.properties, options, 'properties', 0);
    const told = event.context?.traits;
    if (isObject(told)) {
      const context = this.child(this.any.root, 'context', options);
      if (context) yield* this.#leaves(context, 'traits', told, options, 'context.traits', 0);
    }
  }

  /** @returns undefined when there is no room for a new one */
  child(parent: FieldNode, name: string, options: DetectorOptions): FieldNode | undefined {
    const known = parent.children?.get(name);
    if (known) return known;
    const tidy = name === '[]' ? name : tidyName(name, options);
    const again = parent.children?.get(tidy);
    if (again) return again;
    if (this.#fields >= fieldLimits.ofSource || this.#room.fields >= fieldLimits.ofNode) {
      this.overflow += 1;
      this.any.dirty = true;
      return undefined;
    }
    return this.make(parent, tidy);
  }

  make(parent: FieldNode, name: string): FieldNode {
    const node = new FieldNode(parent.stream, name, parent);
    parent.children ??= new Map();
    parent.children.set(name, node);
    this.#fields += 1;
    this.#room.fields += 1;
    return node;
  }

  /** Forgets a field and what is inside it. @returns all of them */
  remove(node: FieldNode): FieldNode[] {
    const gone = [node, ...below(node)];
    if (node.parent?.children?.delete(node.name) !== true) return [];
    this.#fields -= gone.length;
    this.#room.fields -= gone.length;
    return gone;
  }

  #walk(parent: FieldNode, name: string, value: unknown, seen: Seen, depth: number): void {
    const node = this.child(parent, name, seen);
    if (!node) return;
    node.sketch.add(value, seen);
    node.dirty = true;
    if (typeof value !== 'object' || value === null || depth >= fieldLimits.depth) return;
    if (Array.isArray(value)) {
      const items = Math.min(value.length, fieldLimits.items);
      node.opened += items;
      for (let at = 0; at < items; at += 1) this.#walk(node, '[]', value[at], seen, depth + 1);
      return;
    }
    node.opened += 1;
    let left: number = fieldLimits.keys;
    for (const key in value) {
      if (!Object.hasOwn(value, key)) continue;
      if (left-- === 0) {
        this.overflow += 1;
        break;
      }
      this.#walk(node, key, (value as JsonObject)[key], seen, depth + 1);
    }
  }

  *#leaves(
    parent: FieldNode,
    name: string,
    value: unknown,
    options: DetectorOptions,
    where: string,
    depth: number,
  ): Generator<{ where: string; node: FieldNode | undefined }> {
    if (value === null || value === undefined) return;
    const node = this.child(parent, name, options);
    if (!node || typeof value !== 'object' || depth >= fieldLimits.depth) {
      yield { where, node };
      return;
    }
    const inside: readonly (readonly [string, unknown])[] = Array.isArray(value)
      ? value.map((item) => ['[]', item] as const)
      : Object.entries(value);
    for (const [key, inner] of inside) yield* this.#leaves(node, key, inner, options, `${where}.${key}`.slice(0, 256), depth + 1);
  }
}

function* below(node: FieldNode): Generator<FieldNode> {
  for (const child of node.children?.values() ?? []) {
    yield child;
    yield* below(child);
  }
}

/** Some systems name fields by data, such as an object from phone numbers to orders: a catalogue must not keep those. */
function tidyName(name: string, options: DetectorOptions): string {
  const short = name.slice(0, fieldLimits.nameLength).toWellFormed();
  return isDatum(short, options) ? anyName : short;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
