// Keys of programs: what each may do and until when. A token is shown once.

import { PlusOutlined } from '@ant-design/icons';
import { Alert, DatePicker, type DatePickerProps, Flex, Form, Input, InputNumber, Modal, Radio, Select, Typography } from 'antd';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { space, type Tone } from '../../design/design.ts';
import { Act } from '../../parts/act.tsx';
import { useQuery } from '../../parts/ask.ts';
import { nowMs } from '../../parts/clock.ts';
import { Mark } from '../../parts/mark.tsx';
import { Page } from '../../parts/page.tsx';
import { useMay } from '../../parts/session.ts';
import { Answer } from '../../parts/states.tsx';
import { Rows } from '../../parts/table.tsx';
import { When } from '../../parts/time.tsx';
import { roleWords } from '../../words/roles.ts';
import { useFormats, useSay, type Words } from '../../words/words.ts';
import { type Role, RoleChoice } from './role-choice.tsx';

const words = {
  title: { en: 'API keys', zh: 'API 密钥' },
  about: {
    en: 'For programs. Each has roles as a person has, may be bound to sources, and runs out.',
    zh: '供程序使用。与人员一样按角色授权，可限定数据源，并有有效期。',
  },
  make: { en: 'Make a key', zh: '新建密钥' },
  none: { en: 'No program has a key', zh: '尚无程序密钥' },
  noneNext: {
    en: 'A key lets a program read or write over the API, as its roles allow.',
    zh: '程序凭密钥按其角色通过 API 读写。',
  },
  name: { en: 'Name', zh: '名称' },
  may: { en: 'May', zh: '权限' },
  expires: { en: 'Runs out', zh: '到期' },
  used: { en: 'Last used', zh: '最近使用' },
  never: { en: 'never', zh: '从未' },
  state: { en: 'State', zh: '状态' },
  forApi: { en: 'the API, by roles', zh: '按角色访问 API' },
  forDirectory: { en: 'provisioning people (SCIM) only', zh: '仅用于人员同步（SCIM）' },
  forMetrics: { en: 'monitoring (/metrics) only', zh: '仅用于监控（/metrics）' },
  roles: { en: 'Roles', zh: '角色' },
  sources: { en: 'Only these sources', zh: '仅限以下数据源' },
  sourcesHelp: { en: 'All when empty.', zh: '留空表示不限。' },
  until: { en: 'Until', zh: '有效期至' },
  needed: { en: 'Needed', zh: '必填' },
  rotate: { en: 'New token', zh: '更换令牌' },
  rotateAbout: {
    en: 'The old token is still taken for a while, so that the program can change over.',
    zh: '旧令牌在一段时间内仍有效，便于程序切换。',
  },
  overlap: { en: 'Hours that the old token is still taken', zh: '旧令牌继续有效的小时数' },
  revoke: { en: 'Take away', zh: '吊销' },
  revokeAbout: { en: 'The program is refused from now on. It cannot be undone.', zh: '程序自此被拒绝，不可恢复。' },
  token: { en: 'The token', zh: '令牌' },
  tokenAbout: { en: 'It is shown this once. Put it where the program reads it.', zh: '仅显示这一次，请存放到程序读取的位置。' },
} as const;

const states: { readonly [state: string]: { words: Words; tone?: Tone } } = {
  valid: { words: { en: 'valid', zh: '有效' }, tone: 'good' },
  expired: { words: { en: 'expired', zh: '已过期' }, tone: 'wait' },
  revoked: { words: { en: 'taken away', zh: '已吊销' } },
};

const ofMachines = { directory: words.forDirectory, metrics: words.forMetrics } as const;

type Dayjs = Parameters<NonNullable<DatePickerProps['disabledDate']>>[0];

const key = ['api-keys'];
const monthMs = 30 * 86_400_000;
const list = () => unwrap(api.GET('/api/api-keys'));
type ApiKey = Awaited<ReturnType<typeof list>>['keys'][number];
type Making = { name: string; scope: ApiKey['scope']; roles?: Role[]; sources?: number[]; until: Dayjs };

export default function ApiKeys() {
  const may = useMay();
  const [token, setToken] = useState<string>();
  const asked = useQuery({ queryKey: key, queryFn: list });
  return (
    <Page title={words.title} about={words.about} actions={may('api-key.add') && <Make shown={setToken} />}>
      <Answer of={asked}>{({ keys }) => <List keys={keys} shown={setToken} />}</Answer>
      {token !== undefined && <Token token={token} close={() => setToken(undefined)} />}
    </Page>
  );
}

function List({ keys, shown }: { keys: readonly ApiKey[]; shown(token: string): void }) {
  const say = useSay();
  const may = useMay();
  return (
    <Rows<ApiKey>
      rowKey="id"
      none={words.none}
      next={words.noneNext}
      dataSource={[...keys].sort((one, other) => other.createdAtMs - one.createdAtMs)}
      columns={[
        { title: say(words.name), dataIndex: 'name' },
        {
          title: say(words.may),
          render: (_, { scope, roles, sources = [] }) => (
            <>
              {scope !== 'api' ? say(ofMachines[scope]) : roles.map((role) => <Mark key={role}>{say(roleWords[role])}</Mark>)}
              {sources.map((source) => (
                <Mark key={source}>#{source}</Mark>
              ))}
            </>
          ),
        },
        { title: say(words.expires), render: (_, { expiresAtMs }) => <When atMs={expiresAtMs} /> },
        {
          title: say(words.used),
          render: (_, { lastUsedAtMs }) => (lastUsedAtMs === undefined ? say(words.never) : <When atMs={lastUsedAtMs} />),
        },
        {
          title: say(words.state),
          render: (_, { state }) => <Mark tone={states[state]?.tone}>{say(states[state]!.words)}</Mark>,
        },
        {
          align: 'right',
          render: (_, { id, state }) =>
            state === 'valid' && (
              <Flex gap={space.small} justify="end">
                {may('api-key.rotate') && <Rotate id={id} shown={shown} />}
                {may('api-key.revoke') && (
                  <Act
                    danger
                    size="small"
                    name={words.revoke}
                    about={words.revokeAbout}
                    refresh={[key]}
                    act={() => unwrap(api.DELETE('/api/api-keys/{id}', { params: { path: { id } } }))}
                  />
                )}
              </Flex>
            ),
        },
      ]}
    />
  );
}

function Make({ shown }: { shown(token: string): void }) {
  const say = useSay();
  const rules = [{ required: true, message: say(words.needed) }];
  const sources = useQuery({ queryKey: ['sources'], queryFn: ({ signal }) => unwrap(api.GET('/api/sources', { signal })) });
  const named = ((sources.data as { sources?: { id: number; name: string }[] } | undefined)?.sources ?? []).map(
    ({ id, name }) => ({
      value: id,
      label: name,
    }),
  );
  return (
    <Act<Making, { token: string }>
      type="primary"
      icon={<PlusOutlined />}
      name={words.make}
      initial={{ scope: 'api' }}
      refresh={[key]}
      act={({ name, scope, roles = [], sources: only = [], until }) =>
        unwrap(
          api.POST('/api/api-keys', {
            body: {
              name,
              scope,
              roles: scope === 'api' ? roles : [],
              ...(only.length > 0 && { sources: only }),
              expiresAtMs: until.endOf('day').valueOf(),
            },
          }),
        )
      }
      onDone={({ token }) => shown(token)}
      fields={
        <>
          <Form.Item name="name" label={say(words.name)} rules={rules}>
            <Input autoFocus maxLength={100} />
          </Form.Item>
          <Form.Item name="scope" label={say(words.may)}>
            <Radio.Group
              options={[
                { value: 'api', label: say(words.forApi) },
                { value: 'directory', label: say(words.forDirectory) },
                { value: 'metrics', label: say(words.forMetrics) },
              ]}
            />
          </Form.Item>
          <Form.Item noStyle dependencies={['scope']}>
            {({ getFieldValue }) =>
              getFieldValue('scope') === 'api' && (
                <>
                  <Form.Item name="roles" label={say(words.roles)} rules={rules}>
                    <RoleChoice />
                  </Form.Item>
                  <Form.Item name="sources" label={say(words.sources)} extra={say(words.sourcesHelp)}>
                    <Select mode="multiple" options={named} />
                  </Form.Item>
                </>
              )
            }
          </Form.Item>
          <Form.Item name="until" label={say(words.until)} rules={rules}>
            <DatePicker
              style={{ width: '100%' }}
              disabledDate={(day: Dayjs) => day.valueOf() < nowMs() || day.valueOf() > nowMs() + 24 * monthMs}
            />
          </Form.Item>
        </>
      }
    />
  );
}

function Rotate({ id, shown }: { id: number; shown(token: string): void }) {
  const say = useSay();
  return (
    <Act<{ hours: number }, { token: string }>
      size="small"
      name={words.rotate}
      about={words.rotateAbout}
      initial={{ hours: 24 }}
      refresh={[key]}
      act={({ hours }) =>
        unwrap(api.POST('/api/api-keys/{id}/rotate', { params: { path: { id } }, body: { keepPreviousHours: hours } }))
      }
      onDone={({ token }) => shown(token)}
      fields={
        <Form.Item name="hours" label={say(words.overlap)}>
          <InputNumber min={0} max={720} style={{ width: '100%' }} />
        </Form.Item>
      }
    />
  );
}

function Token({ token, close }: { token: string; close(): void }) {
  const say = useSay();
  const formats = useFormats();
  return (
    <Modal open title={say(words.token)} footer={null} onCancel={close} key={formats.day(nowMs())}>
      <Alert type="warning" showIcon title={say(words.tokenAbout)} style={{ marginBottom: space.medium }} />
      <Typography.Text copyable code className="hf-break">
        {token}
      </Typography.Text>
    </Modal>
  );
}
