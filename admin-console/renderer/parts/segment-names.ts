// What segments are called by whoever reads: by their label in the reader's language where they have one. Asked for once for all screens that name them.

import { api, unwrap } from '../api/client.ts';
import { useLanguage } from '../words/words.ts';
import { useQuery } from './ask.ts';
import { useMay } from './session.ts';

export type SegmentName = { readonly id: number; readonly name: string; readonly shown: string };

/** Those that there are; none where the reader may not list them. */
export function useSegmentNames(): readonly SegmentName[] {
  const may = useMay();
  const language = useLanguage();
  const asked = useQuery({
    queryKey: ['segments', 'names'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/segments', { signal })),
    enabled: may('segment.list'),
    staleTime: 60_000,
  });
  return (asked.data?.segments ?? []).map(({ id, name, label }) => ({ id, name, shown: label?.[language] ?? name }));
}

/** @returns what a segment is called that the node gave by its own name */
export function useSegmentShown(): (name: string) => string {
  const all = useSegmentNames();
  return (name) => all.find((one) => one.name === name)?.shown ?? name;
}
