// The last lines of the node's own log. They hold routes, codes and request numbers, nothing of a customer.

import { PauseOutlined, PlayCircleOutlined } from '@ant-design/icons';
import { Button, Flex, Select } from 'antd';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { space, type Tone } from '../../design/design.ts';
import { useQuery } from '../../parts/ask.ts';
import { Mark } from '../../parts/mark.tsx';
import { Page } from '../../parts/page.tsx';
import { Answer } from '../../parts/states.tsx';
import { Rows } from '../../parts/table.tsx';
import { Text } from '../../parts/text.tsx';
import { useFormats, useSay, type Words } from '../../words/words.ts';

const words = {
  title: { en: 'Log', zh: '运行日志' },
  about: {
    en: 'The last lines since the node started: routes, codes and request numbers; nothing of a customer.',
    zh: '节点启动以来的最近记录：路由、代码与请求编号，不含任何客户信息。',
  },
  level: { en: 'Level', zh: '级别' },
  at: { en: 'When', zh: '时间' },
  message: { en: 'What', zh: '内容' },
  none: { en: 'Nothing was logged at this level', zh: '此级别没有记录' },
  noneNext: { en: 'That is good: the node logs what goes wrong.', zh: '这是好事：节点只记录异常。' },
  pause: { en: 'Pause', zh: '暂停' },
  goOn: { en: 'Follow', zh: '跟随' },
} as const;

const levels: { readonly [level: string]: { words: Words; tone?: Tone } } = {
  debug: { words: { en: 'debug', zh: '调试' } },
  info: { words: { en: 'info', zh: '信息' }, tone: 'note' },
  warn: { words: { en: 'warning', zh: '警告' }, tone: 'wait' },
  error: { words: { en: 'error', zh: '错误' }, tone: 'bad' },
  fatal: { words: { en: 'fatal', zh: '致命' }, tone: 'bad' },
};
type Level = 'debug' | 'info' | 'warn' | 'error';

export default function Logs() {
  const say = useSay();
  const formats = useFormats();
  const [level, setLevel] = useState<Level>('info');
  const [paused, setPaused] = useState(false);
  const asked = useQuery({
    queryKey: ['logs', level],
    queryFn: ({ signal }) => unwrap(api.GET('/api/logs', { params: { query: { level, limit: 500 } }, signal })),
    refetchInterval: paused ? false : 3_000,
  });
  const actions = (
    <Flex gap={space.small}>
      <Select<Level>
        aria-label={say(words.level)}
        value={level}
        onChange={setLevel}
        style={{ width: 120 }}
        options={(['debug', 'info', 'warn', 'error'] as const).map((one) => ({ value: one, label: say(levels[one]!.words) }))}
      />
      <Button icon={paused ? <PlayCircleOutlined /> : <PauseOutlined />} onClick={() => setPaused(!paused)}>
        {say(paused ? words.goOn : words.pause)}
      </Button>
    </Flex>
  );
  return (
    <Page title={words.title} about={words.about} actions={actions}>
      <Answer of={asked}>
        {({ lines }) => (
          <Rows
            rowKey="seq"
            none={words.none}
            next={words.noneNext}
            dataSource={lines}
            columns={[
              { title: say(words.at), width: 190, render: (_, { atMs }) => formats.moment(atMs) },
              {
                title: say(words.level),
                width: 90,
                render: (_, line) => (
                  <Mark tone={levels[line.level]?.tone}>
                    {say(levels[line.level]?.words ?? { en: line.level, zh: line.level })}
                  </Mark>
                ),
              },
              {
                title: say(words.message),
                render: (_, { message, about }) => (
                  <span className="hf-break">
                    {message} <Text type="secondary">{saidOf(about)}</Text>
                  </span>
                ),
              },
            ]}
          />
        )}
      </Answer>
    </Page>
  );
}

/** What a line says beside its words, in a row; a stack is for whoever has a terminal. */
const saidOf = (about: { readonly [name: string]: unknown }): string =>
  Object.entries(about)
    .filter(([, value]) => typeof value !== 'object')
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ');
