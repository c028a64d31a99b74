// Who approved, by number as the other side and the transcript have them, with when and why.

import { Card, Flex } from 'antd';
import { space } from '../../design/design.ts';
import { Text } from '../../parts/text.tsx';
import { When } from '../../parts/time.tsx';
import { useSay, type Words } from '../../words/words.ts';

const words = { nobody: { en: 'Nobody yet', zh: '暂无' } } as const;

export type Officer = { readonly officer: string; readonly reason: string; readonly atMs: number };

export function Officers({ title, of }: { title: Words | string; of: readonly Officer[] }) {
  const say = useSay();
  return (
    <Card size="small" title={typeof title === 'string' ? title : say(title)} style={{ flex: '1 1 300px' }}>
      {of.length === 0 && <Text type="secondary">{say(words.nobody)}</Text>}
      <Flex vertical gap={space.hair}>
        {of.map(({ officer, reason, atMs }) => (
          <div key={`${officer} ${reason} ${atMs}`} className="hf-break">
            <Text code>{officer}</Text> {reason}{' '}
            <Text type="secondary">
              <When atMs={atMs} />
            </Text>
          </div>
        ))}
      </Flex>
    </Card>
  );
}
