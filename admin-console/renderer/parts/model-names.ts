// What models are called by whoever reads. Asked for once for all screens that name them.

import { api, unwrap } from '../api/client.ts';
import { useLanguage } from '../words/words.ts';
import { useQuery } from './ask.ts';
import { useMay } from './session.ts';

/** @returns a model's title in the reader's language; its own name where the reader may not list models */
export function useModelTitle(): (name: string) => string {
  const may = useMay();
  const language = useLanguage();
  const asked = useQuery({
    queryKey: ['models', 'titles'],
    queryFn: async ({ signal }) => (await unwrap(api.GET('/api/models', { signal }))).models,
    enabled: may('model.list'),
    staleTime: 60_000,
  });
  return (name) => asked.data?.find((one) => one.name === name)?.title[language] ?? name;
}
