// What one browser remembers of its reader: language and light or dark. Never anything of a customer, and nothing that opens a door.

import { createContext, useCallback, useEffect, useState } from 'react';
import type { Language } from '../words/words.ts';

export type Mode = 'light' | 'dark' | 'system';

function kept<Value extends string>(name: string, allowed: readonly Value[], otherwise: Value): Value {
  const value = globalThis.localStorage?.getItem(name) as Value | null;
  return value !== null && allowed.includes(value) ? value : otherwise;
}

export function useKept<Value extends string>(
  name: string,
  allowed: readonly Value[],
  otherwise: Value,
): [Value, (value: Value) => void] {
  const [value, setValue] = useState(() => kept(name, allowed, otherwise));
  const keep = useCallback(
    (next: Value) => {
      localStorage.setItem(name, next);
      setValue(next);
    },
    [name],
  );
  return [value, keep];
}

export const preferredLanguage = (): Language => (navigator.languages.some((one) => one.startsWith('zh')) ? 'zh' : 'en');

/** Whether a wish of the reader's system holds, now and when it changes. */
export function useMedia(wish: string): boolean {
  const [holds, setHolds] = useState(() => matchMedia(wish).matches);
  useEffect(() => {
    const query = matchMedia(wish);
    const look = () => setHolds(query.matches);
    query.addEventListener('change', look);
    return () => query.removeEventListener('change', look);
  }, [wish]);
  return holds;
}

export function useDark(mode: Mode): boolean {
  const dark = useMedia('(prefers-color-scheme: dark)');
  return mode === 'system' ? dark : mode === 'dark';
}

export const ModeContext = createContext<{ mode: Mode; dark: boolean; choose(mode: Mode): void }>({
  mode: 'system',
  dark: false,
  choose: () => undefined,
});
