// Screens are files of their own; here they are fetched before somebody goes there, so that no screen waits for its script.

import { useIsFetching, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { areas, unlisted } from './areas.tsx';
import type { Screen } from './parts/screen.tsx';

/** An idle moment is waited for no longer. */
const idleMs = 1_000;
const all = [...areas.flatMap((area) => area.screens), ...unlisted];
const within = (path: string, own: string) => path === own || (own !== '/' && path.startsWith(`${own}/`));

/** All that a screen is made of. What cannot be had now is asked for again on the way. */
const fetched = ({ routes }: Screen) => Promise.all(routes.map(([, { load }]) => load())).catch(() => undefined);

/** The screen that an address belongs to: of several the narrowest. */
export const screenAt = (path: string, of: readonly Screen[] = all): Screen | undefined =>
  of.filter(({ path: own }) => within(path, own)).sort((one, other) => other.path.length - one.path.length)[0];

let first: Promise<unknown> | undefined;
/** Of the screen that the page was opened at, as soon as anything runs. */
export function fetchFirstScreen(path: string): void {
  const screen = screenAt(path);
  first = screen && fetched(screen);
}

/**
 * Drawn before its file is there a screen would show the sign of loading, which React keeps for 300 ms. @returns whether the first one is there, or could
 * not be had
 */
export function useFirstScreen(): boolean {
  const [isThere, setThere] = useState(first === undefined);
  useEffect(() => {
    void first?.then(() => setThere(true));
  }, []);
  return isThere;
}

/** Once the first screen stands with what it asked for, the others, one after the other while nothing else is done. Draws nothing. */
export function ScreensAhead({ wanted }: { wanted: readonly Screen[] }): null {
  const queue = useRef(wanted);
  const [mayBegin, setMayBegin] = useState(false);
  const client = useQueryClient();
  const asking = useIsFetching();
  useEffect(() => {
    if (asking > 0 || mayBegin) return;
    const soon = setTimeout(() => setMayBegin(true), idleMs / 4);
    return () => clearTimeout(soon);
  }, [asking, mayBegin]);
  useEffect(() => {
    if (!mayBegin) return;
    let isHere = true;
    const next = (at: number) => {
      const screen = queue.current[at];
      if (!screen || !isHere) return;
      const go = () => {
        // A screen that somebody has just gone to waits for its answers, and is drawn then.
        if (client.isFetching() > 0) setTimeout(next, idleMs / 10, at);
        else void fetched(screen).then(() => next(at + 1));
      };
      if ('requestIdleCallback' in globalThis) requestIdleCallback(go, { timeout: idleMs });
      else setTimeout(go);
    };
    next(0);
    return () => {
      isHere = false;
    };
  }, [mayBegin, client]);
  return null;
}
