// Who did it, as people know them: the name behind an actor of the audit log where the reader may know who is who, and what else acts by itself.

import { useCallback } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { useQuery } from '../../parts/ask.ts';
import { useHere, useMay } from '../../parts/session.ts';
import { Text } from '../../parts/text.tsx';
import { useSay, type Words } from '../../words/words.ts';

const known: { readonly [actor: string]: Words } = {
  operator: { en: 'operator (access token)', zh: '操作员（访问令牌）' },
  system: { en: 'the node itself', zh: '节点自身' },
  customer: { en: 'the customer', zh: '客户本人' },
  unknown: { en: 'somebody who did not sign in', zh: '未登录者' },
};
const words = {
  person: { en: 'person {id}', zh: '人员 {id}' },
  key: { en: 'program {id}', zh: '程序 {id}' },
  you: { en: '{name} (you)', zh: '{name}（您）' },
} as const;

export type Colleague = { readonly actor: string; readonly name: string };

/** Everybody who signs in, where the reader may know them. */
export function useColleagues(): readonly Colleague[] {
  const may = useMay();
  const asked = useQuery({
    queryKey: ['people', 'names'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/people', { signal })),
    enabled: may('people.list'),
    staleTime: 300_000,
  });
  return (asked.data?.people ?? []).map(({ id, name }) => ({ actor: `person ${id}`, name }));
}

/** @returns the name of an actor of the audit log */
export function useNameOf(): (actor: string) => string {
  const say = useSay();
  const { person } = useHere();
  const colleagues = useColleagues();
  return useCallback(
    (actor) => {
      const ready = known[actor];
      if (ready) return say(ready);
      const [kind, id = ''] = actor.split(' ');
      if (actor === `person ${person.id}`) return say(words.you, { name: person.name });
      const named = colleagues.find((one) => one.actor === actor);
      if (named) return named.name;
      if (kind === 'person') return say(words.person, { id });
      return kind === 'key' ? say(words.key, { id }) : actor;
    },
    [say, person, colleagues],
  );
}

export function Who({ actor }: { actor: string }) {
  const nameOf = useNameOf();
  return (
    <Text className="hf-break" title={actor}>
      {nameOf(actor)}
    </Text>
  );
}

/** Whether the reader is meant: nobody judges their own access. */
export function useIsMe(): (actor: string) => boolean {
  const { person } = useHere();
  return (actor) => actor === `person ${person.id}`;
}
