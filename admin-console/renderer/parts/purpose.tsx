// What customers are looked at for. Some roles see them only for certain purposes: one is chosen for all that is read, is sent with each request,
// and stands in the audit log.

import { useQueryClient } from '@tanstack/react-query';
import { Select, Space } from 'antd';
import { useCallback, useEffect, useMemo } from 'react';
import { readFor } from '../api/client.ts';
import { useSay } from '../words/words.ts';
import { usePurposeName } from './purpose-names.ts';
import { type Actions, useHere } from './session.ts';
import { useKept } from './settings.ts';
import { Text } from './text.tsx';

const words = { label: { en: 'Looking for', zh: '查看用途' } } as const;

/** Those that open anything to the reader that nothing else does. */
const purposesIn = (actions: Actions): readonly string[] =>
  [...new Set(Object.values(actions).flatMap(({ purposes = [] }) => purposes))].sort();

/** @returns what is chosen, '' where the reader's role needs to say none */
export function usePurpose(): { purposes: readonly string[]; purpose: string; choose(purpose: string): void } {
  const { actions } = useHere();
  const client = useQueryClient();
  const purposes = useMemo(() => purposesIn(actions), [actions]);
  const [kept, keep] = useKept<string>('holdfast.purpose', purposes, purposes[0] ?? '');
  const purpose = purposes.includes(kept) ? kept : (purposes[0] ?? '');
  // Before the first question of a screen, not after it.
  readFor(purpose);
  useEffect(() => () => readFor(''), []);
  const choose = useCallback(
    (next: string) => {
      keep(next);
      readFor(next);
      void client.resetQueries();
    },
    [keep, client],
  );
  return useMemo(() => ({ purposes, purpose, choose }), [purposes, purpose, choose]);
}

export function PurposePicker({ of: { purposes, purpose, choose } }: { of: ReturnType<typeof usePurpose> }) {
  const say = useSay();
  const nameOf = usePurposeName();
  if (purposes.length === 0) return null;
  return (
    <Space>
      <Text type="secondary">{say(words.label)}</Text>
      <Select
        aria-label={say(words.label)}
        value={purpose}
        onChange={choose}
        variant="filled"
        popupMatchSelectWidth={false}
        options={purposes.map((one) => ({ value: one, label: nameOf(one) }))}
      />
    </Space>
  );
}
