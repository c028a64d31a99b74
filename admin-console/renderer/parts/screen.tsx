// What the shell knows of a screen: where it is, what it is called, who is let in. Each slice lists its own in `area.tsx`.

import { type ComponentType, lazy, useState } from 'react';
import type { Words } from '../words/words.ts';

/** A screen in a file of its own, loaded when somebody goes there, or before by `load`. `now`: what draws it, as far as that is there. */
export type LaterScreen = { load(): Promise<unknown>; now(): ComponentType };

export type Screen = {
  readonly path: string;
  readonly name: Words;
  /** Any of these lets the reader in; without one everybody is. */
  readonly needs?: readonly string[];
  /** By path, as wouter reads it, what is shown there. */
  readonly routes: readonly (readonly [string, LaterScreen])[];
};

/** Screens that stand together in the menu; one alone stands for itself. */
export type Area = {
  readonly key: string;
  readonly name: Words;
  readonly icon: ComponentType;
  readonly screens: readonly Screen[];
};

export function later(load: () => Promise<{ default: ComponentType }>): LaterScreen {
  let known: ComponentType | undefined;
  const loaded = async () => {
    const module = await load();
    known = module.default;
    return module;
  };
  const waiting = lazy(loaded);
  return { load: loaded, now: () => known ?? waiting };
}

/**
 * A screen drawn at once where it is there already: `lazy` alone would show the sign of loading first, and React keeps such a sign for 300 ms. What it
 * began as it stays, so that nothing on it is lost.
 */
export function Drawn({ screen }: { screen: LaterScreen }) {
  const [Shown] = useState<ComponentType>(() => screen.now());
  return <Shown />;
}

/** The way to a place within a slice, its values escaped: `to('/customers/:id', { id })`. */
export const to = (route: string, values: { readonly [name: string]: string | number }): string =>
  route.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(values[name] ?? '')));
