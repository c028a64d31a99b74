// Keys that do something on a page, such as J for the next one: what a screen offers is told here, heard at one place, and listed by `?`. They count
// while nobody types, chooses or has a dialog open, and not at all where the reader has turned them off (WCAG 2.2, 2.1.4).

import { useEffect, useRef } from 'react';
import type { Words } from '../words/words.ts';

export type Key = {
  /** As the browser names them, in lower case; any of them does it. Two after each other are written `g h`. */
  readonly keys: readonly string[];
  readonly name: Words;
  readonly act: () => void;
};

const typing =
  'input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable=true], [role=dialog], [role=listbox], [role=combobox]';
/** What moves by arrows itself, and what acts by the space bar. */
const moves = 'input, [role=menu], [role=tablist], [role=slider], [role=separator], [role=radiogroup], [tabindex="0"]';
const acts = `a, button, summary, ${moves}`;
const takers: { readonly [stroke: string]: string } = { ' ': acts, arrowup: moves, arrowdown: moves };
const kept = 'holdfast.keys';
/** Between the two of a pair. */
const pairMs = 1_500;

const offered: { readonly current: readonly Key[] }[] = [];

/** Offers keys while the part that calls it is shown; what was offered last wins. */
export function useKeys(keys: readonly Key[]): void {
  const held = useRef(keys);
  useEffect(() => {
    held.current = keys;
  });
  useEffect(() => offer(held), []);
}

/** Offers keys outside of what React draws, as a toast does. @returns ends it */
export const offerKeys = (keys: readonly Key[]): (() => void) => offer({ current: keys });

function offer(held: { readonly current: readonly Key[] }): () => void {
  offered.unshift(held);
  return () => {
    const at = offered.indexOf(held);
    if (at >= 0) offered.splice(at, 1);
  };
}

/** Every key that counts now. */
export const keysNow = (): readonly Key[] => offered.flatMap(({ current }) => current);

export const keysAreOn = (): boolean => localStorage.getItem(kept) !== 'off';
export const turnKeys = (on: boolean): void => {
  if (on) localStorage.removeItem(kept);
  else localStorage.setItem(kept, 'off');
};

const find = (stroke: string): Key | undefined => keysNow().find(({ keys }) => keys.includes(stroke));

function counts(event: KeyboardEvent, stroke: string): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return false;
  if (!(event.target instanceof Element)) return true;
  if (event.target.closest(typing)) return false;
  const taker = takers[stroke];
  return taker === undefined || !event.target.closest(taker);
}

/** Hears keys for all screens. @returns ends it */
export function hearKeys(): () => void {
  let first: { stroke: string; atMs: number } | undefined;
  const hear = (event: KeyboardEvent) => {
    const stroke = event.key.toLowerCase();
    if (!counts(event, stroke) || !keysAreOn()) return;
    const pair = first && event.timeStamp - first.atMs < pairMs ? find(`${first.stroke} ${stroke}`) : undefined;
    first = undefined;
    const act = pair ?? find(stroke);
    if (act) {
      event.preventDefault();
      act.act();
    } else if (keysNow().some(({ keys }) => keys.some((one) => one.startsWith(`${stroke} `))))
      first = { stroke, atMs: event.timeStamp };
  };
  addEventListener('keydown', hear);
  return () => removeEventListener('keydown', hear);
}
