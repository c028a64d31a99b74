// Dangerous acts want their author to prove once more who they are: asked for when the node asks for it, and then the act is done as if nothing had been.

import { useMutation } from '@tanstack/react-query';
import { Button, Flex, Form, Input, Modal } from 'antd';
import { createContext, type ReactNode, useCallback, useContext, useState } from 'react';
import { api, isFault, unwrap } from '../api/client.ts';
import { space } from '../design/design.ts';
import { useSay } from '../words/words.ts';
import { useQuery } from './ask.ts';
import { Fault } from './fault.tsx';
import { useHere } from './session.ts';
import { answerByPasskey, canPasskey } from './webauthn.ts';

const words = {
  title: { en: 'Prove that it is you', zh: '请再次验证身份' },
  code: { en: 'Code from your authenticator app', zh: '身份验证器中的验证码' },
  password: { en: 'Password', zh: '密码' },
  goOn: { en: 'Continue', zh: '继续' },
  passkey: { en: 'Use a passkey', zh: '使用通行密钥' },
  needed: { en: 'Needed', zh: '必填' },
} as const;

type Proven = <Result>(act: () => Promise<Result>) => Promise<Result>;
const ProvenContext = createContext<Proven>((act) => act());

/** @returns runs an act, and where the node wants a second look asks for it and runs the act again */
export const useProven = (): Proven => useContext(ProvenContext);

type Waiting = { done(): void; left(reason: unknown): void; why: unknown };

export function StepUp({ children }: { children: ReactNode }) {
  const [waiting, setWaiting] = useState<Waiting>();
  const proven = useCallback<Proven>(async (act) => {
    try {
      return await act();
    } catch (why) {
      if (!isFault(why, 'step_up_needed')) throw why;
      await new Promise<void>((done, left) => setWaiting({ done, left, why }));
      return act();
    }
  }, []);
  const close = () => {
    waiting?.left(waiting.why);
    setWaiting(undefined);
  };
  const done = () => {
    waiting?.done();
    setWaiting(undefined);
  };
  return (
    <ProvenContext value={proven}>
      {children}
      {waiting && <Ask close={close} done={done} />}
    </ProvenContext>
  );
}

function Ask({ close, done }: { close(): void; done(): void }) {
  const say = useSay();
  const { person } = useHere();
  const name = person.secondFactor ? 'code' : 'password';
  const prove = useMutation({
    mutationFn: (body: { code?: string; password?: string }) => unwrap(api.POST('/api/session/step-up', { body })),
    onSuccess: done,
  });
  const ways = useQuery({
    queryKey: ['ways'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/session/ways', { signal })),
    staleTime: 600_000,
  });
  const byPasskey = useMutation({
    mutationFn: async () => unwrap(api.POST('/api/session/passkey/step-up', { body: { credential: await answerByPasskey() } })),
    onSuccess: done,
  });
  return (
    <Modal open title={say(words.title)} footer={null} onCancel={close}>
      <Form layout="vertical" requiredMark={false} onFinish={(values) => prove.mutate(values)}>
        <Fault error={prove.error ?? byPasskey.error} />
        <Form.Item name={name} label={say(words[name])} rules={[{ required: true, message: say(words.needed) }]}>
          {name === 'code' ? (
            <Input autoFocus inputMode="numeric" autoComplete="one-time-code" />
          ) : (
            <Input.Password autoFocus autoComplete="current-password" />
          )}
        </Form.Item>
        <Flex gap={space.small}>
          <Button type="primary" htmlType="submit" loading={prove.isPending}>
            {say(words.goOn)}
          </Button>
          {ways.data?.passkeys && canPasskey() && (
            <Button loading={byPasskey.isPending} onClick={() => byPasskey.mutate()}>
              {say(words.passkey)}
            </Button>
          )}
        </Flex>
      </Form>
    </Modal>
  );
}
