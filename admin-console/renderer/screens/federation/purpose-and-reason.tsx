// What a proposal to others is for, and why: both are read by officers of every side.

import { AutoComplete, Form, Input } from 'antd';
import { usePurposes } from '../../parts/purpose-names.ts';
import { useLanguage, useSay } from '../../words/words.ts';

const words = {
  purpose: { en: 'Purpose', zh: '目的' },
  purposeAbout: {
    en: 'Only customers whose consent covers it are used. The others read its name.',
    zh: '仅使用同意范围涵盖该目的的客户；对方会看到其名称。',
  },
  reason: { en: 'Reason, in a sentence', zh: '理由（一句话）' },
  reasonAbout: {
    en: 'Officers of all sides read it, and it stands in the transcript.',
    zh: '各方负责人可见，并写入会话记录。',
  },
  needed: { en: 'Needed', zh: '必填' },
} as const;

export function PurposeAndReason({ reason = true }: { reason?: boolean }) {
  const say = useSay();
  const language = useLanguage();
  const purposes = usePurposes();
  const required = [{ required: true, whitespace: true, message: say(words.needed) }];
  return (
    <>
      <Form.Item name="purpose" label={say(words.purpose)} extra={say(words.purposeAbout)} rules={required}>
        <AutoComplete
          options={purposes.map(({ purpose, name }) => ({
            value: purpose,
            label: `${name[language]} (${purpose})`,
          }))}
        />
      </Form.Item>
      {reason && (
        <Form.Item name="reason" label={say(words.reason)} extra={say(words.reasonAbout)} rules={required}>
          <Input.TextArea maxLength={400} rows={2} />
        </Form.Item>
      )}
    </>
  );
}
