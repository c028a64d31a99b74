// What the screens of federations share: questions with their keys, names of organisations, and proposing what a second person decides.

import { api, unwrap } from '../../api/client.ts';
import { useQuery } from '../../parts/ask.ts';
import { useMay } from '../../parts/session.ts';
import { useLanguage, type Words } from '../../words/words.ts';

export const keys = {
  federations: ['federations'],
  matches: ['matches'],
  matchFiles: ['match-files'],
  rounds: ['rounds'],
  roundFiles: ['round-files'],
  budgets: ['privacy-budgets'],
} as const;

const readFederations = async () => (await unwrap(api.GET('/api/federations'))).federations;
const readMatches = async () => (await unwrap(api.GET('/api/matches'))).matches;
const readMatch = (match: string) => unwrap(api.GET('/api/matches/{match}', { params: { path: { match } } }));
const readRounds = async () => (await unwrap(api.GET('/api/rounds'))).rounds;
const readRound = (round: string) => unwrap(api.GET('/api/rounds/{round}', { params: { path: { round } } }));

export type Federation = Awaited<ReturnType<typeof readFederations>>[number];
export type Member = Federation['members'][number];
export type Match = Awaited<ReturnType<typeof readMatches>>[number];
export type MatchInFull = Awaited<ReturnType<typeof readMatch>>;
export type Round = Awaited<ReturnType<typeof readRounds>>[number];
export type RoundInFull = Awaited<ReturnType<typeof readRound>>;

const calmMs = 15_000;
/** While something goes on. */
const liveMs = 2_000;

export function useFederations() {
  const may = useMay();
  return useQuery({
    queryKey: keys.federations,
    queryFn: readFederations,
    enabled: may('federation.list'),
    refetchInterval: calmMs,
  });
}

export const useMatches = () =>
  useQuery({
    queryKey: keys.matches,
    queryFn: readMatches,
    refetchInterval: ({ state }) => (state.data?.some(({ phase }) => phase !== 'ended') ? liveMs : calmMs),
  });

export const useMatch = (match: string) =>
  useQuery({
    queryKey: [...keys.matches, match],
    queryFn: () => readMatch(match),
    refetchInterval: ({ state }) => (state.data?.phase === 'ended' ? calmMs : liveMs),
  });

export const useRounds = () =>
  useQuery({
    queryKey: keys.rounds,
    queryFn: readRounds,
    refetchInterval: ({ state }) => (state.data?.some(({ phase }) => phase !== 'ended') ? liveMs : calmMs),
  });

export const useRound = (round: string) =>
  useQuery({
    queryKey: [...keys.rounds, round],
    queryFn: () => readRound(round),
    refetchInterval: ({ state }) => (state.data?.phase === 'ended' ? calmMs : liveMs),
  });

/** @returns an organisation's name in the reader's language, or in the other where it has none in this */
export function useNamed(): (name: Words | undefined, otherwise?: string) => string {
  const language = useLanguage();
  return (name, otherwise = '–') => (name && (name[language] || name.en || name.zh)) || otherwise;
}

/** @returns a member's name by its id, whatever federation it is in */
export function useMemberNames(): (member: string | undefined) => string {
  const named = useNamed();
  const federations = useFederations();
  return (member) => {
    if (member === undefined) return '–';
    const all = (federations.data ?? []).flatMap(({ members }) => members);
    return named(all.find((one) => one.member === member)?.name, `${member.slice(0, 8)}…`);
  };
}

/** Whom this node can match with. */
export const isPartner = ({ member, status, role }: Member, me: string): boolean =>
  member !== me && status === 'member' && role !== 'coordinator';

/** Who can take part in a round beside us: whoever orders the board is no member of it. */
export const othersIn = ({ members, member: me, coordinator }: Federation): readonly Member[] =>
  members.filter(({ member, status }) => status === 'member' && member !== me && member !== coordinator);

export type Proposed = { id?: number; state?: string };

/** What two people do together. @returns the approval, as `approval` where it waits for the second person */
export async function propose(kind: string, payload: object, reason: string): Promise<Proposed | { approval: Proposed }> {
  const made = (await unwrap(
    api.POST('/api/approvals', { body: { kind, payload: payload as { [name: string]: unknown }, reason } }),
  )) as Proposed;
  return made.state === 'waiting' ? { approval: made } : made;
}

export const zone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
