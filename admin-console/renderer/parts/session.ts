// Who is at the console and what they may do: asked once, and again whenever an answer says that it changed.

import { useQueryClient } from '@tanstack/react-query';
import { createContext, useCallback, useContext } from 'react';
import { api, isFault, unwrap } from '../api/client.ts';
import { useQuery } from './ask.ts';

export const sessionKey = ['session'] as const;
const actionsKey = ['session', 'actions'] as const;

export type SessionAnswer = Awaited<ReturnType<typeof readSession>>;
type ActionsAnswer = Awaited<ReturnType<typeof readActions>>;
export type Actions = ActionsAnswer['actions'];

const readSession = () => unwrap(api.GET('/api/session'));
const readActions = () => unwrap(api.GET('/api/session/actions'));

/** Of a door that does not open: it may be another person who opens it. */
const againMs = 2_000;

/** @returns null for nobody, and a state of its own for a sealed node, which knows nobody: asked again until it is open. */
export function useSession() {
  return useQuery({
    queryKey: sessionKey,
    queryFn: async () => {
      try {
        return await readSession();
      } catch (error) {
        if (isFault(error, 'unauthenticated')) return null;
        if (isFault(error, 'sealed')) return { state: 'sealed', person: undefined } as const;
        throw error;
      }
    },
    refetchInterval: ({ state: { data, error } }) => (error || data?.state === 'sealed' ? againMs : false),
  });
}

export const useActions = (wanted: boolean) =>
  useQuery({
    queryKey: actionsKey,
    queryFn: readActions,
    enabled: wanted,
    refetchInterval: ({ state: { error } }) => (error ? againMs : false),
  });

/** After signing in or out: nothing that the one before saw is kept. */
export function useSessionChanged(): () => Promise<void> {
  const client = useQueryClient();
  return useCallback(async () => {
    client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] });
    await client.resetQueries({ queryKey: sessionKey });
  }, [client]);
}

export type Here = {
  readonly person: NonNullable<NonNullable<SessionAnswer>['person']>;
  readonly actions: Actions;
  /** Those that are declared, by name. */
  readonly purposes: ActionsAnswer['purposes'];
};
export const HereContext = createContext<Here | undefined>(undefined);

/** Inside the shell only, where somebody is signed in. */
export function useHere(): Here {
  const here = useContext(HereContext);
  if (!here) throw new TypeError('useHere: nobody is signed in here');
  return here;
}

/** Whether policies let the reader do it, alone or together with somebody, for some purpose or any. */
export const useMay = (): ((action: string) => boolean) => {
  const { actions } = useHere();
  // What a broken glass would open is not open.
  return useCallback((action) => actions[action] !== undefined && actions[action].may !== 'glass', [actions]);
};

/** Whether the reader is let into a screen. */
export const mayOpen = ({ needs }: { readonly needs?: readonly string[] }, may: (action: string) => boolean): boolean =>
  needs === undefined || needs.some(may);
