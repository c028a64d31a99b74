// A sealed node: no key is in its memory, so nobody can sign in. Whoever holds the access token opens it, with the passphrase or enough shares.

import { useMutation } from '@tanstack/react-query';
import { Button, Form, Input } from 'antd';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { Fault } from '../../parts/fault.tsx';
import { Segmented } from '../../parts/segmented.tsx';
import { useSessionChanged } from '../../parts/session.ts';
import { useSay } from '../../words/words.ts';
import { DoorCard } from './door.tsx';

const words = {
  title: { en: 'The node is sealed', zh: '节点已封存' },
  about: {
    en: 'Its keys are not in memory and no record can be read. It opens with the passphrase, or with enough recovery shares.',
    zh: '内存中没有密钥，任何记录都无法读取。需要口令或足够数量的恢复份额才能解封。',
  },
  token: { en: 'Access token', zh: '访问令牌' },
  tokenHelp: { en: 'In the data folder: access-token', zh: '位于数据目录的 access-token 文件' },
  passphrase: { en: 'Passphrase', zh: '口令' },
  shares: { en: 'Recovery shares', zh: '恢复份额' },
  sharesHelp: { en: 'One on each line', zh: '每行一个' },
  open: { en: 'Unseal', zh: '解封' },
  needed: { en: 'Needed', zh: '必填' },
} as const;

type UnsealForm = { token: string; passphrase?: string; shares?: string };

export function Sealed() {
  const say = useSay();
  const changed = useSessionChanged();
  const [by, setBy] = useState<'passphrase' | 'shares'>('passphrase');
  const rules = [{ required: true, message: say(words.needed) }];
  const unseal = useMutation({
    mutationFn: ({ token, passphrase, shares }: UnsealForm) =>
      unwrap(
        api.POST('/api/unseal', {
          headers: { authorization: `Bearer ${token.trim()}` },
          body:
            shares === undefined
              ? { passphrase: passphrase ?? '' }
              : {
                  shares: shares
                    .split('\n')
                    .map((one) => one.trim())
                    .filter(Boolean),
                },
        }),
      ),
    onSuccess: changed,
  });
  return (
    <DoorCard title={words.title} about={words.about}>
      <Segmented
        block
        style={{ marginBottom: 16 }}
        value={by}
        onChange={setBy}
        options={[
          { value: 'passphrase', label: say(words.passphrase) },
          { value: 'shares', label: say(words.shares) },
        ]}
      />
      <Form layout="vertical" requiredMark={false} onFinish={(values: UnsealForm) => unseal.mutate(values)} autoComplete="off">
        <Fault error={unseal.error} />
        <Form.Item name="token" label={say(words.token)} extra={say(words.tokenHelp)} rules={rules}>
          <Input.Password autoComplete="off" />
        </Form.Item>
        {by === 'passphrase' ? (
          <Form.Item name="passphrase" label={say(words.passphrase)} rules={rules}>
            <Input.Password autoComplete="off" />
          </Form.Item>
        ) : (
          <Form.Item name="shares" label={say(words.shares)} extra={say(words.sharesHelp)} rules={rules}>
            <Input.TextArea rows={5} spellCheck={false} autoComplete="off" />
          </Form.Item>
        )}
        <Button type="primary" htmlType="submit" block loading={unseal.isPending}>
          {say(words.open)}
        </Button>
      </Form>
    </DoorCard>
  );
}
