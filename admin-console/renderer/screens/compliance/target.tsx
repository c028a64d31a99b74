// What an entry of the audit log or a proposal is about, by name where it has one and the reader may know it: a segment, a source, an approval, a request.
// What the log says stands beside it, since that is what one searches by.

import { Space } from 'antd';
import { Link } from 'wouter';
import { api, unwrap } from '../../api/client.ts';
import { useQuery } from '../../parts/ask.ts';
import { usePurposeName } from '../../parts/purpose-names.ts';
import { to } from '../../parts/screen.tsx';
import { useSegmentNames } from '../../parts/segment-names.ts';
import { useMay } from '../../parts/session.ts';
import { Text } from '../../parts/text.tsx';
import { channelWords } from '../../words/channels.ts';
import { useSay } from '../../words/words.ts';

const words = {
  approval: { en: 'Approval {id}', zh: '审批 {id}' },
  purpose: { en: '{name}, for {purpose}', zh: '{name}，用途：{purpose}' },
  purposeAndChannel: { en: '{name}, for {purpose}, by {channel}', zh: '{name}，用途：{purpose}，渠道：{channel}' },
} as const;

export function SegmentLink({ id }: { id: number }) {
  const may = useMay();
  const known = useSegmentNames().find((one) => one.id === id);
  if (!known) return <span>{id}</span>;
  return may('segment.read') ? <Link href={to('/segments/:id', { id })}>{known.shown}</Link> : <span>{known.shown}</span>;
}

/** @returns the name of a source by its number, where the reader may list them */
export function useSourceName(wanted: boolean): (id: number) => string | undefined {
  const may = useMay();
  const asked = useQuery({
    queryKey: ['sources', 'names'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/sources', { signal })),
    enabled: wanted && may('source.list'),
    staleTime: 60_000,
  });
  return (id) => asked.data?.sources.find((one) => one.id === id)?.name;
}

type Told = { readonly kind: string; readonly id: number; readonly purpose?: string; readonly channel?: string };

/** `segment 3`, `segment 3 for marketing by email`, `source 2`, `approval 5`; nothing else names anything. */
export function readTarget(target: string): Told | undefined {
  const found = /^(segment|source|approval) (\d+)(?: for ([\w.-]+)(?: by ([\w.-]+))?)?$/.exec(target);
  if (!found) return undefined;
  const [, kind = '', id, purpose, channel] = found;
  return { kind, id: Number(id), ...(purpose !== undefined && { purpose }), ...(channel !== undefined && { channel }) };
}

export function Target({ of }: { of: string }) {
  const name = useTargetName(readTarget(of));
  if (name === undefined) return <span className="hf-break">{of}</span>;
  return (
    <Space size={4} wrap>
      {name}
      <Text code>{of}</Text>
    </Space>
  );
}

function useTargetName(told: Told | undefined) {
  const say = useSay();
  const may = useMay();
  const segments = useSegmentNames();
  const purposeOf = usePurposeName();
  const sourceName = useSourceName(told?.kind === 'source');
  if (!told) return undefined;
  const { kind, id, purpose, channel } = told;
  if (kind === 'approval')
    return may('approval.list') ? (
      <Link href={to('/approvals/:id', { id })}>{say(words.approval, { id: String(id) })}</Link>
    ) : undefined;
  const name = kind === 'source' ? sourceName(id) : segments.find((one) => one.id === id)?.shown;
  if (name === undefined || purpose === undefined) return name;
  const values = { name, purpose: purposeOf(purpose) };
  return channel === undefined
    ? say(words.purpose, values)
    : say(words.purposeAndChannel, { ...values, channel: say(channelWords(channel)) });
}
