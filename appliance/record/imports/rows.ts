// A row: one record of a file before a map gives it meaning, or the reason why it is none. Every reader yields these.

import type { Json } from '../../core/model/event.ts';

/** Where a row lies, so that it can be named to a person and reading can go on after it. */
export type Place = {
  /** The line it begins on, from 1; for JSON arrays the element's number. */
  readonly line: number;
  /** Where to read on, in bytes of UTF-8, and the number the next row's line has. */
  readonly next: { readonly offset: number; readonly line: number };
  /** As read, at most `importLimits.rejectRawBytes` when it is rejected. */
  readonly raw: Buffer;
};
export type Good = Place & { readonly ok: true; readonly fields: readonly string[] | { readonly [name: string]: Json } };
export type Bad = Place & { readonly ok: false; readonly reason: string };
export type Row = Good | Bad;
