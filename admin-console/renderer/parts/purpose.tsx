// What customers are looked at for. Some roles see them only for certain purposes; it is sent with each request and stands in the audit log.

import { useQuery } from '@tanstack/react-query';
import { Select, Space, Typography } from 'antd';
import { api, unwrap } from '../api/client.ts';
import { useLanguage, useSay, type Words } from '../words/words.ts';
import { useHere } from './session.ts';
import { useKept } from './settings.ts';

const words = { label: { en: 'Looking for', zh: '查看用途' } } as const;

type Purpose = { purpose: string; name?: Words };

/** @returns headers of a read, and the purposes to choose from: none where the reader's role needs to say none */
export function usePurpose(action: string): { headers: { 'x-purpose'?: string }; purposes: readonly string[]; choose(purpose: string): void; purpose: string } {
  const { actions } = useHere();
  const purposes = actions[action]?.purposes ?? [];
  const [kept, choose] = useKept<string>('holdfast.purpose', purposes, purposes[0] ?? '');
  const purpose = purposes.includes(kept) ? kept : (purposes[0] ?? '');
  return { headers: purpose ? { 'x-purpose': purpose } : {}, purposes, choose, purpose };
}

export function PurposePicker({ of: { purposes, purpose, choose } }: { of: ReturnType<typeof usePurpose> }) {
  const say = useSay();
  const language = useLanguage();
  const { actions } = useHere();
  const named = useQuery({
    queryKey: ['purposes'],
    queryFn: async () => (await unwrap(api.GET('/api/consent/purposes'))) as unknown as { purposes: Purpose[] },
    enabled: actions['consent.purposes'] !== undefined && purposes.length > 0,
    staleTime: 600_000,
  });
  if (purposes.length === 0) return null;
  const nameOf = (one: string) => named.data?.purposes.find((known) => known.purpose === one)?.name?.[language] ?? one;
  return (
    <Space>
      <Typography.Text type="secondary">{say(words.label)}</Typography.Text>
      <Select
        aria-label={say(words.label)}
        value={purpose}
        onChange={choose}
        popupMatchSelectWidth={false}
        options={purposes.map((one) => ({ value: one, label: nameOf(one) }))}
      />
    </Space>
  );
}
