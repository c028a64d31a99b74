// What proves that the log was never altered: its newest signed head, a head from before held against it, and who else signed it.

import { Button, Card, Flex, Space } from 'antd';
import { api, unwrap } from '../../../api/client.ts';
import { space } from '../../../design/design.ts';
import { useQuery } from '../../../parts/ask.ts';
import { downloadJson } from '../../../parts/download.ts';
import { Help } from '../../../parts/help.tsx';
import { Mark } from '../../../parts/mark.tsx';
import { Page } from '../../../parts/page.tsx';
import { Answer } from '../../../parts/states.tsx';
import { Rows } from '../../../parts/table.tsx';
import { Text } from '../../../parts/text.tsx';
import { useFormats, useSay, type Words } from '../../../words/words.ts';
import { Facts } from '../facts.tsx';
import { Hash } from './entry.tsx';
import { HeldAgainst } from './held-against.tsx';
import { type Cosignature, canCompute, verifyConsistency, verifyCosignature, verifyHead } from './merkle.ts';
import { AuditTabs } from './tabs.tsx';
import { type Verdict, VerdictLine, verdictOf } from './verdict.tsx';

const words = {
  title: { en: 'Audit log', zh: '审计日志' },
  about: { en: 'Checked in this page, without trust in the node.', zh: '由本页面自行核验，无需信任节点。' },
  head: { en: 'Newest head', zh: '最新树头' },
  headHelp: {
    en: 'The number of entries and the root over all of them, signed by the node. Keep one elsewhere from time to time: with it anybody can tell later whether the log still begins with what it began with then.',
    zh: '条目总数及其根，由节点签名。请不时另行保存一份：日后凭此可判断日志开头是否仍与当时一致。',
  },
  signed: { en: 'Signed by the node’s key: computed here', zh: '已在本页核验：由节点密钥签名' },
  notSigned: { en: 'The signature does not hold', zh: '签名不成立' },
  size: { en: 'Entries', zh: '条目数' },
  at: { en: 'Signed', zh: '签名时间' },
  root: { en: 'Root', zh: '根' },
  key: { en: 'Public key', zh: '公钥' },
  sink: { en: 'Second place', zh: '第二处保存' },
  syslog: { en: 'Log server', zh: '日志服务器' },
  keep: { en: 'Keep this head', zh: '保存此树头' },
  export: { en: 'Export the log', zh: '导出日志' },
  exportAbout: {
    en: 'Sealed entries, hashes, heads and the public key: no key of the node and nothing of a customer in the clear. Verify it on any machine with “holdfast audit verify --offline”.',
    zh: '仅含密文条目、散列、树头与公钥，不含节点密钥与客户明文。可在任意机器上以 holdfast audit verify --offline 核验。',
  },
  cosigned: { en: 'Signed by other nodes', zh: '其他节点的会签' },
  cosignedHelp: {
    en: 'Another node signs this log’s head once it has seen that the log only grew. Nodes are named under auditPeers in the configuration.',
    zh: '其他节点确认本日志只增不改后，会为树头会签。会签节点在配置项 auditPeers 中指定。',
  },
  nobody: { en: 'No other node signs this log', zh: '尚无其他节点会签' },
  nobodyNext: { en: 'Name one under auditPeers in the configuration.', zh: '可在配置项 auditPeers 中指定。' },
  peer: { en: 'Node', zh: '节点' },
  when: { en: 'When', zh: '时间' },
  verdict: { en: 'Computed here', zh: '本页核验' },
  witnessed: { en: 'Logs that this node signs', zh: '本节点会签的日志' },
  noneWitnessed: { en: 'This node signs no other log', zh: '本节点未会签其他日志' },
} as const;

const sinks: { readonly [state in 'off' | 'ok' | 'failing']: readonly [Words, 'good' | 'bad' | undefined] } = {
  off: [{ en: 'none is set up', zh: '未设置' }, undefined],
  ok: [{ en: 'written', zh: '已写入' }, 'good'],
  failing: [{ en: 'failing', zh: '写入失败' }, 'bad'],
};

export default function AuditHeads() {
  return (
    <Page title={words.title} about={words.about}>
      <AuditTabs at="/audit/heads">
        <Flex vertical gap={space.medium}>
          <Newest />
          <HeldAgainst />
          <Cosigned />
          <Witnessed />
        </Flex>
      </AuditTabs>
    </Page>
  );
}

function Newest() {
  const say = useSay();
  const formats = useFormats();
  const asked = useQuery({
    queryKey: ['audit', 'head'],
    queryFn: async ({ signal }) => {
      const { sink, syslog, ...head } = await unwrap(api.GET('/api/audit/head', { signal }));
      return { head, sink, syslog, holds: canCompute() ? await verifyHead(head) : undefined };
    },
    refetchInterval: 30_000,
  });
  return (
    <Card size="small" title={say(words.head)} extra={<Help about={words.headHelp} />}>
      <Answer of={asked}>
        {({ head, sink, syslog, holds }) => (
          <Flex vertical gap={space.small}>
            <VerdictLine of={verdictOf(holds)} holds={words.signed} broken={words.notSigned} />
            <Facts
              of={[
                [words.size, formats.number(head.size)],
                [words.at, formats.moment(head.atMs)],
                [words.root, <Hash key="root" of={head.root} />],
                [words.key, <Hash key="key" of={head.publicKey} />],
                [words.sink, <Sink key="sink" of={sink.state} />],
                [words.syslog, syslog && <Sink of={syslog.state} />],
              ]}
            />
            <Space wrap>
              <Button onClick={() => downloadJson(`audit-head-${head.size}.json`, head)}>{say(words.keep)}</Button>
              <Button href="/api/audit/export" download="audit-log.ndjson">
                {say(words.export)}
              </Button>
            </Space>
            <Text type="secondary">{say(words.exportAbout)}</Text>
          </Flex>
        )}
      </Answer>
    </Card>
  );
}

function Sink({ of }: { of: keyof typeof sinks }) {
  const say = useSay();
  const [name, tone] = sinks[of];
  return <Mark tone={tone}>{say(name)}</Mark>;
}

type Signed = Cosignature & { peer?: string; verdict: Verdict };

/** The root of then is proven to lead to today's, and the peer's signature is over it. */
async function checked(one: Cosignature & { peer?: string }, publicKey: string): Promise<Signed> {
  if (!canCompute()) return { ...one, verdict: 'cannot' };
  const proof = await unwrap(api.GET('/api/audit/consistency', { params: { query: { from: one.size } } }));
  const grew = await verifyConsistency(proof);
  const signed = await verifyCosignature(publicKey, proof.fromRoot, one);
  return { ...one, verdict: verdictOf(signed && grew) };
}

function Cosigned() {
  const say = useSay();
  const formats = useFormats();
  const asked = useQuery({
    queryKey: ['audit', 'cosignatures'],
    queryFn: async ({ signal }) => {
      const { cosignatures } = await unwrap(api.GET('/api/audit/cosignatures', { params: { query: { limit: 20 } }, signal }));
      const { publicKey } = await unwrap(api.GET('/api/audit/head', { signal }));
      return Promise.all(cosignatures.map((one) => checked(one, publicKey)));
    },
  });
  const verdicts: { readonly [verdict in Verdict]: readonly [Words, 'good' | 'bad' | undefined] } = {
    holds: [{ en: 'holds', zh: '成立' }, 'good'],
    broken: [{ en: 'does not hold', zh: '不成立' }, 'bad'],
    cannot: [{ en: 'not computed', zh: '未计算' }, undefined],
  };
  return (
    <Card size="small" title={say(words.cosigned)} extra={<Help about={words.cosignedHelp} />}>
      <Answer of={asked}>
        {(signed) => (
          <Rows<Signed>
            rowKey={({ publicKey, size }) => `${publicKey} ${size}`}
            dataSource={signed}
            none={words.nobody}
            next={words.nobodyNext}
            columns={[
              { title: say(words.peer), render: (_, { peer, publicKey }) => peer ?? <Hash of={publicKey.slice(0, 16)} /> },
              { title: say(words.size), render: (_, { size }) => formats.number(size) },
              { title: say(words.when), render: (_, { timeS }) => formats.moment(timeS * 1_000) },
              {
                title: say(words.verdict),
                render: (_, { verdict }) => <Mark tone={verdicts[verdict][1]}>{say(verdicts[verdict][0])}</Mark>,
              },
            ]}
          />
        )}
      </Answer>
    </Card>
  );
}

function Witnessed() {
  const say = useSay();
  const formats = useFormats();
  const asked = useQuery({
    queryKey: ['audit', 'witnessed'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/audit/witnessed', { signal })),
  });
  return (
    <Card size="small" title={say(words.witnessed)}>
      <Answer of={asked}>
        {({ heads }) => (
          <Rows
            rowKey="publicKey"
            dataSource={heads}
            none={words.noneWitnessed}
            columns={[
              { title: say(words.peer), render: (_, { peer, publicKey }) => peer ?? <Hash of={publicKey.slice(0, 16)} /> },
              { title: say(words.size), render: (_, { size }) => formats.number(size) },
              { title: say(words.at), render: (_, { atMs }) => formats.moment(atMs) },
              {
                title: say(words.root),
                render: (_, head) => (
                  <Button size="small" onClick={() => downloadJson(`audit-head-${head.peer ?? 'peer'}-${head.size}.json`, head)}>
                    {say(words.keep)}
                  </Button>
                ),
              },
            ]}
          />
        )}
      </Answer>
    </Card>
  );
}
