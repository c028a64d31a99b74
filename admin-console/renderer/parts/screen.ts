// What the shell knows of a screen: where it is, what it is called, who is let in. Each slice lists its own in `area.tsx`.

import type { ComponentType } from 'react';
import type { Words } from '../words/words.ts';

export type Screen = {
  readonly path: string;
  readonly name: Words;
  /** Any of these lets the reader in; without one everybody is. */
  readonly needs?: readonly string[];
  /** By path, as wouter reads it, what is shown there: loaded when somebody goes there. */
  readonly routes: readonly (readonly [string, ComponentType])[];
};

/** Screens that stand together in the menu; one alone stands for itself. */
export type Area = {
  readonly key: string;
  readonly name: Words;
  readonly icon: ComponentType;
  readonly screens: readonly Screen[];
};

/** The way to a place within a slice, its values escaped: `to('/customers/:id', { id })`. */
export const to = (route: string, values: { readonly [name: string]: string | number }): string =>
  route.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(values[name] ?? '')));
