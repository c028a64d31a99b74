// The segments of the node as people keep them: name, words, rule, the purpose that it is built for, who made it, and every version of it. Sealed
// with the key of derived data, as a rule may name what should not be read on the disk.

import { Fault, type Words } from '../../../core/errors.ts';
import type { PurposeTable } from '../../../core/model/purposes.ts';
import type { Clock } from '../../../core/ports.ts';
import type { Store } from '../../../core/store/store.ts';
import type { TextSeal } from '../../../core/vault/vault.ts';
import { inOrder } from '../rules/dependencies.ts';
import { type Condition, checkRule, leavesOf } from '../rules/rule.ts';
import { validate } from '../rules/validate.ts';
import type { Vocabulary } from '../rules/vocabulary.ts';
import {
  addVersion,
  dropSegment,
  putSegment,
  readSegments,
  readVersions,
  type SegmentRow,
  segmentsTable,
  type VersionRow,
  versionsTable,
} from './store.ts';

export const bookLimits = {
  segments: 1_000,
  versions: 100,
  nameLength: 100,
  labelLength: 200,
  descriptionLength: 2_000,
} as const;

export type StoredSegment = {
  id: number;
  name: string;
  label?: Words;
  description?: string;
  /** Its members are those who may be used for it, no others. */
  purpose: string;
  when: Condition;
  version: number;
  author: string;
  madeAtMs: number;
  changedBy: string;
  changedAtMs: number;
  /** Everybody has been asked once: from then on whoever enters or leaves is told. */
  lives: boolean;
};
export type SegmentDraft = Pick<StoredSegment, 'name' | 'purpose' | 'when'> & { label?: Words; description?: string };
export type SegmentVersion = Pick<StoredSegment, 'version' | 'when' | 'purpose' | 'changedBy' | 'changedAtMs'>;

const namePattern = /^[^\p{C}\s/\\"“”](?:[^\p{C}/\\"“”]*[^\p{C}\s/\\"“”])?$/u;

/** The rule with what every use of personal data asks: that the data may be used for the purpose. */
export function gated({ purpose, when }: Pick<StoredSegment, 'purpose' | 'when'>): Condition {
  return { kind: 'and', of: [{ kind: 'consent', purpose }, when] };
}

export class SegmentBook {
  readonly #store: Store;
  readonly #seal: TextSeal;
  readonly #clock: Clock;
  readonly #purposes: PurposeTable;
  readonly #byId = new Map<number, StoredSegment>();
  #work: Promise<unknown> = Promise.resolve();

  private constructor(parts: { store: Store; seal: TextSeal; clock: Clock; purposes: PurposeTable }) {
    this.#store = parts.store;
    this.#seal = parts.seal;
    this.#clock = parts.clock;
    this.#purposes = parts.purposes;
  }

  static async open(parts: { store: Store; seal: TextSeal; clock: Clock; purposes: PurposeTable }): Promise<SegmentBook> {
    const book = new SegmentBook(parts);
    for (const { segment_id, body } of await readSegments(parts.store)) {
      const text = parts.seal.openText(segmentsTable.name, 'body', segment_id, body);
      book.#byId.set(segment_id, { id: segment_id, ...(JSON.parse(text) as Omit<StoredSegment, 'id'>) });
    }
    return book;
  }

  get all(): readonly StoredSegment[] {
    return [...this.#byId.values()];
  }

  /** @throws {Fault} `not_found` */
  get(id: number): StoredSegment {
    const segment = this.#byId.get(id);
    if (!segment) throw new Fault('not_found', 'a segment of this number');
    return segment;
  }

  find(name: string): StoredSegment | undefined {
    return this.all.find((one) => one.name === name);
  }

  /**
   * What is wrong with a draft, before it is kept or tried.
   * @param replaces the number of the segment that it is a new version of
   * @throws {Fault} `bad_request`, `segment_rule_invalid`, `segment_cycle`, `conflict` when the name is taken, `limit_reached`
   */
  check(draft: SegmentDraft, vocabulary: Vocabulary, replaces?: number): void {
    const { name, purpose, when } = draft;
    if (name.length > bookLimits.nameLength || !namePattern.test(name))
      throw new Fault('bad_request', 'name: up to 100 letters, without quotation marks, slashes or spaces around it');
    if (!this.#purposes.purposes.has(purpose))
      throw new Fault('bad_request', 'purpose: none that is declared; GET /api/consent/purposes lists them');
    const other = this.find(name);
    if (other && other.id !== replaces) throw new Fault('conflict', 'name: another segment has it');
    if (replaces === undefined && this.#byId.size >= bookLimits.segments) throw new Fault('limit_reached', 'bookLimits.segments');
    checkRule({ when });
    const error = validate({ when }, vocabulary).find(({ severity }) => severity === 'error');
    // That it asks for itself is a circle, and said to be one.
    const isItself =
      error?.near.length === 0 && [...leavesOf(when)].some((leaf) => leaf.kind === 'segment' && leaf.name === name);
    if (error && !isItself) throw new Fault('segment_rule_invalid', `${error.path} ${error.message.en}`);
    inOrder([...this.all.filter(({ id }) => id !== replaces), { name, when }].map((one) => ({ name: one.name, when: one.when })));
  }

  /** @throws {Fault} as `check` */
  add(draft: SegmentDraft, by: string, vocabulary: Vocabulary): Promise<StoredSegment> {
    return this.#alone(async () => {
      this.check(draft, vocabulary);
      const id = await this.#store.allocate('segments', 1);
      const nowMs = this.#clock.nowMs();
      const segment: StoredSegment = {
        id,
        ...draft,
        version: 1,
        author: by,
        madeAtMs: nowMs,
        changedBy: by,
        changedAtMs: nowMs,
        lives: false,
      };
      await this.#write(segment, true);
      return segment;
    });
  }

  /**
   * A new version where rule or purpose change; new words change nothing else. The name stays, as other rules ask by it.
   * @throws {Fault} as `check`, `not_found`
   */
  change(id: number, changes: Partial<Omit<SegmentDraft, 'name'>>, by: string, vocabulary: Vocabulary): Promise<StoredSegment> {
    return this.#alone(async () => {
      const before = this.get(id);
      const after = { ...before, ...changes };
      this.check(after, vocabulary, id);
      const isNew = JSON.stringify(after.when) !== JSON.stringify(before.when) || after.purpose !== before.purpose;
      const segment = { ...after, changedBy: by, changedAtMs: this.#clock.nowMs(), version: before.version + Number(isNew) };
      // The same object says to whoever evaluates it that it is the same rule.
      if (!isNew) segment.when = before.when;
      await this.#write(segment, isNew);
      return segment;
    });
  }

  /** @throws {Fault} `not_found`, `segment_in_use` where others ask for it */
  remove(id: number): Promise<StoredSegment> {
    return this.#alone(async () => {
      const segment = this.get(id);
      const asking = this.askingFor(segment.name);
      if (asking.length > 0) throw new Fault('segment_in_use', asking.map(({ name }) => name).join(', '));
      await this.#store.transact(dropSegment(id));
      this.#byId.delete(id);
      return segment;
    });
  }

  /** It has been answered over everybody. */
  lives(id: number): Promise<void> {
    return this.#alone(async () => {
      const segment = this.#byId.get(id);
      if (segment && !segment.lives) await this.#write({ ...segment, lives: true }, false);
    });
  }

  /** Those whose rules name a segment. */
  askingFor(name: string): StoredSegment[] {
    return this.all.filter(({ when }) => [...leavesOf(when)].some((leaf) => leaf.kind === 'segment' && leaf.name === name));
  }

  /** The latest first. */
  async versions(id: number): Promise<SegmentVersion[]> {
    this.get(id);
    const rows = await readVersions(this.#store, id, bookLimits.versions);
    return rows.map(({ version_id, body }) => {
      return JSON.parse(this.#seal.openText(versionsTable.name, 'body', version_id, body)) as SegmentVersion;
    });
  }

  async #write(segment: StoredSegment, isNew: boolean): Promise<void> {
    const { id, ...body } = segment;
    const row: SegmentRow = {
      segment_id: id,
      body: this.#seal.sealText(segmentsTable.name, 'body', id, JSON.stringify(body)),
    };
    const changes = [putSegment(row)];
    if (isNew) {
      const { version, when, purpose, changedBy, changedAtMs } = segment;
      const versionId = await this.#store.allocate(versionsTable.name, 1);
      const text = JSON.stringify({ version, when, purpose, changedBy, changedAtMs } satisfies SegmentVersion);
      const made: VersionRow = {
        version_id: versionId,
        segment_id: id,
        made_at_ms: changedAtMs,
        body: this.#seal.sealText(versionsTable.name, 'body', versionId, text),
      };
      changes.push(addVersion(made));
    }
    await this.#store.transact(changes);
    this.#byId.set(id, segment);
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#work.then(work, work);
    this.#work = next.catch(() => undefined);
    return next;
  }
}
