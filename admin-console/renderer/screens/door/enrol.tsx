// Setting up the second factor that a role asks for: a picture for the app, its first code, and the recovery codes, shown once.

import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Flex, Form, Input, QRCode, Typography } from 'antd';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { useQuery } from '../../parts/ask.ts';
import { Fault } from '../../parts/fault.tsx';
import { useSessionChanged } from '../../parts/session.ts';
import { Answer } from '../../parts/states.tsx';
import { useSay } from '../../words/words.ts';
import { DoorCard } from './door.tsx';

const words = {
  title: { en: 'Set up your second factor', zh: '设置第二验证因素' },
  about: {
    en: 'Your role asks for one before anything else opens. Scan the picture with an authenticator app, or type the secret.',
    zh: '您的角色要求先完成此项设置。请用身份验证器扫描图片，或输入密钥。',
  },
  secret: { en: 'Secret', zh: '密钥' },
  code: { en: 'First code of the app', zh: '身份验证器显示的验证码' },
  goOn: { en: 'Continue', zh: '继续' },
  codes: { en: 'Recovery codes', zh: '恢复码' },
  codesAbout: {
    en: 'Shown this once. Each works once, in place of the app. Print them or keep them in a safe.',
    zh: '仅显示这一次。每个恢复码可代替身份验证器使用一次，请打印或妥善保存。',
  },
  kept: { en: 'I have kept them', zh: '已妥善保存' },
} as const;

export function Enrol() {
  const say = useSay();
  const changed = useSessionChanged();
  const [codes, setCodes] = useState<readonly string[]>();
  const offer = useQuery({
    queryKey: ['enrol'],
    queryFn: ({ signal }) => unwrap(api.POST('/api/people/me/totp', { signal })),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const confirm = useMutation({
    mutationFn: ({ code }: { code: string }) => unwrap(api.POST('/api/people/me/totp/confirm', { body: { code } })),
    onSuccess: ({ recoveryCodes = [] }) => setCodes(recoveryCodes),
  });
  if (codes) {
    return (
      <DoorCard title={words.codes} about={words.codesAbout}>
        <Typography.Paragraph copyable={{ text: codes.join('\n') }}>
          <pre style={{ margin: 0 }}>{codes.join('\n')}</pre>
        </Typography.Paragraph>
        <Button type="primary" block onClick={() => void changed()}>
          {say(words.kept)}
        </Button>
      </DoorCard>
    );
  }
  return (
    <DoorCard title={words.title} about={words.about}>
      <Answer of={offer}>
        {({ uri, secret }) => (
          <Form layout="vertical" requiredMark={false} onFinish={(values) => confirm.mutate(values)}>
            <Flex justify="center" style={{ marginBottom: 16 }}>
              <QRCode value={uri ?? ''} type="svg" size={180} />
            </Flex>
            <Alert
              type="info"
              style={{ marginBottom: 16 }}
              title={say(words.secret)}
              description={
                <Typography.Text code copyable className="hf-break">
                  {secret}
                </Typography.Text>
              }
            />
            <Fault error={confirm.error} />
            <Form.Item name="code" label={say(words.code)} rules={[{ required: true, pattern: /^\d{6}$/, message: '000000' }]}>
              <Input autoComplete="one-time-code" inputMode="numeric" autoFocus />
            </Form.Item>
            <Button type="primary" htmlType="submit" block loading={confirm.isPending}>
              {say(words.goOn)}
            </Button>
          </Form>
        )}
      </Answer>
    </DoorCard>
  );
}
