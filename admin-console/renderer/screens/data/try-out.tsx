// What a dictionary makes of an event, asked a moment after typing stops: the event as it would be recorded, or the rule that it breaks. Nothing
// is recorded.

import { Alert, Flex } from 'antd';
import { useEffect, useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { useQuery } from '../../parts/ask.ts';
import { Fault } from '../../parts/fault.tsx';
import { Text } from '../../parts/text.tsx';
import { useSay } from '../../words/words.ts';
import { reasonWords } from './data-words.ts';
import { readJson, written } from './json-document.ts';
import { JsonEdit } from './json-edit.tsx';

const words = {
  passes: { en: 'It would be recorded', zh: '可以记录' },
  breaks: { en: 'It would go to quarantine', zh: '将进入隔离区' },
  notes: { en: 'Left as it came: {what}', zh: '保持原样：{what}' },
  as: { en: 'As it would be recorded', zh: '记录后的样子' },
} as const;

const typingMs = 400;

/** @param event @param dictionary as JSON; without a dictionary, that of the source */
export function useTry(source: number, event: string, dictionary?: string) {
  const asked = `${event}\u0000${dictionary ?? ''}`;
  const [still, setStill] = useState(asked);
  useEffect(() => {
    const timer = setTimeout(() => setStill(asked), typingMs);
    return () => clearTimeout(timer);
  }, [asked]);
  const [sample = '', document = ''] = still.split('\u0000');
  const read = readJson(sample);
  const other = document === '' ? undefined : readJson(document);
  const usable = 'document' in read && typeof read.document.kind === 'string' && (other === undefined || 'document' in other);
  return useQuery({
    queryKey: ['dictionary', 'try', source, still],
    queryFn: ({ signal }) =>
      unwrap(
        api.POST('/api/sources/{id}/dictionary/try', {
          params: { path: { id: source } },
          body: {
            event: 'document' in read ? (read.document as { kind: string }) : { kind: '' },
            ...(other && 'document' in other && { dictionary: other.document }),
          },
          signal,
        }),
      ),
    enabled: usable,
    retry: false,
    placeholderData: (before) => before,
    // Samples may hold what a customer is known by: nothing of them stays once it is out of sight.
    gcTime: 0,
  });
}

export function TryAnswer({ of: { data, error }, whole = false }: { of: ReturnType<typeof useTry>; whole?: boolean }) {
  const say = useSay();
  if (error) return <Fault error={error} />;
  if (!data) return null;
  return (
    <Flex vertical gap={space.small} aria-live="polite">
      <Alert
        type={data.ok ? 'success' : 'warning'}
        showIcon
        title={say(data.ok ? words.passes : words.breaks)}
        {...(!data.ok && { description: `${data.where ?? ''} ${say(reasonWords(data.reason ?? ''))}` })}
      />
      {(data.notes ?? []).map(({ where, reason }) => (
        <Text key={where} type="secondary">
          {say(words.notes, { what: `${where ?? ''} ${say(reasonWords(reason ?? ''))}` })}
        </Text>
      ))}
      {whole && data.ok && <JsonEdit text={written(data.event)} label={say(words.as)} readOnly rows={14} />}
    </Flex>
  );
}
