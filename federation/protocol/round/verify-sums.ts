// The second half of a round's transcript: opened sums and the model, held against what custodian and members signed on the board, and the model
// against the sums.

import { attempt, type Finding, must } from '../findings.ts';
import { decodeSum, saltBytes, saltedDigest } from './blobs.ts';
import { type OpenedSum, SumRefused } from './opened-sums.ts';
import { recomputeOf } from './recompute.ts';
import { blobDigest } from './round-api.ts';
import type { Recomputation } from './round-record.ts';
import type { RoundTerms } from './round-terms.ts';
import type { Entry, SayingOf } from './sayings.ts';
import { bytesIn } from './transcript-lines.ts';

type Given = { readonly line: number; readonly values: Int32Array | undefined };

export class SumsCheck {
  readonly #findings: Finding[];
  readonly #contributions = new Map<number, SayingOf<'contribution'>>();
  readonly #closed = new Map<number, readonly string[]>();
  /** Salted digests. */
  readonly #opened = new Map<number, string>();
  /** By its hash: members of a board that follows say the same. */
  #said: string | undefined;
  readonly #given = new Map<number, Given>();
  #last = -1;
  #model: { readonly line: number; readonly bytes: Buffer } | undefined;

  constructor(findings: Finding[]) {
    this.#findings = findings;
  }

  /** Sums of the file. */
  get given(): number {
    return this.#given.size;
  }
  get modelBytes(): number | undefined {
    return this.#model?.bytes.length;
  }
  /** Something of the second half has come. */
  get begun(): boolean {
    return this.#last >= 0 || this.#model !== undefined;
  }

  /** Notes what sums and model have to be, of an entry that is signed. The first of each kind counts. */
  note({ by, says }: Entry, { members, coordinator, custodian }: RoundTerms): void {
    const isMember = members.includes(by);
    if (says.kind === 'contribution' && isMember && !this.#contributions.has(says.sum)) this.#contributions.set(says.sum, says);
    if (says.kind === 'closed' && by === coordinator && !this.#closed.has(says.sum)) this.#closed.set(says.sum, says.survivors);
    if (says.kind === 'opened' && by === custodian && !this.#opened.has(says.sum)) this.#opened.set(says.sum, says.salted);
    if (says.kind === 'model' && isMember) this.#said ??= says.model;
  }

  /** @param whole the board follows to its end: otherwise a sum that is not known to be opened was found already  @throws {ProtocolFault} */
  takeSum(line: number, sum: number, text: string, whole: boolean): void {
    const follows = sum > this.#last && !this.#model;
    this.#last = Math.max(this.#last, sum);
    if (!this.#given.has(sum)) this.#given.set(sum, { line, values: undefined });
    const name = `sum ${sum}`;
    must(follows, 'transcript_order', name);
    const salted = this.#opened.get(sum);
    if (salted === undefined && !whole) return;
    const bytes = bytesIn(name, text);
    must(salted === saltedDigest(bytes), 'sum_wrong', name);
    const length = this.#contributions.get(sum)?.values ?? (bytes.length - saltBytes) / 4;
    this.#given.set(sum, { line, values: decodeSum(bytes, length, name) });
  }

  /** @throws {ProtocolFault} */
  takeModel(line: number, text: string): void {
    must(this.#model === undefined, 'transcript_order', 'model');
    this.#model = { line, bytes: bytesIn('model', text) };
  }

  /** @param line where what is missing is missing */
  end(line: number, terms: RoundTerms | undefined, whole: boolean): Recomputation {
    if (!terms) return 'no-model';
    const [said, model] = [this.#said, this.#model];
    if (said !== undefined) this.#checkAllGiven(model?.line ?? line);
    if (model && (said !== undefined || whole)) {
      attempt(this.#findings, model.line, () => {
        must(said !== undefined, 'transcript_order', 'model');
        must(blobDigest(model.bytes) === said, 'model_changed');
      });
    } else if (!model && said !== undefined) this.#findings.push({ line, code: 'model_missing' });
    return said === undefined ? 'no-model' : this.#recompute(model?.line ?? line, terms, said);
  }

  /** Who goes without a model needs no sums. Of missing ones that stand side by side one finding, where they should have stood. */
  #checkAllGiven(line: number): void {
    const numbers = [...this.#opened.keys()].sort((a, b) => a - b);
    const isGiven = (at: number) => this.#given.has(numbers[at]!);
    for (let from = 0; from < numbers.length; from += 1) {
      if (isGiven(from)) continue;
      let to = from;
      while (to + 1 < numbers.length && !isGiven(to + 1)) to += 1;
      const next = this.#given.get(numbers[to + 1] ?? -1)?.line ?? line;
      const where = from === to ? `sum ${numbers[from]}` : `sum ${numbers[from]} - ${numbers[to]}`;
      this.#findings.push({ line: next, code: 'sum_missing', where });
      from = to;
    }
  }

  #recompute(line: number, terms: RoundTerms, said: string): Recomputation {
    const recompute = recomputeOf(terms);
    if (!recompute) return 'no-code';
    const sums: OpenedSum[] = [];
    for (let sum = 0; sum < this.#opened.size; sum += 1) {
      const values = this.#given.get(sum)?.values;
      const about = this.#contributions.get(sum)?.about;
      const survivors = this.#closed.get(sum);
      if (!values || about === undefined || !survivors) return 'sums-missing';
      sums.push({ sum, about, values, survivors });
    }
    try {
      if (blobDigest(recompute(terms, sums)) === said) return 'same';
    } catch (fault) {
      // Settings that no mathematics takes are no fault of one sum.
      if (!(fault instanceof SumRefused || fault instanceof RangeError)) throw fault;
      const at = fault instanceof SumRefused ? this.#given.get(fault.sum)?.line : undefined;
      const where = fault instanceof SumRefused ? fault.where! : fault.message;
      this.#findings.push({ line: at ?? line, code: 'sum_wrong', where });
      return 'sums-refused';
    }
    this.#findings.push({ line, code: 'model_wrong' });
    return 'other';
  }
}
