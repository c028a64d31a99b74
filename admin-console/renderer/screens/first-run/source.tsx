// The first source: named, its key shown this once, and the lines to paste into a program.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Flex, Form } from 'antd';
import { Link } from 'wouter';
import { space } from '../../design/design.ts';
import { Fault } from '../../parts/fault.tsx';
import { to } from '../../parts/screen.tsx';
import { Answer } from '../../parts/states.tsx';
import { useProven } from '../../parts/step-up.tsx';
import { Text } from '../../parts/text.tsx';
import { useSay } from '../../words/words.ts';
import { useSources } from '../data/sources.tsx';
import { addSource, SourceFields } from '../data/sources-add.tsx';
import { KeyText, type MadeKey } from '../data/sources-key.tsx';
import { byHandName, isKind, kindWords, type SourceKind } from '../data/sources-sdks.ts';

const words = {
  about: {
    en: 'A source is one system that sends events: a shop, an app, a CRM. It gets a write key of its own.',
    zh: '数据源即发送事件的一个系统，如商城、应用、客户管理系统，各有独立的写入密钥。',
  },
  add: { en: 'Add it', zh: '添加' },
  there: { en: 'There already', zh: '已有数据源' },
} as const;

export function FirstSource({ made, take }: { made: MadeKey | undefined; take(made: MadeKey | undefined): void }) {
  const say = useSay();
  const client = useQueryClient();
  const proven = useProven();
  const sources = useSources();
  const add = useMutation({
    mutationFn: (values: { name: string; kind: SourceKind }) => proven(() => addSource(values)),
    onSuccess: async (next) => {
      take(next);
      await client.invalidateQueries({ queryKey: ['sources'] });
    },
  });
  if (made) {
    return (
      <Flex vertical gap={space.medium} align="stretch">
        <Text strong>{made.source.name}</Text>
        <KeyText made={made} />
      </Flex>
    );
  }
  return (
    <Flex vertical gap={space.medium}>
      <Text>{say(words.about)}</Text>
      <Answer of={sources}>
        {(list) => {
          const real = list.filter(({ name, kind }) => name !== byHandName && kind !== 'file');
          if (real.length === 0) return null;
          return (
            <div>
              <Text type="secondary">{say(words.there)}</Text>
              {real.map(({ id, name, kind }) => (
                <Flex key={id} gap={space.small}>
                  <Link href={to('/data/sources/:id', { id })}>{name}</Link>
                  <Text type="secondary">{isKind(kind) ? say(kindWords[kind]) : kind}</Text>
                </Flex>
              ))}
            </div>
          );
        }}
      </Answer>
      <Form layout="vertical" requiredMark={false} initialValues={{ kind: 'website' }} onFinish={(values) => add.mutate(values)}>
        <Fault error={add.error} />
        <SourceFields />
        <Button type="primary" htmlType="submit" loading={add.isPending}>
          {say(words.add)}
        </Button>
      </Form>
    </Flex>
  );
}
