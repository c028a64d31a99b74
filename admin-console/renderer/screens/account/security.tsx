// How the reader proves who they are: recovery codes anew, and passkeys of their devices.

import { Alert, Card, Flex, Form, Input, Modal, Typography } from 'antd';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { Act } from '../../parts/act.tsx';
import { useQuery } from '../../parts/ask.ts';
import { useHere } from '../../parts/session.ts';
import { Answer } from '../../parts/states.tsx';
import { Rows } from '../../parts/table.tsx';
import { Text } from '../../parts/text.tsx';
import { When } from '../../parts/time.tsx';
import { canPasskey, makePasskey } from '../../parts/webauthn.ts';
import { useSay } from '../../words/words.ts';

const words = {
  codes: { en: 'Recovery codes', zh: '恢复码' },
  codesAbout: {
    en: 'Each lets you in once when your phone is not at hand. {left} are left.',
    zh: '手机不在身边时，每个可登录一次。剩余 {left} 个。',
  },
  renew: { en: 'New recovery codes', zh: '重新生成恢复码' },
  renewAbout: { en: 'The old ones stop working.', zh: '旧恢复码将失效。' },
  off: { en: 'Remove the second factor', zh: '移除第二验证因素' },
  offAbout: {
    en: 'A password alone lets you in then. Roles that look after the node or its compliance cannot do without one.',
    zh: '之后仅凭密码即可登录。管理员与合规官不得移除。',
  },
  shown: { en: 'Shown this once. Keep them where your phone is not.', zh: '仅显示这一次，请与手机分开保管。' },
  passkeys: { en: 'Passkeys', zh: '通行密钥' },
  unavailable: {
    en: 'Passkeys are bound to a DNS name, and this node has none yet. An administrator sets publicUrl.',
    zh: '通行密钥须绑定域名，本节点尚未设置。请管理员设置 publicUrl。',
  },
  unable: { en: 'This browser has no passkeys.', zh: '此浏览器不支持通行密钥。' },
  none: { en: 'You have no passkey', zh: '您尚无通行密钥' },
  noneNext: {
    en: 'With one you sign in by a finger or a face, and nobody can phish it.',
    zh: '可用指纹或面容登录，且无法被钓鱼。',
  },
  add: { en: 'Add a passkey', zh: '添加通行密钥' },
  name: { en: 'Name of the device', zh: '设备名称' },
  needed: { en: 'Needed', zh: '必填' },
  added: { en: 'Added', zh: '添加时间' },
  used: { en: 'Last used', zh: '最近使用' },
  never: { en: 'never', zh: '从未' },
  remove: { en: 'Remove', zh: '移除' },
  removeAbout: { en: 'The device no longer signs you in.', zh: '此设备将不能再用于登录。' },
} as const;

const key = ['own', 'passkeys'];

export function Security() {
  return (
    <>
      <RecoveryCodes />
      <Passkeys />
    </>
  );
}

function RecoveryCodes() {
  const say = useSay();
  const { person } = useHere();
  const [codes, setCodes] = useState<readonly string[]>();
  if (!person.secondFactor) return null;
  return (
    <Card
      size="small"
      title={say(words.codes)}
      extra={
        <Flex gap={space.small}>
          <Act<object, { recoveryCodes?: string[] }>
            size="small"
            name={words.renew}
            about={words.renewAbout}
            refresh={[['session']]}
            act={() => unwrap(api.POST('/api/people/me/recovery-codes'))}
            onDone={({ recoveryCodes = [] }) => setCodes(recoveryCodes)}
          />
          {!person.roles.some((role) => role === 'administrator' || role === 'compliance') && (
            <Act
              size="small"
              name={words.off}
              about={words.offAbout}
              refresh={[['session']]}
              act={() => unwrap(api.DELETE('/api/people/me/totp'))}
            />
          )}
        </Flex>
      }
    >
      {say(words.codesAbout, { left: person.recoveryCodesLeft })}
      <Modal
        open={codes !== undefined}
        title={say(words.codes)}
        footer={null}
        onCancel={() => setCodes(undefined)}
        destroyOnHidden
      >
        <Alert type="warning" showIcon title={say(words.shown)} style={{ marginBottom: space.medium }} />
        <Typography.Paragraph copyable={{ text: codes?.join('\n') ?? '' }} code style={{ whiteSpace: 'pre-line' }}>
          {codes?.join('\n')}
        </Typography.Paragraph>
      </Modal>
    </Card>
  );
}

function Passkeys() {
  const say = useSay();
  const asked = useQuery({ queryKey: key, queryFn: ({ signal }) => unwrap(api.GET('/api/account/passkeys', { signal })) });
  return (
    <Card size="small" title={say(words.passkeys)} extra={asked.data?.available && canPasskey() && <Add />}>
      <Answer of={asked} rows={2}>
        {({ available, passkeys }) => (
          <Flex vertical gap={space.small}>
            {!available && <Text type="secondary">{say(words.unavailable)}</Text>}
            {available && !canPasskey() && <Text type="secondary">{say(words.unable)}</Text>}
            {available && (
              <Rows
                rowKey="id"
                none={words.none}
                next={words.noneNext}
                dataSource={passkeys}
                columns={[
                  { title: say(words.name), dataIndex: 'name' },
                  { title: say(words.added), render: (_, { createdAtMs }) => <When atMs={createdAtMs} /> },
                  {
                    title: say(words.used),
                    render: (_, { lastUsedAtMs }) =>
                      lastUsedAtMs === undefined ? say(words.never) : <When atMs={lastUsedAtMs} />,
                  },
                  {
                    align: 'right',
                    render: (_, { id }) => (
                      <Act
                        danger
                        size="small"
                        name={words.remove}
                        about={words.removeAbout}
                        refresh={[key]}
                        act={() => unwrap(api.DELETE('/api/account/passkeys/{id}', { params: { path: { id } } }))}
                      />
                    ),
                  },
                ]}
              />
            )}
          </Flex>
        )}
      </Answer>
    </Card>
  );
}

function Add() {
  const say = useSay();
  return (
    <Act<{ name: string }>
      size="small"
      name={words.add}
      refresh={[key]}
      act={async ({ name }) => unwrap(api.POST('/api/account/passkeys', { body: { name, credential: await makePasskey() } }))}
      fields={
        <Form.Item name="name" label={say(words.name)} rules={[{ required: true, message: say(words.needed) }]}>
          <Input autoFocus maxLength={60} />
        </Form.Item>
      }
    />
  );
}
