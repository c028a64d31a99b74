// What the purposes of this node are called, and by which ways customers are reached for each. Comes with what the reader may do, so that whoever
// has to choose or read a purpose knows its name, whether they may see how many customers it covers or not.

import { useCallback } from 'react';
import { useLanguage } from '../words/words.ts';
import { type Here, useHere } from './session.ts';

export type NamedPurpose = Here['purposes'][number];

/** Those that are declared. */
export const usePurposes = (): readonly NamedPurpose[] => useHere().purposes;

/** @returns what a purpose is called; its own name where nobody declared it */
export function usePurposeName(): (purpose: string) => string {
  const language = useLanguage();
  const purposes = usePurposes();
  return useCallback(
    (purpose) => purposes.find((one) => one.purpose === purpose)?.name[language] ?? purpose,
    [purposes, language],
  );
}

/** The ways to reach somebody for a purpose; none where it reaches nobody. */
export function usePurposeChannels(purpose: string | undefined): readonly string[] {
  const purposes = usePurposes();
  return purposes.find((one) => one.purpose === purpose)?.channels ?? [];
}
