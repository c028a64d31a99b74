// Answers over everybody that take long, kept for some minutes beside who they are of: one is given again only while exactly the same people may be
// used. So a consent taken back, an erasure or a restriction counts with the next question, and what else happened within those minutes. In memory only.

/** `answers`: the oldest goes first. */
export const keptLimits = { forMs: 5 * 60_000, answers: 16 } as const;

/** `atMs`: the moment that it is of, which whoever shows it says. */
export type Dated = { readonly atMs: number };
type Kept = { readonly allowed: Uint8Array; readonly answer: Dated };

export class KeptAnswers {
  readonly #kept = new Map<string, Kept>();

  /** @param allowed a byte for each person, 1 where they may be used; not changed afterwards */
  get<Answer extends Dated>(question: string, allowed: Uint8Array, nowMs: number): Answer | undefined {
    const kept = this.#kept.get(question);
    if (!kept) return undefined;
    const ageMs = nowMs - kept.answer.atMs;
    if (ageMs >= 0 && ageMs < keptLimits.forMs && Buffer.compare(kept.allowed, allowed) === 0) return kept.answer as Answer;
    this.#kept.delete(question);
    return undefined;
  }

  put(question: string, allowed: Uint8Array, answer: Dated): void {
    this.#kept.delete(question);
    this.#kept.set(question, { allowed, answer });
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= keptLimits.answers) break;
      this.#kept.delete(oldest);
    }
  }
}
