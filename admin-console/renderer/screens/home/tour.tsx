// Where to begin, for each role: a few things worth doing first, each with the way there. Hidden by whoever has seen them, and shown again by a word at
// the foot of the page. Only what the reader may do is named.

import { Button, Card, Flex, Typography } from 'antd';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { space } from '../../design/design.ts';
import { useHere, useMay } from '../../parts/session.ts';
import { useKept } from '../../parts/settings.ts';
import { Text } from '../../parts/text.tsx';
import { useSay } from '../../words/words.ts';
import { firstThings, type Thing } from './first-things.ts';

const words = {
  title: { en: 'Where to begin', zh: '从这里开始' },
  hide: { en: 'Hide', zh: '不再显示' },
  show: { en: 'Show where to begin', zh: '显示入门指引' },
} as const;

/** @returns what to put above everything else, and at the foot; both nothing for a reader who has no first things */
export function useTour(): { top: ReactNode; foot: ReactNode } {
  const say = useSay();
  const may = useMay();
  const { person } = useHere();
  const [state, keep] = useKept('holdfast.tour', ['shown', 'hidden'], 'shown');
  const roles = person.roles as readonly string[];
  const things = firstThings.filter(({ role, needs }) => roles.includes(role) && needs.every(may));
  if (things.length === 0) return { top: null, foot: null };
  if (state === 'hidden')
    return {
      top: null,
      foot: (
        <Button type="link" style={{ padding: 0 }} onClick={() => keep('shown')}>
          {say(words.show)}
        </Button>
      ),
    };
  return { top: <Tour things={things} hide={() => keep('hidden')} />, foot: null };
}

function Tour({ things, hide }: { things: readonly Thing[]; hide(): void }) {
  const say = useSay();
  return (
    <Card
      size="small"
      style={{ marginBottom: space.large }}
      title={
        <Typography.Title level={2} style={{ fontSize: 16, margin: 0 }}>
          {say(words.title)}
        </Typography.Title>
      }
      extra={
        <Button type="text" size="small" onClick={hide}>
          {say(words.hide)}
        </Button>
      }
    >
      <ol style={{ margin: 0, paddingInlineStart: space.large }}>
        {things.map(({ to, name, about }) => (
          <li key={to + name.en} style={{ paddingBlock: space.hair }}>
            <Flex vertical>
              <Link href={to}>{say(name)}</Link>
              <Text type="secondary">{say(about)}</Text>
            </Flex>
          </li>
        ))}
      </ol>
    </Card>
  );
}
