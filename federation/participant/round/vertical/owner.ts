// The story of who has the labels in a vertical round: lines up rows with each partner, grows trees on its own columns and on sums over theirs, and
// tells them which rows go where. Gradients leave encrypted under a key that is its own, and come back as sums.

import { blobDigest } from '../../../protocol/round/round-api.ts';
import {
  type Answer,
  type AnswerOf,
  areBits,
  bitAt,
  decodeAnswer,
  encodeBits,
  encodeMessage,
  encodePlaces,
  type Message,
  type Question,
  type QuestionOf,
} from '../../../protocol/round/vertical-messages.ts';
import { columnOrder, type VerticalTrees, verticalLimits } from '../../../protocol/round/vertical-terms.ts';
import { toBase64 } from '../../../protocol/signed.ts';
import { ProtocolFault } from '../../../protocol/words.ts';
import type { RoundSession } from '../session.ts';
import { Exchanges } from './exchanges.ts';
import { keptKeys, keptPart } from './kept.ts';
import type { OwnerSide, RowKeys, TreePorts, VerticalPorts } from './ports.ts';

type Divided = QuestionOf<'sums'>['divided'][number] & { readonly bits: Uint8Array };
type Wish = QuestionOf<'divide'>['nodes'][number] & {
  readonly done: (bits: Uint8Array) => void;
  readonly fail: (error: unknown) => void;
};

/** One question at a time goes to a partner; those to two go side by side. */
export class VerticalOwner {
  readonly #session: RoundSession;
  readonly #ports: VerticalPorts;
  readonly #exchanges: Exchanges;
  readonly #partners: readonly string[];
  #keys!: RowKeys;
  #bins: readonly (readonly number[])[] = [];
  #training = 0;
  #rows = 0;
  // Of the tree that grows.
  #tree = -1;
  /** By partner, those that the tree may use. */
  #columns: readonly (readonly number[])[] = [];
  #fresh: { readonly gradients: Int32Array; readonly hessians: Int32Array } | undefined;
  /** By partner, what it has not been told. */
  #divided: Divided[][] = [];
  #wishes: Wish[][] = [];
  /** By partner and node, how many rows. */
  #sizes = new Map<number, number>();
  #sealed: Promise<{ gradients: Uint8Array[]; hessians: Uint8Array[] }> | undefined;

  constructor(session: RoundSession, ports: VerticalPorts) {
    this.#session = session;
    this.#ports = ports;
    this.#exchanges = new Exchanges(session);
    this.#partners = columnOrder({ members: session.board.terms.members, learn: this.#learn }).slice(1);
  }

  get #learn(): VerticalTrees {
    return this.#session.board.terms.learn as VerticalTrees;
  }

  /** Until all parts are known. @returns the hashes of the parts */
  async run(
    side: OwnerSide,
  ): Promise<{ parts: { [member: string]: string }; metrics: { [name: string]: number }; rows: number }> {
    const session = this.#session;
    this.#keys = await keptKeys(session, () => this.#ports.rows.newKeys());
    const { persons, training } = await this.#align(side);
    const salt = toBase64(session.ports.random.bytes(32));
    const hashes: string[] = [];
    const learned = await side.learn({
      persons,
      training,
      partners: this.#bins.map((bins) => ({ bins })),
      ports: this.#treePorts(),
      splits: () => this.#finish(hashes),
      salt,
      signal: session.abort.signal,
    });
    const part = await keptPart(session, learned.part);
    const parts = Object.fromEntries([
      [session.me, blobDigest(part)],
      ...this.#partners.map((partner, at) => [partner, hashes[at]!] as const),
    ]);
    await this.#all(async (partner) => {
      await this.#ask(partner, 'model', async () => ({ says: { kind: 'model', parts }, pieces: [] }));
    });
    return { parts, metrics: { ...learned.metrics }, rows: learned.rows };
  }

  #all<Result>(work: (partner: string, at: number) => Promise<Result>): Promise<Result[]> {
    return Promise.all(this.#partners.map(work));
  }

  /** @throws {ProtocolFault} exchange_wrong naming the partner */
  async #ask<Kind extends Question['kind']>(
    partner: string,
    kind: Kind,
    make: () => Promise<Message<Question>>,
    open: (answer: Message<AnswerOf<Kind>>) => Promise<Uint8Array> = async () => new Uint8Array(0),
    index?: number,
  ): Promise<Uint8Array> {
    const about = index === undefined ? kind : `${kind} ${index}`;
    return this.#exchanges.ask(
      partner,
      about,
      async () => encodeMessage(await make()),
      async (bytes) => {
        try {
          const answer: Message<Answer> = decodeAnswer(bytes);
          if (answer.says.kind !== kind) throw wrong(partner, about);
          return await open(answer as Message<AnswerOf<Kind>>);
        } catch (fault) {
          // What was wrong in it is between the two: the others hear whose it was.
          if (fault instanceof ProtocolFault) throw wrong(partner, about);
          throw fault;
        }
      },
    );
  }

  // Rows.

  async #align({ positions, parted }: OwnerSide): Promise<{ persons: Int32Array; training: number }> {
    const places = positions.map(placesOf);
    const [first, ...others] = places as [Map<number, number>, ...Map<number, number>[]];
    const common = [...first.keys()].filter((person) => others.every((other) => other.has(person)));
    const allowed = await this.#all(async (partner, at) => {
      const { length } = positions[at]!;
      const asked = new Set(common.map((person) => places[at]!.get(person)!));
      const bits = encodeBits((position) => asked.has(position), length);
      const make = async (): Promise<Message<Question>> => ({ says: { kind: 'allowed', positions: length }, pieces: [bits] });
      return this.#ask(partner, 'allowed', make, async ({ pieces: [given] }) => {
        if (!areBits(given, length) || given.some((byte, place) => (byte & ~bits[place]!) !== 0)) throw wrong(partner, 'allowed');
        return Uint8Array.from(given);
      });
    });
    const together = common.filter((person) => allowed.every((bits, at) => bitAt(bits, places[at]!.get(person)!)));
    const { minRows } = this.#session.board.terms;
    if (together.length < minRows) throw new ProtocolFault('rows_few', `${minRows}`);
    if (together.length > verticalLimits.rows) throw new ProtocolFault('rows_many', `${verticalLimits.rows}`);
    const { training, held } = parted(together.length);
    const persons = Int32Array.from([...training, ...held], (place) => together[place]!);
    [this.#rows, this.#training] = [persons.length, training.length];
    const bins = await this.#all(async (partner, at) => {
      const make = async (): Promise<Message<Question>> => ({
        says: { kind: 'rows', rows: persons.length, training: training.length },
        pieces: [encodePlaces(Array.from(persons, (person) => places[at]!.get(person)!)), this.#keys.publicKey],
      });
      const kept = await this.#ask(partner, 'rows', make, async ({ says }) => {
        if (says.bins.length === 0) throw wrong(partner, 'rows');
        return encodePlaces(says.bins);
      });
      return [...new Uint32Array(Uint8Array.from(kept).buffer)];
    });
    this.#bins = bins;
    this.#divided = bins.map(() => []);
    this.#wishes = bins.map(() => []);
    return { persons, training: training.length };
  }

  // Trees.

  #treePorts(): TreePorts {
    return {
      tree: async (index, gradients, hessians, columns) => {
        this.#tree = index;
        this.#columns = columns;
        this.#fresh = { gradients, hessians };
        this.#sealed = undefined;
        for (const waiting of this.#divided) waiting.length = 0;
        this.#sizes = new Map([[0, gradients.length]]);
      },
      sums: (nodes) => this.#sums(nodes),
      divide: (partner, node, column, bin, missingLeft) => this.#divide(partner, { node, column, bin, missingLeft }),
      divided: async (node, left, right, bits) => {
        const rows = this.#sizes.get(node) ?? 0;
        const gone = countBits(bits);
        this.#sizes.set(left, gone).set(right, rows - gone);
        for (const waiting of this.#divided) waiting.push({ node, left, right, rows, bits: Uint8Array.from(bits) });
      },
    };
  }

  /** Encrypted once for all partners, and only where somebody has not got them. */
  #encrypted(): Promise<{ gradients: Uint8Array[]; hessians: Uint8Array[] }> {
    const encrypt = async () => {
      const { gradients, hessians } = this.#fresh!;
      const { rows } = this.#ports;
      return { gradients: await rows.encrypt(this.#keys, gradients), hessians: await rows.encrypt(this.#keys, hessians) };
    };
    this.#sealed ??= encrypt();
    return this.#sealed;
  }

  async #sums(nodes: readonly number[]): Promise<Int32Array[][]> {
    const isFirst = this.#fresh !== undefined;
    const tree = this.#tree;
    const byPartner = await this.#all(async (partner, at) => {
      const columns = this.#columns[at]!;
      // A partner none of whose columns the tree may use is not asked, and hears nothing of it.
      if (columns.length === 0) return nodes.map(() => this.#empty(at));
      const { divided, bits } = this.#tell(at);
      const make = async (): Promise<Message<Question>> => {
        const { gradients, hessians } = isFirst ? await this.#encrypted() : { gradients: [], hessians: [] };
        const counts = { gradients: gradients.length, hessians: hessians.length };
        return {
          says: { kind: 'sums', tree, nodes: [...nodes], divided, columns: [...columns], ...counts },
          pieces: [...bits, ...gradients, ...hessians],
        };
      };
      const counts = nodes.flatMap(() => columns.map((column) => this.#bins[at]![column]!));
      const opened = await this.#ask(partner, 'sums', make, (answer) => this.#opened(partner, answer, counts), tree);
      return this.#placed(new Int32Array(Uint8Array.from(opened).buffer), nodes.length, at);
    });
    this.#fresh = undefined;
    this.#sealed = undefined;
    return nodes.map((_, which) => byPartner.map((sums) => sums[which]!));
  }

  async #opened(partner: string, { says, pieces }: Message<AnswerOf<'sums'>>, counts: readonly number[]): Promise<Uint8Array> {
    if (says.gradients + says.hessians !== pieces.length) throw wrong(partner, 'sums');
    const { rows } = this.#ports;
    const gradients = await rows.decrypt(this.#keys, pieces.slice(0, says.gradients), counts, this.#training);
    const hessians = await rows.decrypt(this.#keys, pieces.slice(says.gradients), counts, this.#training);
    // By column gradient and hessian of each bin, as a histogram of the trainer's lies.
    const all = new Int32Array(2 * counts.reduce((sum, bins) => sum + bins, 0));
    let to = 0;
    for (const [column, bins] of counts.entries()) {
      for (let bin = 0; bin < bins; bin += 1) {
        all[to] = gradients[column]![bin]!;
        all[to + 1] = hessians[column]![bin]!;
        to += 2;
      }
    }
    return new Uint8Array(all.buffer);
  }

  #empty(at: number): Int32Array {
    return new Int32Array(2 * this.#bins[at]!.reduce((sum, bins) => sum + bins, 0));
  }

  /** Sums of the columns that were asked for at their places among all. */
  #placed(given: Int32Array, nodes: number, at: number): Int32Array[] {
    const bins = this.#bins[at]!;
    const firsts = bins.map((_, column) => 2 * bins.slice(0, column).reduce((sum, count) => sum + count, 0));
    let from = 0;
    return Array.from({ length: nodes }, () => {
      const all = this.#empty(at);
      for (const column of this.#columns[at]!) {
        all.set(given.subarray(from, from + 2 * bins[column]!), firsts[column]!);
        from += 2 * bins[column]!;
      }
      return all;
    });
  }

  #tell(at: number): { divided: QuestionOf<'sums'>['divided']; bits: Uint8Array[] } {
    const waiting = this.#divided[at]!.splice(0);
    return { divided: waiting.map(({ bits: _bits, ...told }) => told), bits: waiting.map(({ bits }) => bits) };
  }

  /** All that are wished for in one step of the trainer go in one question. */
  #divide(at: number, wish: Omit<Wish, 'done' | 'fail'>): Promise<Uint8Array> {
    const wishes = this.#wishes[at]!;
    return new Promise((done, fail) => {
      wishes.push({ ...wish, done, fail });
      if (wishes.length > 1) return;
      queueMicrotask(() => {
        const all = wishes.splice(0);
        this.#split(at, all).catch((error: unknown) => {
          for (const one of all) one.fail(error);
        });
      });
    });
  }

  async #split(at: number, wishes: readonly Wish[]): Promise<void> {
    const partner = this.#partners[at]!;
    const { divided, bits } = this.#tell(at);
    const nodes = wishes.map(({ node, column, bin, missingLeft }) => ({ node, column, bin, missingLeft }));
    const sizes = nodes.map(({ node }) => (this.#sizes.get(node)! + 7) >>> 3);
    const make = async (): Promise<Message<Question>> => ({
      says: { kind: 'divide', tree: this.#tree, nodes, divided },
      pieces: bits,
    });
    const answer = await this.#ask(
      partner,
      'divide',
      make,
      async ({ pieces }) => {
        const right =
          pieces.length === nodes.length && pieces.every((piece, which) => areBits(piece, this.#sizes.get(nodes[which]!.node)!));
        if (!right) throw wrong(partner, 'divide');
        return Buffer.concat(pieces);
      },
      this.#tree,
    );
    let from = 0;
    for (const [which, { done }] of wishes.entries()) {
      done(Uint8Array.from(answer.subarray(from, from + sizes[which]!)));
      from += sizes[which]!;
    }
  }

  async #finish(hashes: string[]): Promise<Uint8Array[][]> {
    const bytes = (this.#rows + 7) >>> 3;
    const all = await this.#all(async (partner) => {
      const make = async (): Promise<Message<Question>> => ({ says: { kind: 'finish' }, pieces: [] });
      return this.#ask(partner, 'finish', make, async ({ says, pieces }) => {
        if (!pieces.every((piece) => areBits(piece, this.#rows))) throw wrong(partner, 'finish');
        return Buffer.concat([Buffer.from(says.part, 'hex'), ...pieces]);
      });
    });
    return all.map((answer, at) => {
      hashes[at] = Buffer.from(answer.subarray(0, 32)).toString('hex');
      const splits = (answer.length - 32) / Math.max(1, bytes);
      return Array.from({ length: splits }, (_, split) =>
        Uint8Array.from(answer.subarray(32 + split * bytes, 32 + (split + 1) * bytes)),
      );
    });
  }
}

const wrong = (partner: string, about: string) => new ProtocolFault('exchange_wrong', `${about}: ${partner}`);

/** Of each person its first position: one row for one. */
function placesOf(positions: Int32Array): Map<number, number> {
  const places = new Map<number, number>();
  for (const [position, person] of positions.entries()) if (person >= 0 && !places.has(person)) places.set(person, position);
  return places;
}

function countBits(bits: Uint8Array): number {
  let count = 0;
  for (let byte of bits) for (; byte > 0; byte &= byte - 1) count += 1;
  return count;
}
