// What a decision about who is who would come to, asked of the node before anybody makes it.

import { api, unwrap } from '../../api/client.ts';
import { useQuery } from '../../parts/ask.ts';

export type Wish =
  | { act: 'merge'; left: string; right: string }
  | { act: 'unmerge'; person: string; records?: number[] }
  | { act: 'retract'; decisionId: number };

export const usePreview = (wish: Wish | undefined) =>
  useQuery({
    queryKey: ['profiles', 'preview', wish],
    queryFn: ({ signal }) => unwrap(api.POST('/api/identity/preview', { body: wish!, signal })),
    enabled: wish !== undefined,
    retry: false,
    gcTime: 0,
  });
