// What the screens of segments ask the node, each under a key by which its answer is refreshed.

import { keepPreviousData } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { useQuery } from '../../parts/ask.ts';
import { useLanguage, type Words } from '../../words/words.ts';
import type { Condition } from './rule.ts';

export const segmentsKey = ['segments'] as const;
export const listKey = [...segmentsKey, 'list'] as const;
export const segmentKey = (id: number) => [...segmentsKey, 'one', id] as const;

const readList = () => unwrap(api.GET('/api/segments'));
export type Segment = Awaited<ReturnType<typeof readList>>['segments'][number];

/** While one is prepared its progress is asked for again. */
const preparingMs = 1_000;

export const useSegments = () =>
  useQuery({
    queryKey: listKey,
    queryFn: readList,
    refetchInterval: ({ state }) => (state.data?.segments.some((one) => one.state === 'preparing') ? preparingMs : 15_000),
  });

export const useSegment = (id: number) =>
  useQuery({
    queryKey: segmentKey(id),
    queryFn: ({ signal }) => unwrap(api.GET('/api/segments/{segment}', { params: { path: { segment: id } }, signal })),
    refetchInterval: ({ state }) => (state.data?.state === 'preparing' ? preparingMs : 15_000),
  });

export const useHistory = (days: number, segment?: number) =>
  useQuery({
    queryKey: [...segmentsKey, 'history', days, segment],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/segments/history', { params: { query: { days, ...(segment !== undefined && { segment }) } }, signal }),
      ),
    refetchInterval: 60_000,
  });

const readNames = () => unwrap(api.GET('/api/segments/words'));
export type Names = Awaited<ReturnType<typeof readNames>>;
export const useNames = () => useQuery({ queryKey: [...segmentsKey, 'words'], queryFn: readNames, staleTime: 30_000 });

/** A rule as it is being typed or built. */
export type Given = { text: string } | { when: Condition };

/** Read and said back; the one before is not waited for any more. */
export const useRead = (given: Given | undefined) =>
  useQuery({
    queryKey: [...segmentsKey, 'read', given],
    queryFn: ({ signal }) => unwrap(api.POST('/api/segments/read', { body: given!, signal })),
    enabled: given !== undefined,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });

export const usePreview = (given: Given | undefined, purpose: string) =>
  useQuery({
    queryKey: [...segmentsKey, 'preview', given, purpose],
    queryFn: ({ signal }) => unwrap(api.POST('/api/segments/preview', { body: { ...given!, purpose }, signal })),
    enabled: given !== undefined && purpose !== '',
    placeholderData: keepPreviousData,
    staleTime: 15_000,
  });

/** The same some time after it last changed. */
export function useSettled<Value>(value: Value, ms: number): Value {
  const [settled, settle] = useState(value);
  const latest = useRef(value);
  const key = JSON.stringify(value);
  useEffect(() => {
    latest.current = value;
  });
  // What says the same is the same, though it is made anew with each look.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the value
  useEffect(() => {
    const timer = setTimeout(() => settle(latest.current), ms);
    return () => clearTimeout(timer);
  }, [key, ms]);
  return settled;
}

/** A segment by its label in the reader's language, or its own name. */
export function useSegmentName(): (segment: { name: string; label?: Words }) => string {
  const language = useLanguage();
  return ({ name, label }) => label?.[language] ?? name;
}
