// How often one address may knock: whoever has no certificate can make the coordinator check signatures and write, so it may do so slowly.

export const doorLimits = {
  /** Calls of one address, and of all together, in a minute: so many addresses are counted at most. */
  perAddress: 60,
  together: 600,
} as const;

const minuteMs = 60_000;

export class DoorLimit {
  readonly #clock: { nowMs(): number };
  #minute = 0;
  #together = 0;
  readonly #counts = new Map<string, number>();

  constructor(clock: { nowMs(): number }) {
    this.#clock = clock;
  }

  /** @returns false beyond the limit */
  take(address: string): boolean {
    const minute = Math.floor(this.#clock.nowMs() / minuteMs);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#together = 0;
      this.#counts.clear();
    }
    const count = (this.#counts.get(address) ?? 0) + 1;
    if (count > doorLimits.perAddress || this.#together >= doorLimits.together) return false;
    this.#together += 1;
    this.#counts.set(address, count);
    return true;
  }
}
