// A separate coordinator is admitted by a file, since nobody passes messages on before it is there: its request is read here, its fingerprint is
// compared, and a welcome goes back as a file.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Flex, Form, Steps, Upload } from 'antd';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { downloadJson } from '../../parts/download.ts';
import { Fault } from '../../parts/fault.tsx';
import { useProven } from '../../parts/step-up.tsx';
import { Text } from '../../parts/text.tsx';
import { useSay } from '../../words/words.ts';
import { Fingerprint, Fingerprints, HeardFingerprint } from './fingerprint.tsx';
import { type Federation, keys, useNamed } from './shared.ts';

const words = {
  about: {
    en: 'The coordinator passes sealed messages on. On its machine: “holdfast coordinate init” with the code of an invitation for a coordinator. It writes join-request.json.',
    zh: '协调方负责传递加封的消息。请在其机器上使用协调方邀请码运行 holdfast coordinate init，生成 join-request.json。',
  },
  request: { en: 'Its request', zh: '读取请求' },
  compare: { en: 'Compare', zh: '核对指纹' },
  welcome: { en: 'The welcome', zh: '交付欢迎文件' },
  pick: { en: 'Choose join-request.json', zh: '选择 join-request.json' },
  unreadable: { en: 'That file is not a request', zh: '该文件不是请求文件' },
  arrived: { en: 'As the file says, of {name}', zh: '文件中 {name} 的指纹' },
  admit: { en: 'Admit the coordinator', zh: '接纳协调方' },
  take: {
    en: 'welcome.json was written to your downloads. On the coordinator’s machine: “holdfast coordinate welcome welcome.json”, then “holdfast coordinate serve”.',
    zh: 'welcome.json 已保存到下载文件夹。请在协调方机器上依次运行 holdfast coordinate welcome welcome.json 与 holdfast coordinate serve。',
  },
} as const;

type Waiting = { name: { en: string; zh: string }; fingerprint: string };

export function OwnCoordinator({ federation: { federation } }: { federation: Federation }) {
  const say = useSay();
  const named = useNamed();
  const client = useQueryClient();
  const proven = useProven();
  const [request, setRequest] = useState<{ [name: string]: unknown }>();
  const [waiting, setWaiting] = useState<Waiting>();
  const ask = (body: { request: { [name: string]: unknown }; fingerprint?: string }) =>
    unwrap(api.POST('/api/federations/{federation}/coordinator', { params: { path: { federation } }, body }));
  const read = useMutation({
    mutationFn: async (file: File) => {
      const given = parsed(await file.text());
      if (!given) throw new Error(say(words.unreadable));
      return { given, answer: await proven(() => ask({ request: given })) };
    },
    onSuccess: ({ given, answer }) => {
      setRequest(given);
      setWaiting(answer.waiting);
    },
  });
  const admit = useMutation({
    mutationFn: (fingerprint: string) => proven(() => ask({ request: request!, fingerprint })),
    onSuccess: ({ welcome }) => downloadJson('welcome.json', welcome),
    onSettled: () => client.invalidateQueries({ queryKey: keys.federations }),
  });
  return (
    <Flex vertical gap={space.medium} style={{ maxWidth: 720 }}>
      <Text>{say(words.about)}</Text>
      <Steps
        size="small"
        current={admit.isSuccess ? 2 : waiting ? 1 : 0}
        items={[words.request, words.compare, words.welcome].map((title) => ({ title: say(title) }))}
      />
      <Fault error={read.error ?? admit.error} />
      {admit.isSuccess ? (
        <Text>{say(words.take)}</Text>
      ) : waiting ? (
        <>
          <Fingerprints>
            <Fingerprint whose={say(words.arrived, { name: named(waiting.name) })} of={waiting.fingerprint} />
          </Fingerprints>
          <Form<{ fingerprint: string }>
            layout="vertical"
            requiredMark={false}
            onFinish={({ fingerprint }) => admit.mutate(fingerprint)}
          >
            <HeardFingerprint />
            <Button type="primary" htmlType="submit" loading={admit.isPending}>
              {say(words.admit)}
            </Button>
          </Form>
        </>
      ) : (
        <div>
          <Upload
            accept=".json,application/json"
            showUploadList={false}
            beforeUpload={(file) => {
              read.mutate(file);
              return false;
            }}
          >
            <Button loading={read.isPending}>{say(words.pick)}</Button>
          </Upload>
        </div>
      )}
    </Flex>
  );
}

function parsed(text: string): { [name: string]: unknown } | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null ? (value as { [name: string]: unknown }) : undefined;
  } catch {
    return undefined;
  }
}
