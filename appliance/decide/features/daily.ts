// How much a customer did on each of the last 90 days, as 90 columns of bytes in a ring: a day has one column for as long as it is among
// them, so that midnight empties one column and moves nothing.

import { type Cells, type Column, emptyChunk, rowsPerChunk } from '../../core/matrix/matrix.ts';
import { dayMs } from './moment.ts';

export const activityDays = 90;
/** What the names of their columns begin with. */
export const dayColumn = 'activity_day_';
/** The most that a cell says of one day. */
const mostADay = 0xfe;

export class DailyActivity {
  readonly #slots: Cells[][] = Array.from({ length: activityDays }, () => []);
  #today = 0;

  /** Makes room for a chunk of rows. */
  grow(): void {
    for (const slot of this.#slots) slot.push(emptyChunk('u8').fill(0));
  }

  /** Empties the days that are no longer among the last. Days are UTC's. */
  advance(nowMs: number): void {
    const today = Math.floor(nowMs / dayMs);
    for (let day = Math.max(this.#today + 1, today - activityDays + 1); day <= today; day += 1)
      for (const chunk of this.#slots[day % activityDays]!) chunk.fill(0);
    this.#today = Math.max(this.#today, today);
  }

  /** @param times of all that was done, in any order */
  put(row: number, times: readonly number[]): void {
    const chunk = Math.floor(row / rowsPerChunk);
    const at = row % rowsPerChunk;
    for (const slot of this.#slots) slot[chunk]![at] = 0;
    for (const ms of times) {
      const day = Math.floor(ms / dayMs);
      if (day > this.#today || day <= this.#today - activityDays) continue;
      const cells = this.#slots[day % activityDays]![chunk]!;
      if (cells[at]! < mostADay) cells[at]! += 1;
    }
  }

  /** Bytes of each day's chunks, in an order that does not depend on today. */
  chunks(): readonly (readonly Cells[])[] {
    return this.#slots;
  }

  /** From then on the chunks are those of that day. */
  resume(nowMs: number): void {
    this.#today = Math.floor(nowMs / dayMs);
  }

  /** `activity_day_0` is today, UTC, `activity_day_89` the oldest. */
  columns(): Column[] {
    return this.#slots.map((_, ago): Column => {
      const slot = this.#slots[(((this.#today - ago) % activityDays) + activityDays) % activityDays]!;
      return { name: `${dayColumn}${ago}`, kind: 'number', storage: 'u8', chunks: slot };
    });
  }
}
