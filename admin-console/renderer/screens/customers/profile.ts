// A customer as the API gives one: values come masked as policies say, and a value that is hidden is not there at all.

import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { useQuery } from '../../parts/ask.ts';

const readProfile = (id: string) => unwrap(api.GET('/api/profiles/{id}', { params: { path: { id }, query: { timeline: 30 } } }));
const readFound = (identifier: string) => unwrap(api.POST('/api/profiles/search', { body: { identifier } }));
const readIdentity = (id: string) => unwrap(api.GET('/api/profiles/{id}/identity', { params: { path: { id } } }));

export type Found = Awaited<ReturnType<typeof readFound>>['profiles'][number];
export type Profile = Awaited<ReturnType<typeof readProfile>>;
export type Golden = Profile['traits'][string];
export type Identity = Awaited<ReturnType<typeof readIdentity>>;
export type Decision = Identity['decisions'][number];
export type Happening = NonNullable<Profile['timeline']>['events'][number];
/** All questions about one customer, for what changes them. */
export const customerKey = (id: string) => ['profiles', id] as const;

export const useFound = (identifier: string) =>
  useQuery({
    queryKey: ['profiles', 'search', identifier],
    // In the body: an address stands in logs and histories.
    queryFn: () => readFound(identifier),
    enabled: identifier !== '',
  });

export const useProfile = (id: string) => useQuery({ queryKey: [...customerKey(id), 'page'], queryFn: () => readProfile(id) });

export const useIdentity = (id: string, wanted = true) =>
  useQuery({ queryKey: [...customerKey(id), 'identity'], queryFn: () => readIdentity(id), enabled: wanted });

/** How often a page that stands open asks whether anything is new. */
const watchMs = 3_000;

/** Asks again for what is shown of a customer once anything of them is new; what stands there stays until the new is there. */
export function useLive(id: string): void {
  const client = useQueryClient();
  const { data } = useQuery({
    queryKey: ['versions', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/profiles/{id}/version', { params: { path: { id } }, signal })),
    refetchInterval: watchMs,
    retry: false,
    gcTime: 0,
  });
  const version = data?.version;
  useEffect(() => {
    if (version === undefined) return;
    const key = ['seen', id] as const;
    const before = client.getQueryData<string>(key);
    client.setQueryData(key, version);
    if (before !== undefined && before !== version) void client.invalidateQueries({ queryKey: customerKey(id) });
  }, [client, id, version]);
}

/** Whether policies show it with signs in place of most of it. */
export const isMasked = (value: unknown): boolean => JSON.stringify(value ?? null).includes('**');

/** A value as people read one. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (Array.isArray(value)) return value.map(shown).join(', ');
  if (typeof value === 'object') return Object.values(value).map(shown).join(' ');
  return String(value);
}

export const nameOf = ({ traits, id }: Pick<Found, 'traits' | 'id'>): string =>
  traits.name
    ? shown(traits.name.value)
    : [traits.lastName, traits.firstName].flatMap((part) => (part ? [shown(part.value)] : [])).join(' ') || id;
