// The story of a partner in a vertical round: it answers the owner's questions with sums over its own columns, which it cannot read, and with which
// rows go left at its splits, and asks nothing itself. What is not the next question of a training by the terms is refused by name.

import { blobDigest } from '../../../protocol/round/round-api.ts';
import {
  type Answer,
  areBits,
  bitAt,
  decodePlaces,
  decodeQuestion,
  encodeBits,
  encodeMessage,
  type Message,
  type Question,
  type QuestionOf,
} from '../../../protocol/round/vertical-messages.ts';
import { splitsMost, type VerticalTrees, verticalLimits } from '../../../protocol/round/vertical-terms.ts';
import { toBase64 } from '../../../protocol/signed.ts';
import { ProtocolFault } from '../../../protocol/words.ts';
import type { RoundSession } from '../session.ts';
import { Exchanges } from './exchanges.ts';
import { keptPart } from './kept.ts';
import type { OpenRows, PartnerSide, PartnerTrees, VerticalPorts } from './ports.ts';

type Ciphertexts = { readonly gradients: readonly Uint8Array[]; readonly hessians: readonly Uint8Array[] };

export class VerticalPartner {
  readonly #session: RoundSession;
  readonly #ports: VerticalPorts;
  readonly #exchanges: Exchanges;
  readonly #learn: VerticalTrees;
  #side!: PartnerSide;
  /** Positions that both sides allow. */
  #allowed: Uint8Array | undefined;
  #publicKey: Uint8Array = new Uint8Array(0);
  #trees: PartnerTrees | undefined;
  #training = 0;
  // Of the tree that grows.
  #tree = -1;
  #fresh: { readonly number: number; readonly ciphertexts: Ciphertexts } | undefined;
  #open: OpenRows | undefined;
  /** Children that the owner made, of this tree. */
  #splits = 0;
  #divisions = 0;
  /** Nodes whose sums were asked for. */
  #summed = 0;
  #part: Uint8Array | undefined;
  #finished = false;

  constructor(session: RoundSession, ports: VerticalPorts) {
    this.#session = session;
    this.#ports = ports;
    this.#exchanges = new Exchanges(session);
    this.#learn = session.board.terms.learn as VerticalTrees;
  }

  /** Until the owner has told what the model is. @returns the hashes of the parts */
  async run(side: PartnerSide): Promise<{ parts: { [member: string]: string } }> {
    this.#side = side;
    try {
      for (let number = 0; ; number += 1) {
        const { about, bytes } = await this.#exchanges.question(this.#learn.owner, number);
        const message = this.#read(bytes, about);
        const make = await this.#take(message, number, about);
        if (!this.#exchanges.isAnswered(number)) {
          const answer = async () => encodeMessage(await this.#told(about, make));
          await this.#exchanges.answer(this.#learn.owner, number, about, answer);
        }
        if (message.says.kind === 'model') return { parts: message.says.parts };
      }
    } finally {
      await this.#close();
    }
  }

  async #close(): Promise<void> {
    await this.#open?.close();
    this.#open = undefined;
  }

  #read(bytes: Uint8Array, about: string): Message<Question> {
    try {
      const message = decodeQuestion(bytes);
      const { says } = message;
      const named = says.kind === 'sums' || says.kind === 'divide' ? `${says.kind} ${says.tree}` : says.kind;
      this.#need(named === about, about);
      return message;
    } catch (fault) {
      if (fault instanceof ProtocolFault) throw this.#wrong(about);
      throw fault;
    }
  }

  #wrong(about: string): ProtocolFault {
    return new ProtocolFault('exchange_wrong', `${about}: ${this.#learn.owner}`);
  }

  #need(holds: boolean, about: string): asserts holds {
    if (!holds) throw this.#wrong(about);
  }

  async #told<Result>(about: string, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      // What its own trees and the encryption refuse is what the owner asked for.
      if (error instanceof RangeError || (error instanceof ProtocolFault && error.code === 'ciphertext_wrong'))
        throw this.#wrong(about);
      throw error;
    }
  }

  /** What follows from a question, every time it is read. @returns what answers it, once */
  #take(message: Message<Question>, number: number, about: string): Promise<() => Promise<Message<Answer>>> {
    const { says, pieces } = message;
    return this.#told(about, async () => {
      switch (says.kind) {
        case 'allowed':
          return this.#takeAllowed(says, pieces);
        case 'rows':
          return this.#takeRows(says, pieces);
        case 'sums':
          return this.#takeSums(says, pieces, number, about);
        case 'divide':
          return this.#takeDivide(says, pieces, about);
        case 'finish':
          return this.#takeFinish();
        case 'model': {
          const { parts } = says;
          const { me, board } = this.#session;
          const named = Object.keys(parts).sort();
          this.#need(this.#part !== undefined && parts[me] === blobDigest(this.#part), 'model');
          this.#need(
            named.length === board.terms.members.length && named.every((one, at) => one === board.terms.members[at]),
            'model',
          );
          return async () => ({ says: { kind: 'model' }, pieces: [] });
        }
      }
    });
  }

  #takeAllowed({ positions }: QuestionOf<'allowed'>, [asked]: readonly Uint8Array[]): () => Promise<Message<Answer>> {
    const own = this.#side.positions;
    this.#need(this.#allowed === undefined && positions === own.length && areBits(asked, positions), 'allowed');
    const seen = new Set<number>();
    // One row for one of ours: of several positions the first that is asked for.
    const bits = encodeBits((at) => {
      const person = own[at]!;
      if (person < 0 || !bitAt(asked, at) || seen.has(person)) return false;
      seen.add(person);
      return true;
    }, positions);
    this.#allowed = bits;
    return async () => ({ says: { kind: 'allowed' }, pieces: [bits] });
  }

  async #takeRows(
    { rows, training }: QuestionOf<'rows'>,
    [places, key]: readonly Uint8Array[],
  ): Promise<() => Promise<Message<Answer>>> {
    const { minRows } = this.#session.board.terms;
    const allowed = this.#allowed;
    this.#need(allowed !== undefined && this.#trees === undefined && key !== undefined, 'rows');
    if (rows < minRows) throw new ProtocolFault('rows_few', `${minRows}`);
    this.#need(training > 0 && training <= rows && rows <= verticalLimits.rows, 'rows');
    const positions = decodePlaces(places, rows);
    const right = positions?.every((at) => at < this.#side.positions.length && bitAt(allowed, at)) === true;
    this.#need(right && new Set(positions).size === rows, 'rows');
    this.#publicKey = Uint8Array.from(key);
    this.#training = training;
    const trees = await this.#side.begin(
      Int32Array.from(positions!, (at) => this.#side.positions[at]!),
      training,
    );
    this.#trees = trees;
    return async () => ({ says: { kind: 'rows', bins: [...trees.bins] }, pieces: [] });
  }

  async #takeSums(
    says: QuestionOf<'sums'>,
    pieces: readonly Uint8Array[],
    number: number,
    about: string,
  ): Promise<() => Promise<Message<Answer>>> {
    const { tree, nodes, divided, columns, gradients, hessians } = says;
    const trees = this.#growing(about);
    if (tree > this.#tree) await this.#begin(tree, about);
    this.#need(tree === this.#tree, about);
    const isNew = gradients + hessians > 0;
    this.#need(pieces.length === divided.length + gradients + hessians, about);
    const rising = columns.every((column, at) => column < trees.bins.length && (at === 0 || column > columns[at - 1]!));
    this.#need(rising, about);
    if (isNew) {
      this.#need(gradients > 0 && hessians > 0 && this.#splits === 0 && !this.#open && !this.#fresh, about);
      const [from, to] = [divided.length, divided.length + gradients];
      this.#fresh = { number, ciphertexts: { gradients: pieces.slice(from, to), hessians: pieces.slice(to) } };
    }
    this.#takeDivided(trees, divided, pieces, about);
    this.#summed += nodes.length;
    // The root's, and of each split one child's: more would be the same question again, with another noise under it.
    this.#need(this.#summed <= 1 + splitsMost(this.#learn), about);
    // Also of what was answered before a kill: it has been told.
    const binned = nodes.flatMap((node) => [...trees.columns(node, columns)]);
    return async () => {
      const { exposedMost } = this.#learn;
      if (trees.exposed > exposedMost) throw new ProtocolFault('columns_exposed', `${exposedMost}`);
      const open = await this.#opened(about);
      const answers = await open.sums(binned);
      const counts = { gradients: answers.gradients.length, hessians: answers.hessians.length };
      return { says: { kind: 'sums', ...counts }, pieces: [...answers.gradients, ...answers.hessians] };
    };
  }

  #growing(about: string): PartnerTrees {
    this.#need(this.#trees !== undefined && !this.#finished, about);
    return this.#trees;
  }

  /** The tree before is whole: of its rows' numbers nothing is needed any more. */
  async #begin(tree: number, about: string): Promise<void> {
    this.#need(tree < this.#learn.trees, about);
    await this.#close();
    const before = this.#fresh;
    this.#fresh = undefined;
    [this.#tree, this.#splits, this.#divisions, this.#summed] = [tree, 0, 0, 0];
    this.#trees!.tree(tree);
    if (!before) return;
    const { bytes } = await this.#exchanges.question(this.#learn.owner, before.number);
    const { says, pieces } = decodeQuestion(bytes);
    if (says.kind !== 'sums') return;
    const light = encodeMessage({ says: { ...says, gradients: 0, hessians: 0 }, pieces: pieces.slice(0, says.divided.length) });
    await this.#exchanges.keepLight(this.#learn.owner, before.number, light);
  }

  async #opened(about: string): Promise<OpenRows> {
    if (this.#open) return this.#open;
    this.#need(this.#fresh !== undefined, about);
    const { gradients, hessians } = this.#fresh.ciphertexts;
    this.#open = await this.#ports.rows.open(this.#publicKey, gradients, hessians, this.#training);
    return this.#open;
  }

  #takeDivided(trees: PartnerTrees, divided: QuestionOf<'sums'>['divided'], pieces: readonly Uint8Array[], about: string): void {
    for (const [at, { node, left, right, rows }] of divided.entries()) {
      this.#splits += 1;
      // More nodes than a tree of the terms has would be questions about rows, not about trees.
      this.#need(this.#splits <= splitsMost(this.#learn), about);
      this.#need(rows === trees.rowsOf(node) && areBits(pieces[at], rows), about);
      trees.divided(node, left, right, pieces[at]);
    }
  }

  #takeDivide(says: QuestionOf<'divide'>, pieces: readonly Uint8Array[], about: string): () => Promise<Message<Answer>> {
    const trees = this.#growing(about);
    this.#need(says.tree === this.#tree && pieces.length === says.divided.length, about);
    this.#takeDivided(trees, says.divided, pieces, about);
    this.#divisions += says.nodes.length;
    this.#need(this.#divisions <= splitsMost(this.#learn), about);
    const bits = says.nodes.map(({ node, column, bin, missingLeft }) => trees.divide(node, column, bin, missingLeft));
    return async () => ({ says: { kind: 'divide' }, pieces: bits });
  }

  async #takeFinish(): Promise<() => Promise<Message<Answer>>> {
    const trees = this.#growing('finish');
    this.#finished = true;
    await this.#close();
    const { splits, part } = await trees.finish(toBase64(this.#session.ports.random.bytes(32)));
    this.#part = await keptPart(this.#session, part);
    const hash = blobDigest(this.#part);
    return async () => ({ says: { kind: 'finish', part: hash }, pieces: splits });
  }
}
