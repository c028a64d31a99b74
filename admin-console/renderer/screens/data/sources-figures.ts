// What each source has sent so far: how many events and when the last, how many wait in quarantine, how good its data are. Each only where the reader
// may ask for it.

import { useQueries } from '@tanstack/react-query';
import { api, unwrap } from '../../api/client.ts';
import { useQuery } from '../../parts/ask.ts';
import { useMay } from '../../parts/session.ts';

const everyMs = 15_000;

export type Figures = { readonly events: number; readonly lastAtMs: number | undefined };

type Loose = { readonly [name: string]: unknown };
const numberIn = (row: Loose, name: string): number | undefined => {
  const value = row[name];
  return typeof value === 'number' ? value : undefined;
};

/** By source; undefined where the reader may not know. A source that never sent anything has none. @param again whether to keep asking */
export function useFigures(again = true) {
  const may = useMay()('catalogue.streams');
  return useQuery({
    queryKey: ['catalogue', 'streams', 'by source'],
    enabled: may,
    refetchInterval: again ? everyMs : false,
    queryFn: async ({ signal }) => {
      const { streams } = await unwrap(api.GET('/api/catalogue/streams', { signal }));
      const figures = new Map<number, Figures>();
      for (const stream of streams as readonly Loose[]) {
        const source = numberIn(stream, 'source');
        // The stream of all kinds counts every event once more.
        if (source === undefined || stream.kind === 'any') continue;
        const { events = 0, lastAtMs } = figures.get(source) ?? {};
        const last = Math.max(lastAtMs ?? 0, numberIn(stream, 'lastSeenAtMs') ?? 0);
        figures.set(source, { events: events + (numberIn(stream, 'seen') ?? 0), lastAtMs: last === 0 ? undefined : last });
      }
      return figures;
    },
  });
}

export function useQuarantined() {
  const may = useMay()('quarantine.counts');
  return useQuery({
    queryKey: ['quarantine', 'counts'],
    enabled: may,
    refetchInterval: everyMs,
    queryFn: ({ signal }) => unwrap(api.GET('/api/quarantine/counts', { signal })),
    select: ({ sources }) => new Map(sources.map(({ source, events }) => [source, events])),
  });
}

/** Of the hour that runs, or else the last; undefined where nothing was measured. */
export function useQuality(ids: readonly number[]): ReadonlyMap<number, number> {
  const may = useMay()('quality.score');
  return useQueries({
    queries: ids.map((id) => ({
      queryKey: ['quality', 'score', id],
      enabled: may,
      refetchInterval: 4 * everyMs,
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        unwrap(api.GET('/api/quality/sources/{id}', { params: { path: { id } }, signal })),
      select: (score: Loose) => {
        const hour = (score.running ?? score.last) as Loose | undefined;
        return { id, score: hour && numberIn(hour, 'score') };
      },
    })),
    combine: (answers) =>
      new Map(answers.flatMap(({ data }) => (data?.score === undefined ? [] : [[data.id, data.score] as const]))),
  });
}
