// The node's configuration as it is in force: what each setting means, its value, where that came from, and what changed or waits for the next start.

import { Alert, Flex, Input, Switch } from 'antd';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { codeFonts, space, type Tone } from '../../design/design.ts';
import { useQuery } from '../../parts/ask.ts';
import { Mark } from '../../parts/mark.tsx';
import { Page } from '../../parts/page.tsx';
import { Answer } from '../../parts/states.tsx';
import { Rows } from '../../parts/table.tsx';
import { Text } from '../../parts/text.tsx';
import { When } from '../../parts/time.tsx';
import { useSay, type Words } from '../../words/words.ts';

const words = {
  title: { en: 'Configuration', zh: '配置' },
  about: {
    en: 'The settings that hold since the start. They are changed in the file or by variables of the environment, and count from the next start.',
    zh: '自启动以来生效的设置。修改需编辑配置文件或环境变量，下次启动生效。',
  },
  file: { en: 'File', zh: '文件' },
  changed: { en: 'Changed at a start', zh: '启动时的变更：' },
  waits: { en: 'Changed since the start, and not in force until the next', zh: '启动后已修改，下次启动生效' },
  mistaken: { en: 'The file has mistakes: the node would not start with it', zh: '配置文件有误，节点将无法以此启动' },
  mistakenNext: {
    en: 'holdfast config check names each with its line.',
    zh: '执行 holdfast config check 可查看每处错误及行号。',
  },
  find: { en: 'Find a setting', zh: '查找设置' },
  given: { en: 'Only what is not the default', zh: '仅显示非默认值' },
  setting: { en: 'Setting', zh: '设置' },
  value: { en: 'Value', zh: '值' },
  origin: { en: 'From', zh: '来源' },
  none: { en: 'No setting is like this', zh: '没有符合的设置' },
  noneNext: { en: 'Show all settings, or look for another word.', zh: '请显示全部设置，或更换关键词。' },
  standard: { en: 'default: {value}', zh: '默认：{value}' },
  pending: { en: 'waits for a start', zh: '待重启' },
  new: { en: 'changed', zh: '有变更' },
} as const;

const origins: { readonly [from: string]: { words: Words; tone?: Tone } } = {
  file: { words: { en: 'file', zh: '配置文件' }, tone: 'note' },
  environment: { words: { en: 'environment', zh: '环境变量' }, tone: 'note' },
  default: { words: { en: 'default', zh: '默认' } },
};

type Setting = {
  setting: string;
  variable: string;
  meaning: Words;
  value?: unknown;
  default?: unknown;
  absent?: Words;
  from: 'file' | 'environment' | 'default';
};
type Configuration = {
  file: string;
  settings: Setting[];
  waiting: string[];
  mistakes: number;
  changed?: { atMs: number; settings: string[] };
};

export default function ConfigurationPage() {
  const asked = useQuery({
    queryKey: ['config'],
    queryFn: async ({ signal }) => (await unwrap(api.GET('/api/config', { signal }))) as Configuration,
  });
  return (
    <Page title={words.title} about={words.about}>
      <Answer of={asked}>{(found) => <All configuration={found} />}</Answer>
    </Page>
  );
}

function All({ configuration }: { configuration: Configuration }) {
  const say = useSay();
  const { file, settings, waiting, mistakes, changed } = configuration;
  const [wanted, setWanted] = useState('');
  const [all, setAll] = useState(settings.every(({ from }) => from === 'default'));
  const looked = wanted.trim().toLowerCase();
  const shown = settings.filter(
    ({ setting, variable, meaning, from }) =>
      (all || from !== 'default' || looked !== '') &&
      [setting, variable, meaning.en, meaning.zh].some((text) => text.toLowerCase().includes(looked)),
  );
  return (
    <Flex vertical gap={space.medium}>
      {mistakes > 0 && <Alert type="error" showIcon title={say(words.mistaken)} description={say(words.mistakenNext)} />}
      {waiting.length > 0 && <Alert type="warning" showIcon title={say(words.waits)} description={waiting.join(', ')} />}
      <Flex vertical>
        <Text type="secondary" className="hf-break">
          {say(words.file)}: {file}
        </Text>
        {changed && (
          <Text type="secondary" className="hf-break">
            {say(words.changed)} <When atMs={changed.atMs} />: {changed.settings.join(', ')}
          </Text>
        )}
      </Flex>
      <Flex gap={space.medium} align="center" wrap>
        <Input.Search
          allowClear
          style={{ maxWidth: 320 }}
          placeholder={say(words.find)}
          aria-label={say(words.find)}
          onChange={({ target }) => setWanted(target.value)}
        />
        <Flex gap={space.small} align="center">
          <Switch size="small" checked={!all} onChange={(only) => setAll(!only)} aria-label={say(words.given)} />
          <span aria-hidden>{say(words.given)}</span>
        </Flex>
      </Flex>
      <Rows<Setting>
        rowKey="setting"
        none={words.none}
        next={words.noneNext}
        dataSource={shown}
        columns={[
          {
            title: say(words.setting),
            width: 460,
            render: (_, { setting, variable, meaning }) => (
              <Flex vertical className="hf-break">
                <Text strong>{setting}</Text>
                <span>{say(meaning)}</span>
                <Text type="secondary" style={{ fontFamily: codeFonts, fontSize: 12 }}>
                  {variable}
                </Text>
              </Flex>
            ),
          },
          { title: say(words.value), width: 340, render: (_, one) => <Value of={one} /> },
          {
            title: say(words.origin),
            width: 150,
            render: (_, { setting, from }) => (
              <Flex vertical gap={space.hair} align="start">
                <Mark tone={origins[from]?.tone}>{say(origins[from]!.words)}</Mark>
                {waiting.includes(setting) && <Mark tone="wait">{say(words.pending)}</Mark>}
                {changed?.settings.includes(setting) && <Mark tone="note">{say(words.new)}</Mark>}
              </Flex>
            ),
          },
        ]}
      />
    </Flex>
  );
}

const written = (value: unknown): string =>
  typeof value === 'object' && value !== null ? JSON.stringify(value, undefined, 2) : String(value);

function Value({ of: { value, absent, from, default: standard } }: { of: Setting }) {
  const say = useSay();
  const code = { fontFamily: codeFonts, fontSize: 12, whiteSpace: 'pre-wrap' } as const;
  return (
    <Flex vertical className="hf-break">
      {value === undefined ? (
        <Text type="secondary">{absent ? say(absent) : '–'}</Text>
      ) : (
        <span style={code}>{written(value)}</span>
      )}
      {from !== 'default' && standard !== undefined && (
        <Text type="secondary">{say(words.standard, { value: written(standard) })}</Text>
      )}
    </Flex>
  );
}
