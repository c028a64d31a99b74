// Versions of the policies, and what differs between any two of them.

import { Card, Flex, Select } from 'antd';
import { Link, useSearchParams } from 'wouter';
import { api, unwrap } from '../../../api/client.ts';
import { space } from '../../../design/design.ts';
import { useQuery } from '../../../parts/ask.ts';
import { Page } from '../../../parts/page.tsx';
import { to } from '../../../parts/screen.tsx';
import { useMay } from '../../../parts/session.ts';
import { Answer } from '../../../parts/states.tsx';
import { Rows } from '../../../parts/table.tsx';
import { Text } from '../../../parts/text.tsx';
import { useFormats, useSay } from '../../../words/words.ts';
import { PolicyDiff } from './policy-diff.tsx';
import { PolicyTabs, policiesKey, policyWords } from './tabs.tsx';

const words = {
  version: { en: 'Version', zh: '版本' },
  own: { en: 'as the node comes', zh: '节点自带' },
  saved: { en: 'In force since', zh: '生效时间' },
  approval: { en: 'By', zh: '依据' },
  approvalOf: { en: 'Approval {id}', zh: '审批 {id}' },
  hash: { en: 'Fingerprint', zh: '指纹' },
  compare: { en: 'What differs', zh: '版本差异' },
  from: { en: 'from version', zh: '自版本' },
  to: { en: 'to version', zh: '至版本' },
  only: {
    en: 'There is one version only; a change that is approved makes the next.',
    zh: '目前只有一个版本，获批的更改会生成下一版本。',
  },
  none: { en: 'No version', zh: '没有版本' },
} as const;

const useVersion = (version: number | undefined) =>
  useQuery({
    queryKey: [...policiesKey, 'version', version],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/policies/versions/{version}', { params: { path: { version: version ?? 0 } }, signal })),
    enabled: version !== undefined,
    staleTime: 600_000,
  });

export default function PolicyVersions() {
  const say = useSay();
  const may = useMay();
  const formats = useFormats();
  const asked = useQuery({
    queryKey: [...policiesKey, 'versions'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/policies/versions', { signal })),
  });
  return (
    <Page title={policyWords.title} about={policyWords.about}>
      <PolicyTabs at="/policies/versions">
        <Answer of={asked}>
          {({ versions }) => (
            <Flex vertical gap={space.medium}>
              <Rows
                rowKey="version"
                dataSource={versions}
                none={words.none}
                columns={[
                  { title: say(words.version), dataIndex: 'version' },
                  {
                    title: say(words.saved),
                    render: (_, { savedAtMs }) => (savedAtMs === undefined ? say(words.own) : formats.moment(savedAtMs)),
                  },
                  {
                    title: say(words.approval),
                    render: (_, { approvalId }) => {
                      if (approvalId === undefined) return null;
                      const name = say(words.approvalOf, { id: String(approvalId) });
                      return may('approval.list') ? <Link href={to('/approvals/:id', { id: approvalId })}>{name}</Link> : name;
                    },
                  },
                  {
                    title: say(words.hash),
                    render: (_, { hash }) => (
                      <Text code title={hash}>
                        {hash.slice(0, 16)}
                      </Text>
                    ),
                  },
                ]}
              />
              <Compare versions={versions.map(({ version }) => version)} />
            </Flex>
          )}
        </Answer>
      </PolicyTabs>
    </Page>
  );
}

function Compare({ versions }: { versions: readonly number[] }) {
  const say = useSay();
  const [params, setParams] = useSearchParams();
  const known = (name: string, otherwise: number | undefined) => {
    const given = params.get(name);
    return given !== null && versions.includes(Number(given)) ? Number(given) : otherwise;
  };
  const [from, until] = [known('from', versions[1]), known('to', versions[0])];
  const [old, now] = [useVersion(from), useVersion(until)];
  if (versions.length < 2) return <Text type="secondary">{say(words.only)}</Text>;
  const choose = (name: 'from' | 'to', value: number) =>
    setParams(
      (before) => {
        before.set(name, String(value));
        return before;
      },
      { replace: true },
    );
  const options = versions.map((value) => ({ value, label: String(value) }));
  return (
    <Card
      size="small"
      title={say(words.compare)}
      extra={
        <Flex gap={space.small} align="center">
          {say(words.from)}
          <Select
            size="small"
            aria-label={say(words.from)}
            value={from ?? null}
            options={options}
            onChange={(one) => choose('from', one ?? 0)}
          />
          {say(words.to)}
          <Select
            size="small"
            aria-label={say(words.to)}
            value={until ?? null}
            options={options}
            onChange={(one) => choose('to', one ?? 0)}
          />
        </Flex>
      }
    >
      <Answer of={old}>
        {({ files }) => <Answer of={now}>{(newer) => <PolicyDiff old={files} now={newer.files} />}</Answer>}
      </Answer>
    </Card>
  );
}
