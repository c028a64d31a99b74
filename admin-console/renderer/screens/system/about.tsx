// What this node is, and what it is made of.

import { Alert, Card, Descriptions, Flex, Modal, Typography } from 'antd';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { Act } from '../../parts/act.tsx';
import { useQuery } from '../../parts/ask.ts';
import { Page } from '../../parts/page.tsx';
import { useMay } from '../../parts/session.ts';
import { Answer } from '../../parts/states.tsx';
import { Text } from '../../parts/text.tsx';
import { When } from '../../parts/time.tsx';
import { useSay } from '../../words/words.ts';

const words = {
  title: { en: 'About this node', zh: '关于本节点' },
  version: { en: 'Version', zh: '版本' },
  runtime: { en: 'Runtime', zh: '运行环境' },
  store: { en: 'Store', zh: '存储' },
  sqlite: { en: 'embedded (SQLite)', zh: '内置（SQLite）' },
  postgres: { en: 'PostgreSQL', zh: 'PostgreSQL' },
  started: { en: 'Started', zh: '启动时间' },
  region: { en: 'Region', zh: '地区' },
  address: { en: 'Public address', zh: '公开地址' },
  noAddress: { en: 'none: passkeys want one', zh: '未设置：使用通行密钥须先设置' },
  eyes: { en: 'Acts for two', zh: '双人操作' },
  people: { en: 'people need a second person', zh: '人员操作须经第二人批准' },
  always: { en: 'everybody needs a second person, the operator too', zh: '包括操作员在内均须第二人批准' },
  ways: { en: 'Ways to sign in', zh: '登录方式' },
  password: { en: 'password and code', zh: '密码与验证码' },
  passkeys: { en: 'passkeys', zh: '通行密钥' },
  provider: { en: 'the organisation’s provider (OpenID Connect)', zh: '机构身份提供方（OpenID Connect）' },
  directory: { en: 'people from the directory (SCIM)', zh: '目录同步人员（SCIM）' },
  api: { en: 'The API, described', zh: 'API 文档' },
  document: { en: 'OpenAPI document', zh: 'OpenAPI 描述文件' },
  desktop: { en: 'Desktop console', zh: '桌面控制台' },
  desktopAbout: {
    en: 'The same console as a program of its own, which knows this node by its key. It is given a code once.',
    zh: '同一控制台的独立程序，凭密钥认得本节点，只需录入一次代码。',
  },
  enrol: { en: 'Make an enrolment code', zh: '生成登记代码' },
  enrolAbout: {
    en: 'The code says where the node is and which key it has. It holds nothing secret.',
    zh: '代码包含节点地址与其密钥指纹，不含任何秘密。',
  },
  plain: { en: 'Over plain HTTP: for consoles on the same machine only.', zh: '使用明文 HTTP：仅限本机上的控制台。' },
  channels: { en: 'Channels and routing', zh: '渠道与路由' },
  channelsNone: {
    en: 'This node has no channel yet: it takes events in and acts on nobody. Messages, chats and their routing will be set up here.',
    zh: '本节点尚无渠道：只接收事件，不触达任何人。消息、会话及其路由今后在此设置。',
  },
  backups: { en: 'Backups', zh: '备份' },
  backupsAbout: {
    en: 'Sealed copies of the node elsewhere, made while it goes on; of PostgreSQL by pg_dump. Keep keys.json apart from them: without it none opens. When you restore one, keep the erasures.log of now, so that who was erased since stays erased.',
    zh: '节点运行时在他处保存加密副本；使用 PostgreSQL 时由 pg_dump 导出。keys.json 须与备份分开保存，缺少它任何备份都无法打开。恢复时请保留现有的 erasures.log，以便此后删除的客户仍保持删除。',
  },
} as const;

export default function About() {
  const say = useSay();
  const asked = useQuery({ queryKey: ['about'], queryFn: ({ signal }) => unwrap(api.GET('/api/about', { signal })) });
  return (
    <Page title={words.title}>
      <Flex vertical gap={space.medium}>
        <Card size="small">
          <Answer of={asked}>
            {({ version, runtime, platform, store, startedAtMs, region, publicUrl, fourEyes, signIn }) => (
              <Descriptions
                column={1}
                size="small"
                items={[
                  { key: 'version', label: say(words.version), children: version },
                  { key: 'runtime', label: say(words.runtime), children: `${runtime}, ${platform}` },
                  { key: 'store', label: say(words.store), children: say(words[store]) },
                  { key: 'started', label: say(words.started), children: <When atMs={startedAtMs} /> },
                  ...(region === undefined ? [] : [{ key: 'region', label: say(words.region), children: region }]),
                  { key: 'address', label: say(words.address), children: publicUrl ?? say(words.noAddress) },
                  { key: 'eyes', label: say(words.eyes), children: say(words[fourEyes]) },
                  {
                    key: 'ways',
                    label: say(words.ways),
                    children: [
                      say(words.password),
                      ...(signIn.passkeys ? [say(words.passkeys)] : []),
                      ...(signIn.openId ? [say(words.provider)] : []),
                      ...(signIn.directory ? [say(words.directory)] : []),
                    ].join(' · '),
                  },
                ]}
              />
            )}
          </Answer>
        </Card>
        <Enrolment />
        <Card size="small" title={say(words.channels)}>
          <Text>{say(words.channelsNone)}</Text>
        </Card>
        <Card size="small" title={say(words.backups)}>
          <Text>{say(words.backupsAbout)}</Text>
        </Card>
        <Flex gap={space.medium}>
          <a href="/docs" target="_blank" rel="noreferrer">
            {say(words.api)}
          </a>
          <a href="/openapi.json" target="_blank" rel="noreferrer">
            {say(words.document)}
          </a>
        </Flex>
      </Flex>
    </Page>
  );
}

type Code = { code: string; addresses: string[]; plain: boolean };

function Enrolment() {
  const say = useSay();
  const may = useMay();
  const [made, setMade] = useState<Code>();
  if (!may('console.enrol')) return null;
  return (
    <Card
      size="small"
      title={say(words.desktop)}
      extra={
        <Act<object, Code>
          size="small"
          name={words.enrol}
          about={words.enrolAbout}
          act={() => unwrap(api.POST('/api/console/enrolment', { body: {} }))}
          onDone={setMade}
        />
      }
    >
      <Text>{say(words.desktopAbout)}</Text>
      <Modal
        open={made !== undefined}
        title={say(words.desktop)}
        footer={null}
        onCancel={() => setMade(undefined)}
        destroyOnHidden
      >
        {made?.plain && <Alert type="warning" showIcon title={say(words.plain)} style={{ marginBottom: space.medium }} />}
        <Typography.Paragraph type="secondary">{made?.addresses.join(', ')}</Typography.Paragraph>
        <Typography.Paragraph copyable code className="hf-break">
          {made?.code ?? ''}
        </Typography.Paragraph>
      </Modal>
    </Card>
  );
}
