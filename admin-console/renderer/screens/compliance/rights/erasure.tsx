// One erasure and its receipt: what was destroyed and when, who was told, and the node's signature over it, checked here as far as the audit log goes.

import { Alert, Button, Card, Flex } from 'antd';
import { Link, useParams } from 'wouter';
import { api, unwrap } from '../../../api/client.ts';
import { space } from '../../../design/design.ts';
import { useQuery } from '../../../parts/ask.ts';
import { downloadJson } from '../../../parts/download.ts';
import { Help } from '../../../parts/help.tsx';
import { Mark } from '../../../parts/mark.tsx';
import { Page } from '../../../parts/page.tsx';
import { to } from '../../../parts/screen.tsx';
import { useMay } from '../../../parts/session.ts';
import { Answer } from '../../../parts/states.tsx';
import { Rows } from '../../../parts/table.tsx';
import { Text } from '../../../parts/text.tsx';
import { useFormats, useSay } from '../../../words/words.ts';
import { Hash } from '../audit/entry.tsx';
import { canCompute, type Head, verifyHead, verifyPath, verifySignedText } from '../audit/merkle.ts';
import { VerdictLine, verdictOf } from '../audit/verdict.tsx';
import { canonicalJson } from '../canonical.ts';
import { Facts } from '../facts.tsx';
import { Who } from '../who.tsx';
import { reasonWords, stateWords, toldWords } from './erasure-words.tsx';
import { erasuresKey } from './erasures.tsx';

const words = {
  title: { en: 'Erasure {id}', zh: '删除 {id}' },
  about: { en: 'What was destroyed, who was told, and the receipt that proves it.', zh: '销毁内容、告知对象与证明回执。' },
  all: { en: 'All erasures', zh: '全部删除记录' },
  state: { en: 'State', zh: '状态' },
  begun: { en: 'Begun', zh: '开始时间' },
  done: { en: 'Done', zh: '完成时间' },
  records: { en: 'Records whose keys are destroyed', zh: '已销毁密钥的记录数' },
  elsewhere: { en: 'Rows removed elsewhere', zh: '其他位置移除的行数' },
  reason: { en: 'Why', zh: '原因' },
  by: { en: 'By', zh: '执行人' },
  request: { en: 'Request', zh: '权利请求' },
  cameBack: { en: 'Brought back by a backup, and erased again', zh: '备份恢复后重新删除次数' },
  leftovers: {
    en: 'The database server may still hold bytes of before ({what}). Doctor says what to do.',
    zh: '数据库服务器可能仍留有此前的字节（{what}）。请查看节点诊断建议。',
  },
  told: { en: 'Who was told', zh: '告知对象' },
  nobody: { en: 'No other system is set up to be told', zh: '未设置需告知的系统' },
  system: { en: 'System', zh: '系统' },
  attempts: { en: 'Tries', zh: '尝试次数' },
  answer: { en: 'Answer', zh: '应答' },
  receipt: { en: 'Receipt', zh: '回执' },
  receiptHelp: {
    en: 'Signed by the node. Give it to whoever asked: “holdfast erasure verify” checks it on any machine with the node’s public key. It names nobody.',
    zh: '由节点签名，可交给请求人。任何机器凭节点公钥以 holdfast erasure verify 即可核验。回执不含任何人的信息。',
  },
  notYet: { en: 'The receipt is made when the erasure is done.', zh: '删除完成后生成回执。' },
  holds: { en: 'The node’s signature over the receipt holds: computed here', zh: '已在本页核验：回执由节点签名' },
  broken: { en: 'The signature over the receipt does not hold', zh: '回执签名不成立' },
  logged: { en: 'The audit log has its entry: computed here', zh: '已在本页核验：审计日志中有对应条目' },
  notLogged: { en: 'The proof of its entry in the audit log does not come out', zh: '审计日志中对应条目的证明不成立' },
  entry: { en: 'Entry of the log', zh: '日志条目' },
  key: { en: 'Public key', zh: '公钥' },
  download: { en: 'Download the receipt', zh: '下载回执' },
} as const;

type Receipt = {
  erasure?: string;
  records?: number;
  elsewhere?: number;
  publicKey?: string;
  signature?: string;
  audit?: { entry: number; size: number; leafHash: string; root: string; proof: string[]; head: Head };
};

/** As appliance/oversee/subjects/receipt.ts signs it: the context, then canonical JSON of everything but the signature. */
async function check(receipt: Receipt) {
  const { signature = '', ...unsigned } = receipt;
  const { publicKey = '', audit } = unsigned;
  if (!canCompute() || !audit) return { signed: undefined, logged: undefined };
  const text = `holdfast erasure receipt v1\n${canonicalJson(unsigned)}`;
  const { head } = audit;
  const same = head.publicKey === publicKey && head.size === audit.size && head.root === audit.root;
  const headHolds = await verifyHead(head);
  return {
    signed: await verifySignedText(publicKey, text, signature),
    logged: headHolds === undefined ? undefined : same && headHolds && (await verifyPath(audit)),
  };
}

export default function OneErasure() {
  const say = useSay();
  const { id = '' } = useParams<{ id: string }>();
  const asked = useQuery({
    queryKey: [...erasuresKey, 'one', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/erasures/{erasure}', { params: { path: { erasure: id } }, signal })),
    refetchInterval: ({ state }) => (state.data && state.data.state !== 'done' ? 2_000 : false),
  });
  return (
    <Page title={say(words.title, { id })} about={words.about} actions={<Link href="/erasures">{say(words.all)}</Link>}>
      <Answer of={asked}>{(erasure) => <InFull erasure={erasure} />}</Answer>
    </Page>
  );
}

type Erasure = {
  erasure: string;
  state: string;
  begunAtMs: number;
  doneAtMs?: number;
  records: number;
  reason: string;
  by: string;
  request?: number;
  cameBack?: number;
  leftovers?: string[];
  downstream: { name: string; state: string; attempts: number; status?: number }[];
};

function InFull({ erasure }: { erasure: Erasure }) {
  const say = useSay();
  const may = useMay();
  const formats = useFormats();
  const { state, begunAtMs, doneAtMs, records, reason, by, request, cameBack, leftovers = [], downstream } = erasure;
  return (
    <Flex vertical gap={space.medium}>
      <Card size="small">
        <Facts
          columns={2}
          of={[
            [
              words.state,
              <Mark key="state" tone={stateWords[state]?.[1]}>
                {say(stateWords[state]?.[0] ?? { en: state, zh: state })}
              </Mark>,
            ],
            [words.records, formats.number(records)],
            [words.begun, formats.moment(begunAtMs)],
            [words.done, doneAtMs === undefined ? undefined : formats.moment(doneAtMs)],
            [words.reason, say(reasonWords[reason] ?? { en: reason, zh: reason })],
            [words.by, <Who key="by" actor={by} />],
            [words.request, request !== undefined && <Link href={to('/requests/:id', { id: request })}>{request}</Link>],
            [words.cameBack, cameBack],
          ]}
        />
        {leftovers.length > 0 && <Alert type="warning" showIcon title={say(words.leftovers, { what: leftovers.join(', ') })} />}
      </Card>
      <Card size="small" title={say(words.told)}>
        <Rows
          rowKey="name"
          dataSource={downstream}
          none={words.nobody}
          columns={[
            { title: say(words.system), dataIndex: 'name' },
            {
              title: say(words.state),
              render: (_, told) => <Mark tone={toldWords[told.state]?.[1]}>{say(toldWords[told.state]![0])}</Mark>,
            },
            { title: say(words.attempts), align: 'right', dataIndex: 'attempts' },
            { title: say(words.answer), align: 'right', dataIndex: 'status' },
          ]}
        />
      </Card>
      {may('erasure.receipt') && <ReceiptCard id={erasure.erasure} ready={state === 'done'} />}
    </Flex>
  );
}

function ReceiptCard({ id, ready }: { id: string; ready: boolean }) {
  const say = useSay();
  const may = useMay();
  const formats = useFormats();
  const asked = useQuery({
    queryKey: [...erasuresKey, 'receipt', id],
    queryFn: async ({ signal }) => {
      const receipt = (await unwrap(
        api.GET('/api/erasures/{erasure}/receipt', { params: { path: { erasure: id } }, signal }),
      )) as Receipt;
      return { receipt, ...(await check(receipt)) };
    },
    enabled: ready,
    staleTime: 600_000,
  });
  return (
    <Card size="small" title={say(words.receipt)} extra={<Help about={words.receiptHelp} />}>
      {ready ? (
        <Answer of={asked}>
          {({ receipt, signed, logged }) => (
            <Flex vertical gap={space.small} align="start">
              <VerdictLine of={verdictOf(signed)} holds={words.holds} broken={words.broken} />
              {signed !== undefined && <VerdictLine of={verdictOf(logged)} holds={words.logged} broken={words.notLogged} />}
              <Facts
                of={[
                  [words.records, receipt.records !== undefined && formats.number(receipt.records)],
                  [words.elsewhere, receipt.elsewhere !== undefined && formats.number(receipt.elsewhere)],
                  [
                    words.entry,
                    receipt.audit &&
                      (may('audit.read') ? (
                        <Link href={to('/audit/:seq', { seq: receipt.audit.entry })}>{receipt.audit.entry}</Link>
                      ) : (
                        receipt.audit.entry
                      )),
                  ],
                  [words.key, receipt.publicKey && <Hash of={receipt.publicKey} />],
                ]}
              />
              <Button type="primary" onClick={() => downloadJson(`erasure-receipt-${id}.json`, receipt)}>
                {say(words.download)}
              </Button>
            </Flex>
          )}
        </Answer>
      ) : (
        <Text type="secondary">{say(words.notYet)}</Text>
      )}
    </Card>
  );
}
