// Keys of a screen that is worked through one by one: they count while nobody is typing and no dialog is open.

import { useEffect, useRef } from 'react';

/** @param keys by the key in lower case, as the browser names it */
export function useKeys(keys: { readonly [key: string]: () => void }): void {
  const held = useRef(keys);
  useEffect(() => {
    held.current = keys;
  });
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      const { target } = event;
      const typing =
        target instanceof HTMLElement && target.closest('input:not([type=radio]), textarea, [contenteditable], [role=dialog]');
      const key = event.key.toLowerCase();
      const act = Object.hasOwn(held.current, key) ? held.current[key] : undefined;
      if (typing || event.ctrlKey || event.metaKey || event.altKey || !act) return;
      event.preventDefault();
      act();
    };
    addEventListener('keydown', hear);
    return () => removeEventListener('keydown', hear);
  }, []);
}
