// One entry of the audit log in full, and its proof: fetched, and computed here up to the root that the node signed.

import { Card, Collapse, Flex, Space } from 'antd';
import { Link, useParams } from 'wouter';
import { api, unwrap } from '../../../api/client.ts';
import { space } from '../../../design/design.ts';
import { useQuery } from '../../../parts/ask.ts';
import { Help } from '../../../parts/help.tsx';
import { Page } from '../../../parts/page.tsx';
import { usePurposeName } from '../../../parts/purpose-names.ts';
import { to } from '../../../parts/screen.tsx';
import { useMay } from '../../../parts/session.ts';
import { Answer, Nothing } from '../../../parts/states.tsx';
import { Text } from '../../../parts/text.tsx';
import { useFormats, useSay } from '../../../words/words.ts';
import { fieldWords } from '../../customers/field-words.ts';
import { ActionName } from '../action.tsx';
import { Facts } from '../facts.tsx';
import { Person } from '../person.tsx';
import { Target } from '../target.tsx';
import { Who } from '../who.tsx';
import type { Entry } from './entries.tsx';
import { bytesOf, canCompute, readLeaf, verifyHead, verifyInclusion } from './merkle.ts';
import { Outcome } from './outcome.tsx';
import { VerdictLine, verdictOf } from './verdict.tsx';

const words = {
  title: { en: 'Entry {seq}', zh: '条目 {seq}' },
  about: { en: 'What stands in the log, and the proof that it does.', zh: '日志所载内容及其存在证明。' },
  when: { en: 'When', zh: '时间' },
  who: { en: 'Who', zh: '人员' },
  what: { en: 'What', zh: '操作' },
  code: { en: 'Code', zh: '代码' },
  outcome: { en: 'Outcome', zh: '结果' },
  customer: { en: 'Customer', zh: '客户' },
  fields: { en: 'Which parts', zh: '涉及内容' },
  target: { en: 'About', zh: '对象' },
  purpose: { en: 'Purpose', zh: '用途' },
  policy: { en: 'Allowed by', zh: '依据策略' },
  times: { en: 'Stands for', zh: '代表次数' },
  timesValue: { en: '{times} tries, the first on {at}', zh: '{times} 次尝试，首次为 {at}' },
  request: { en: 'Request', zh: '请求编号' },
  erased: {
    en: 'The customer was erased; which parts were read is gone with their key.',
    zh: '该客户已删除，所涉内容随其密钥一并销毁。',
  },
  none: { en: 'There is no such entry', zh: '没有此条目' },
  proof: { en: 'Proof', zh: '证明' },
  proofHelp: {
    en: 'The entry’s sealed bytes are hashed here (SHA-256) and joined with the hashes of its neighbours, up to the root that the node signed (RFC 9162). A node that had changed, removed or slipped in an entry could not make the root come out. Keep a head elsewhere to notice also when the whole log is put back.',
    zh: '本页面对该条目的密文计算 SHA-256，并逐层与相邻散列合并，直至节点签名的根（RFC 9162）。若有条目被更改、删除或插入，所得的根便不相符。请另行保存树头，以便发现整本日志被替换。',
  },
  holds: { en: 'It is in the log: computed here', zh: '已在本页计算核验：该条目在日志中' },
  broken: { en: 'The proof does not come out', zh: '证明不成立' },
  brokenNext: {
    en: 'Export the log and verify it offline, on another machine. It names the first entry that is wrong.',
    zh: '请导出日志并在另一台机器上离线核验，可指出首个有误的条目。',
  },
  signed: { en: 'The node signed this root: computed here', zh: '已在本页核验：该根由节点签名' },
  notSigned: { en: 'The signature of the root does not hold', zh: '根的签名不成立' },
  root: { en: 'Root', zh: '根' },
  size: { en: 'Entries in the log', zh: '日志条目数' },
  leaf: { en: 'Leaf hash', zh: '叶散列' },
  path: { en: 'The {count} hashes on the way', zh: '路径上的 {count} 个散列' },
  before: { en: 'Entry before', zh: '上一条' },
  after: { en: 'Entry after', zh: '下一条' },
  list: { en: 'All entries', zh: '全部条目' },
  between: { en: ', ', zh: '、' },
} as const;

export default function AuditEntry() {
  const say = useSay();
  const may = useMay();
  const { seq: text = '' } = useParams<{ seq: string }>();
  const seq = Number(text);
  const asked = useQuery({
    queryKey: ['audit', 'entry', seq],
    queryFn: async ({ signal }) => {
      const { entries } = await unwrap(api.GET('/api/audit', { params: { query: { before: seq + 1, limit: 1 } }, signal }));
      return entries.find((entry) => entry.seq === seq) ?? null;
    },
    staleTime: 600_000,
  });
  const ways = (
    <Space>
      {seq > 0 && <Link href={to('/audit/:seq', { seq: seq - 1 })}>{say(words.before)}</Link>}
      <Link href={to('/audit/:seq', { seq: seq + 1 })}>{say(words.after)}</Link>
      <Link href="/audit">{say(words.list)}</Link>
    </Space>
  );
  return (
    <Page title={say(words.title, { seq: text })} about={words.about} actions={ways}>
      <Answer of={asked}>
        {(entry) =>
          entry === null ? (
            <Nothing what={words.none} />
          ) : (
            <Flex vertical gap={space.medium}>
              <Card size="small">
                <InFull entry={entry} />
              </Card>
              {may('audit.verify') && <Proof entry={entry} />}
            </Flex>
          )
        }
      </Answer>
    </Page>
  );
}

function InFull({ entry }: { entry: Entry }) {
  const say = useSay();
  const formats = useFormats();
  const { atMs, actor, action, outcome, person, fields, target, purpose, policy, times, sinceMs, correlationId } = entry;
  return (
    <>
      <Facts
        columns={2}
        of={[
          [words.when, formats.moment(atMs)],
          [words.who, <Who key="who" actor={actor} />],
          [words.what, <ActionName key="what" of={action} />],
          [
            words.code,
            <Text key="code" code>
              {action}
            </Text>,
          ],
          [words.outcome, <Outcome key="outcome" of={outcome} />],
          [words.customer, person && <Person id={person} />],
          [words.fields, fields?.map((field) => say(fieldWords(field))).join(say(words.between))],
          [words.target, target && <Target key="target" of={target} />],
          [words.purpose, purpose && <PurposeAndCode key="purpose" of={purpose} />],
          [
            words.policy,
            policy?.split('+').map((id) => (
              <Text key={id} code>
                {id}
              </Text>
            )),
          ],
          [words.times, times && sinceMs && say(words.timesValue, { times, at: formats.moment(sinceMs) })],
          [words.request, correlationId],
        ]}
      />
      {entry.erased && <Text type="secondary">{say(words.erased)}</Text>}
    </>
  );
}

/** By name, and by what one searches by. */
function PurposeAndCode({ of }: { of: string }) {
  const name = usePurposeName()(of);
  return (
    <Space size={4} wrap>
      {name !== of && name}
      <Text code>{of}</Text>
    </Space>
  );
}

async function prove(entry: Entry) {
  const { sink: _sink, syslog: _syslog, ...head } = await unwrap(api.GET('/api/audit/head'));
  const { seq: number } = entry;
  const proof = await unwrap(api.GET('/api/audit/proof', { params: { query: { entry: number, size: head.size } } }));
  if (!canCompute()) return { head, proof, included: undefined, signed: undefined };
  const leaf = readLeaf(bytesOf(proof.leaf) ?? new Uint8Array());
  // What is shown above and what is hashed are the same entry, and the root is the one that was signed.
  const same = leaf?.seq === entry.seq && leaf.atMs === entry.atMs && proof.entry === entry.seq;
  const rooted = proof.root === head.root && proof.size === head.size;
  return {
    head,
    proof,
    included: same && rooted && (await verifyInclusion(proof)),
    signed: await verifyHead(head),
  };
}

function Proof({ entry }: { entry: Entry }) {
  const say = useSay();
  const formats = useFormats();
  const proven = useQuery({ queryKey: ['audit', 'proof', entry.seq], queryFn: () => prove(entry), staleTime: 600_000 });
  return (
    <Card
      size="small"
      title={say(words.proof)}
      extra={<Help about={words.proofHelp} />}
      aria-busy={proven.isPending}
      data-proof={proven.data ? verdictOf(proven.data.included) : undefined}
    >
      <Answer of={proven}>
        {({ head, proof, included, signed }) => (
          <Flex vertical gap={space.small}>
            <VerdictLine
              of={verdictOf(included)}
              holds={words.holds}
              broken={words.broken}
              {...(included === false && { about: words.brokenNext })}
            />
            {included !== undefined && <VerdictLine of={verdictOf(signed)} holds={words.signed} broken={words.notSigned} />}
            <Facts
              of={[
                [words.size, formats.number(head.size)],
                [words.leaf, <Hash key="leaf" of={proof.leafHash} />],
                [words.root, <Hash key="root" of={proof.root} />],
              ]}
            />
            <Collapse
              size="small"
              ghost
              items={[
                {
                  key: 'path',
                  label: say(words.path, { count: proof.proof.length }),
                  children: (
                    <ol style={{ margin: 0 }}>
                      {proof.proof.map((hash) => (
                        <li key={hash}>
                          <Hash of={hash} />
                        </li>
                      ))}
                    </ol>
                  ),
                },
              ]}
            />
          </Flex>
        )}
      </Answer>
    </Card>
  );
}

export const Hash = ({ of }: { of: string }) => (
  <Text code className="hf-break">
    {of}
  </Text>
);
