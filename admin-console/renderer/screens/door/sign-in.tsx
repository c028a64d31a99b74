// Signing in: login and password, then a code where one is wanted; a one-time link for whoever has no password yet; and the second factor that a
// role asks for before anything else opens.

import { useMutation } from '@tanstack/react-query';
import { Button, Flex, Form, Input } from 'antd';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { useQuery } from '../../parts/ask.ts';
import { Fault } from '../../parts/fault.tsx';
import { useGivenLink } from '../../parts/given-link.ts';
import { Segmented } from '../../parts/segmented.tsx';
import { useSessionChanged } from '../../parts/session.ts';
import { answerByPasskey, canPasskey } from '../../parts/webauthn.ts';
import { useSay } from '../../words/words.ts';
import { ByGivenLink, ByLink } from './by-link.tsx';
import { DoorCard } from './door.tsx';
import { Enrol } from './enrol.tsx';

const words = {
  title: { en: 'Sign in', zh: '登录' },
  login: { en: 'Login', zh: '登录名' },
  password: { en: 'Password', zh: '密码' },
  signIn: { en: 'Sign in', zh: '登录' },
  code: { en: 'Code from your authenticator app', zh: '身份验证器中的验证码' },
  codeTitle: { en: 'Second step', zh: '第二步验证' },
  recovery: { en: 'Recovery code', zh: '恢复码' },
  useRecovery: { en: 'Use a recovery code', zh: '使用恢复码' },
  useApp: { en: 'Use the app', zh: '使用身份验证器' },
  goOn: { en: 'Continue', zh: '继续' },
  withPassword: { en: 'Password', zh: '密码登录' },
  withLink: { en: 'One-time link', zh: '一次性链接' },
  byPasskey: { en: 'Sign in with a passkey', zh: '使用通行密钥登录' },
  byProvider: { en: 'Sign in with your organisation', zh: '使用机构账号登录' },
  needed: { en: 'Needed', zh: '必填' },
} as const;

export function SignIn({ state }: { state: 'signed_in' | 'second_factor_wanted' | 'enrolment_wanted' | undefined }) {
  const given = useGivenLink();
  if (given) return <ByGivenLink given={given} />;
  if (state === 'second_factor_wanted') return <SecondFactor />;
  if (state === 'enrolment_wanted') return <Enrol />;
  return <First />;
}

function First() {
  const say = useSay();
  const [way, setWay] = useState<'password' | 'link'>('password');
  return (
    <DoorCard title={words.title}>
      <Segmented
        block
        style={{ marginBottom: 16 }}
        value={way}
        onChange={setWay}
        options={[
          { value: 'password', label: say(words.withPassword) },
          { value: 'link', label: say(words.withLink) },
        ]}
      />
      {way === 'password' ? <ByPassword /> : <ByLink />}
      {way === 'password' && <OtherWays />}
    </DoorCard>
  );
}

function ByPassword() {
  const say = useSay();
  const changed = useSessionChanged();
  const rules = [{ required: true, message: say(words.needed) }];
  const signIn = useMutation({
    mutationFn: (body: { login: string; password: string }) => unwrap(api.POST('/api/session', { body })),
    onSuccess: changed,
  });
  return (
    <Form layout="vertical" requiredMark={false} onFinish={(values) => signIn.mutate(values)}>
      <Fault error={signIn.error} />
      <Form.Item name="login" label={say(words.login)} rules={rules}>
        <Input autoComplete="username" autoFocus />
      </Form.Item>
      <Form.Item name="password" label={say(words.password)} rules={rules}>
        <Input.Password autoComplete="current-password" />
      </Form.Item>
      <Button type="primary" htmlType="submit" block loading={signIn.isPending}>
        {say(words.signIn)}
      </Button>
    </Form>
  );
}

/** By a passkey of this device, or by the organisation's provider, where the node has them. */
function OtherWays() {
  const say = useSay();
  const changed = useSessionChanged();
  const ways = useQuery({
    queryKey: ['ways'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/session/ways', { signal })),
    staleTime: 600_000,
  });
  const byPasskey = useMutation({
    mutationFn: async () => unwrap(api.POST('/api/session/passkey', { body: { credential: await answerByPasskey() } })),
    onSuccess: changed,
  });
  const byProvider = useMutation({
    mutationFn: () => unwrap(api.POST('/api/session/oidc/start', { body: {} })),
    onSuccess: ({ url }) => globalThis.location.assign(url),
  });
  const passkeys = ways.data?.passkeys === true && canPasskey();
  if (!passkeys && !ways.data?.provider) return null;
  return (
    <Flex vertical gap={space.small} style={{ marginTop: space.medium }}>
      <Fault error={byPasskey.error ?? byProvider.error} />
      {passkeys && (
        <Button block loading={byPasskey.isPending} onClick={() => byPasskey.mutate()}>
          {say(words.byPasskey)}
        </Button>
      )}
      {ways.data?.provider && (
        <Button block loading={byProvider.isPending} onClick={() => byProvider.mutate()}>
          {say(words.byProvider)}
        </Button>
      )}
    </Flex>
  );
}

function SecondFactor() {
  const say = useSay();
  const changed = useSessionChanged();
  const [recovery, setRecovery] = useState(false);
  const name = recovery ? 'recoveryCode' : 'code';
  const prove = useMutation({
    mutationFn: (body: { code?: string; recoveryCode?: string }) => unwrap(api.POST('/api/session/second-factor', { body })),
    onSuccess: changed,
  });
  return (
    <DoorCard title={words.codeTitle}>
      <Form layout="vertical" requiredMark={false} onFinish={(values) => prove.mutate(values)}>
        <Fault error={prove.error} />
        <Form.Item
          key={name}
          name={name}
          label={say(recovery ? words.recovery : words.code)}
          rules={[{ required: true, message: say(words.needed) }]}
        >
          <Input autoComplete="one-time-code" inputMode={recovery ? 'text' : 'numeric'} autoFocus />
        </Form.Item>
        <Button type="primary" htmlType="submit" block loading={prove.isPending}>
          {say(words.goOn)}
        </Button>
        <Button type="link" block onClick={() => setRecovery(!recovery)}>
          {say(recovery ? words.useApp : words.useRecovery)}
        </Button>
      </Form>
    </DoorCard>
  );
}
