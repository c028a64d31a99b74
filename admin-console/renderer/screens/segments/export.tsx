// The members of a segment as a file: for a purpose, over a channel, with the traits that are asked for. Policies want a second person for it: one
// proposes here, sees how it stands, and fetches the file here once somebody approved it.

import { DownloadOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Checkbox, Flex, Form, Input, Select, Steps } from 'antd';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { useQuery } from '../../parts/ask.ts';
import { nowMs } from '../../parts/clock.ts';
import { download } from '../../parts/download.ts';
import { Fault } from '../../parts/fault.tsx';
import { useHere, useMay } from '../../parts/session.ts';
import { Answer } from '../../parts/states.tsx';
import { useProven } from '../../parts/step-up.tsx';
import { Text } from '../../parts/text.tsx';
import { channelWords } from '../../words/channels.ts';
import { useFormats, useLanguage, useSay } from '../../words/words.ts';
import { type Names, type Segment, segmentsKey, useNames } from './segment-api.ts';

const words = {
  about: {
    en: 'Only members whose data may be used for the purpose over the channel are in the file, each value as you may see it. Every customer in it is in the audit log.',
    zh: '文件仅含可用于该用途与渠道的成员，各值按您的可见范围显示；文件中的每位客户均记入审计日志。',
  },
  purpose: { en: 'For which purpose', zh: '用途' },
  channel: { en: 'Over which channel', zh: '渠道' },
  anyChannel: { en: 'No particular channel', zh: '不限渠道' },
  traits: { en: 'Which traits', zh: '包含的属性' },
  tokens: { en: 'Tokens in place of phone numbers and numbers of documents and cards', zh: '以令牌代替手机号、证件号与卡号' },
  tokensHelp: { en: 'Of the same form; only this node turns them back.', zh: '形式相同，仅本节点可还原。' },
  needed: { en: 'Needed', zh: '必填' },
  reason: { en: 'Reason, for whoever approves', zh: '原因（供审批人参考）' },
  propose: { en: 'Propose', zh: '提交审批' },
  fetch: { en: 'Fetch the file', zh: '获取文件' },
  fetching: { en: 'Making the file', zh: '正在生成文件' },
  stop: { en: 'Stop', zh: '停止' },
  got: { en: 'The file is in your downloads.', zh: '文件已下载。' },
  say: { en: 'Say what for', zh: '说明用途' },
  approve: { en: 'A second person approves', zh: '他人审批' },
  file: { en: 'Fetch the file', zh: '获取文件' },
  waits: { en: 'Waits for a second person, under Approvals.', zh: '等待他人在“审批”中处理。' },
  granted: { en: 'Approved, until {until}.', zh: '已批准，{until} 前有效。' },
  refused: { en: 'Rejected. You can propose it again with another reason.', zh: '已被拒绝，可更换原因后重新提交。' },
  name: { en: 'Members', zh: '成员' },
} as const;

const kind = 'segment.export';
type Approval = {
  id: number;
  kind: string;
  state: string;
  proposedBy: string;
  remark?: string;
  result?: Grant;
  /** What was proposed. */
  payload?: Proposed;
  description: { en: string; zh: string };
};
type Proposed = { segment: number; purpose: string; channel?: string };
type Grant = Proposed & { untilMs: number };

/** @returns those approvals of an answer that are about exports */
function exportsIn(answer: object): Approval[] {
  const { approvals } = answer as { approvals?: Approval[] };
  return (approvals ?? []).filter((one) => one.kind === kind);
}

export function Export({ segment }: { segment: Segment }) {
  const names = useNames();
  return <Answer of={names}>{(known) => <Asking segment={segment} names={known} />}</Answer>;
}

type Asked = { purpose: string; channel: string; traits: string[]; tokens: boolean };

function Asking({ segment, names }: { segment: Segment; names: Names }) {
  const say = useSay();
  const language = useLanguage();
  const formats = useFormats();
  const { actions } = useHere();
  const may = useMay();
  const [asked, setAsked] = useState<Asked>({
    purpose: segment.purpose,
    channel: '',
    traits: ['name', 'phone', 'email'],
    tokens: true,
  });
  const channels = names.purposes.find(({ purpose }) => purpose === asked.purpose)?.channels ?? [];
  const alone = actions[kind]?.may === 'yes';
  const approvals = useApprovals(may('approval.list') && !alone, segment.id, asked);
  const { granted, waiting, refused } = approvals;
  const ready = alone || granted !== undefined;
  const step = ready ? 2 : waiting ? 1 : 0;
  return (
    <Flex vertical gap={space.medium} style={{ maxWidth: 760 }}>
      <Text type="secondary">{say(words.about)}</Text>
      {!alone && (
        <Steps
          size="small"
          current={step}
          items={[{ title: say(words.say) }, { title: say(words.approve) }, { title: say(words.file) }]}
        />
      )}
      <Form layout="vertical" requiredMark={false}>
        <Flex gap={space.medium} wrap>
          <Form.Item label={say(words.purpose)} htmlFor="export-purpose" style={{ flex: '1 1 240px' }}>
            <Select
              id="export-purpose"
              value={asked.purpose}
              onChange={(purpose) => setAsked({ ...asked, purpose, channel: '' })}
              options={names.purposes.map(({ purpose, name }) => ({ value: purpose, label: name?.[language] ?? purpose }))}
            />
          </Form.Item>
          <Form.Item label={say(words.channel)} htmlFor="export-channel" style={{ flex: '1 1 240px' }}>
            <Select
              id="export-channel"
              value={asked.channel}
              onChange={(channel) => setAsked({ ...asked, channel })}
              options={[
                { value: '', label: say(words.anyChannel) },
                ...channels.map((one) => ({ value: one, label: say(channelWords(one)) })),
              ]}
            />
          </Form.Item>
        </Flex>
        <Form.Item label={say(words.traits)} htmlFor="export-traits">
          <Select
            id="export-traits"
            mode="tags"
            maxCount={50}
            value={asked.traits}
            onChange={(traits: string[]) => setAsked({ ...asked, traits })}
            options={names.traits.map(({ name, label }) => ({ value: name, label: label?.[language] ?? name }))}
          />
        </Form.Item>
        <Checkbox checked={asked.tokens} onChange={({ target }) => setAsked({ ...asked, tokens: target.checked })}>
          {say(words.tokens)} <Text type="secondary">{say(words.tokensHelp)}</Text>
        </Checkbox>
      </Form>
      {waiting && <Alert type="info" showIcon title={say(words.waits)} description={waiting.description[language]} />}
      {granted && <Alert type="success" showIcon title={say(words.granted, { until: formats.moment(granted.untilMs) })} />}
      {refused && !granted && !waiting && (
        <Alert type="warning" showIcon title={say(words.refused)} description={refused.remark} />
      )}
      {ready ? <Fetch segment={segment} asked={asked} /> : !waiting && <Propose segment={segment.id} asked={asked} />}
    </Flex>
  );
}

/** How one's own proposals for this segment, purpose and channel stand; asked again while one waits. */
function useApprovals(wanted: boolean, segment: number, { purpose, channel }: Asked) {
  const { person } = useHere();
  const key = ['approvals', kind] as const;
  const asked = useQuery({
    queryKey: key,
    queryFn: async ({ signal }) => {
      const listed = exportsIn(await unwrap(api.GET('/api/approvals', { params: { query: {} }, signal })));
      const own = listed.filter(({ proposedBy }) => proposedBy === `person ${person.id}`);
      return Promise.all(own.map((one) => inFull(one, signal)));
    },
    enabled: wanted,
    refetchInterval: 5_000,
  });
  const about = (asked.data ?? []).filter(({ payload, result }) => {
    const wanted = result ?? payload;
    return wanted?.segment === segment && wanted.purpose === purpose && (wanted.channel ?? '') === channel;
  });
  const granted = about.find(({ state, result }) => state === 'done' && result !== undefined && result.untilMs > nowMs())?.result;
  const [latest] = about;
  return {
    granted,
    waiting: latest?.state === 'waiting' ? latest : undefined,
    refused: latest?.state === 'rejected' ? latest : undefined,
  };
}

/** A list says of a proposal only in words what it is about; what came of one says it by itself. */
async function inFull(one: Approval, signal: AbortSignal): Promise<Approval> {
  if (one.result) return one;
  return (await unwrap(
    api.GET('/api/approvals/{approvalId}', { params: { path: { approvalId: one.id } }, signal }),
  )) as unknown as Approval;
}

function Propose({ segment, asked }: { segment: number; asked: Asked }) {
  const say = useSay();
  const client = useQueryClient();
  const proven = useProven();
  const { purpose, channel } = asked;
  const propose = useMutation({
    mutationFn: ({ reason }: { reason: string }) =>
      proven(() =>
        unwrap(
          api.POST('/api/approvals', {
            body: { kind, payload: { segment, purpose, ...(channel !== '' && { channel }) }, reason },
          }),
        ),
      ),
    onSettled: () => client.invalidateQueries({ queryKey: ['approvals'] }),
  });
  return (
    <Form<{ reason: string }> layout="vertical" requiredMark={false} onFinish={(values) => propose.mutate(values)}>
      <Fault error={propose.error} />
      <Form.Item
        name="reason"
        label={say(words.reason)}
        rules={[{ required: true, whitespace: true, message: say(words.needed) }]}
      >
        <Input maxLength={300} />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={propose.isPending} disabled={asked.traits.length === 0}>
        {say(words.propose)}
      </Button>
    </Form>
  );
}

function Fetch({ segment, asked }: { segment: Segment; asked: Asked }) {
  const say = useSay();
  const proven = useProven();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [stop, setStop] = useState<AbortController>();
  const fetching = useMutation({
    mutationFn: async () => {
      const stopping = new AbortController();
      setStop(stopping);
      const { purpose, channel, traits, tokens } = asked;
      const body = { purpose, ...(channel !== '' && { channel }), traits, tokens, format: 'csv' as const };
      const params = { path: { segment: segment.id } };
      return proven(() =>
        unwrap(api.POST('/api/segments/{segment}/export', { params, body, parseAs: 'text', signal: stopping.signal })),
      );
    },
    onSuccess: (file) => {
      download(`${segment.name}.csv`, file as string, 'text/csv');
      void message.success(say(words.got));
    },
    onSettled: () => client.invalidateQueries({ queryKey: segmentsKey }),
  });
  const stopped = fetching.error?.name === 'AbortError';
  return (
    <Flex vertical gap={space.small} align="start">
      {!stopped && <Fault error={fetching.error} />}
      <Flex gap={space.small}>
        <Button
          type="primary"
          icon={<DownloadOutlined />}
          loading={fetching.isPending}
          disabled={asked.traits.length === 0}
          onClick={() => fetching.mutate()}
        >
          {say(fetching.isPending ? words.fetching : words.fetch)}
        </Button>
        {fetching.isPending && <Button onClick={() => stop?.abort()}>{say(words.stop)}</Button>}
      </Flex>
    </Flex>
  );
}
