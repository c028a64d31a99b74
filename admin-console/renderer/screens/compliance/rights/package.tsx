// The package of everything about a customer: given out once a second person let it go, and for a day to who proposed it.

import { useMutation } from '@tanstack/react-query';
import { Button, Flex, Space } from 'antd';
import { api, unwrap } from '../../../api/client.ts';
import { space } from '../../../design/design.ts';
import { Act } from '../../../parts/act.tsx';
import { download, downloadJson } from '../../../parts/download.ts';
import { Fault } from '../../../parts/fault.tsx';
import { useMay } from '../../../parts/session.ts';
import { useProven } from '../../../parts/step-up.tsx';
import { Text } from '../../../parts/text.tsx';
import { useLanguage, useSay } from '../../../words/words.ts';

const words = {
  about: {
    en: 'The package of everything about the customer. A second person lets it go; then you may fetch it for a day.',
    zh: '该客户全部数据的副本。经第二人批准后，您可在一天内取得。',
  },
  propose: { en: 'Propose to give it out', zh: '提议导出' },
  page: { en: 'Fetch to read', zh: '下载可读版' },
  file: { en: 'Fetch as a file', zh: '下载数据文件' },
} as const;

export function Package({ person }: { person: string }) {
  const say = useSay();
  const may = useMay();
  const language = useLanguage();
  const proven = useProven();
  const params = { path: { id: person } };
  const fetched = useMutation({
    mutationFn: (format: 'json' | 'html') =>
      proven(async () => {
        if (format === 'json') {
          downloadJson(`${person}.json`, await unwrap(api.GET('/api/subjects/{id}/export', { params })));
          return;
        }
        const query = { format, language } as const;
        const asked = api.GET('/api/subjects/{id}/export', { params: { ...params, query }, parseAs: 'blob' });
        download(`${person}.html`, (await unwrap(asked)) as Blob, 'text/html');
      }),
  });
  if (!may('subject.export') && !may('subject.package')) return null;
  return (
    <Flex vertical gap={space.small}>
      <Text type="secondary">{say(words.about)}</Text>
      <Fault error={fetched.error} />
      <Space wrap>
        {may('subject.export') && (
          <Act
            name={words.propose}
            about={words.about}
            reason
            refresh={[['approvals']]}
            act={({ reason }) =>
              unwrap(api.POST('/api/approvals', { body: { kind: 'subject.export', payload: { person }, reason } }))
            }
          />
        )}
        {may('subject.package') && (
          <>
            <Button loading={fetched.isPending} onClick={() => fetched.mutate('html')}>
              {say(words.page)}
            </Button>
            <Button disabled={fetched.isPending} onClick={() => fetched.mutate('json')}>
              {say(words.file)}
            </Button>
          </>
        )}
      </Space>
    </Flex>
  );
}
