// A word that a customer gave in person, written down; and the signed receipt for one that is there.

import { DownloadOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { App, Button, Checkbox, Form, Input, Select } from 'antd';
import { api, unwrap } from '../../api/client.ts';
import { Act } from '../../parts/act.tsx';
import { downloadJson } from '../../parts/download.ts';
import { usePurposeChannels, usePurposeName } from '../../parts/purpose-names.ts';
import { Segmented } from '../../parts/segmented.tsx';
import { channelWords } from '../../words/channels.ts';
import { useSay } from '../../words/words.ts';
import type { Ledger } from './consents-asked.ts';
import { statusWords } from './field-words.ts';
import { customerKey } from './profile.ts';

const words = {
  tell: { en: 'Write down what they said', zh: '登记客户表态' },
  about: {
    en: 'It is kept as said to you, beside what other sources hold: a no of another source stands until that source hears a yes.',
    zh: '作为人工登记保存，不影响其他来源的记录：其他来源的拒绝在该来源收到同意前继续有效。',
  },
  purpose: { en: 'Purpose', zh: '用途' },
  channel: { en: 'Channel', zh: '渠道' },
  all: { en: 'all of them', zh: '全部渠道' },
  status: { en: 'They said', zh: '客户表态' },
  evidence: { en: 'Where the proof lies', zh: '凭证' },
  evidenceHint: { en: 'call of 3 May, form 2026-0042', zh: '5月3日来电、表单编号' },
  separate: { en: 'Given apart from any other consent', zh: '单独同意' },
  needed: { en: 'Needed', zh: '必填' },
  receipt: { en: 'Receipt', zh: '回执' },
  failed: { en: 'The receipt could not be fetched', zh: '无法取得回执' },
} as const;

type Word = {
  purpose: string;
  channel?: string;
  status: 'given' | 'withdrawn';
  evidence?: string;
  separate?: boolean;
  reason: string;
};

export function Tell({ id, ledger }: { id: string; ledger: Ledger }) {
  const say = useSay();
  const nameOf = usePurposeName();
  const purposes = [...new Set(ledger.effective.map(({ purpose }) => purpose))];
  return (
    <Act<Word>
      name={words.tell}
      about={words.about}
      reason
      initial={{ status: 'given' }}
      fields={
        <>
          <Form.Item name="purpose" label={say(words.purpose)} rules={[{ required: true, message: say(words.needed) }]}>
            <Select options={purposes.map((value) => ({ value, label: nameOf(value) }))} />
          </Form.Item>
          <Channel />
          <Form.Item name="status" label={say(words.status)}>
            <Segmented options={(['given', 'withdrawn'] as const).map((value) => ({ value, label: say(statusWords(value)) }))} />
          </Form.Item>
          <Form.Item name="evidence" label={say(words.evidence)}>
            <Input maxLength={300} placeholder={say(words.evidenceHint)} autoComplete="off" />
          </Form.Item>
          <Form.Item name="separate" valuePropName="checked">
            <Checkbox>{say(words.separate)}</Checkbox>
          </Form.Item>
        </>
      }
      refresh={[customerKey(id)]}
      act={({ purpose, channel, status, evidence, separate, reason }) =>
        unwrap(
          api.POST('/api/profiles/{id}/consents', {
            params: { path: { id } },
            body: {
              purpose,
              status,
              reason,
              ...(channel && { channel }),
              ...(evidence && { evidence }),
              ...(separate && status === 'given' && { separate }),
            },
          }),
        )
      }
    />
  );
}

/** Of the purpose chosen above it; none where that has none. */
function Channel() {
  const say = useSay();
  const purpose = Form.useWatch<string | undefined>('purpose');
  const channels = usePurposeChannels(purpose);
  if (channels.length === 0) return null;
  return (
    <Form.Item name="channel" label={say(words.channel)}>
      <Select
        allowClear
        placeholder={say(words.all)}
        options={channels.map((value) => ({ value, label: say(channelWords(value)) }))}
      />
    </Form.Item>
  );
}

export function Receipt({ id, fact }: { id: string; fact: string }) {
  const say = useSay();
  const { message } = App.useApp();
  const fetching = useMutation({
    mutationFn: () => unwrap(api.GET('/api/profiles/{id}/consents/{fact}/receipt', { params: { path: { id, fact } } })),
    onSuccess: (receipt) => downloadJson(`consent-receipt-${fact}.json`, receipt),
    onError: () => void message.error(say(words.failed)),
  });
  return (
    <Button
      type="text"
      size="small"
      icon={<DownloadOutlined />}
      loading={fetching.isPending}
      onClick={() => fetching.mutate()}
      aria-label={say(words.receipt)}
    >
      {say(words.receipt)}
    </Button>
  );
}
