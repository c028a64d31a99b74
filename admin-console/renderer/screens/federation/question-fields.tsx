// A ready-made question of the node's own customers, with the days that it looks ahead and back: fields of a form.

import { Flex, Form, InputNumber, Select } from 'antd';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { useQuery } from '../../parts/ask.ts';
import { useMay } from '../../parts/session.ts';
import { useLanguage, useSay, type Words } from '../../words/words.ts';

const words = {
  question: { en: 'Question', zh: '问题' },
  horizon: { en: 'Days that the answer looks ahead', zh: '预测天数' },
  active: { en: 'Days back by which customers are chosen', zh: '选取客户的回溯天数' },
  own: { en: 'Empty: as this node’s own customers suggest.', zh: '留空则按本方客户的规律选定。' },
  needed: { en: 'Needed', zh: '必填' },
} as const;

export type QuestionFields = { question?: string; horizonDays?: number; activeDays?: number };

/** @param days whether both lengths have to be said */
export function QuestionChoice({ days = false }: { days?: boolean }) {
  const say = useSay();
  const may = useMay();
  const language = useLanguage();
  const asked = useQuery({
    queryKey: ['model-questions'],
    queryFn: async ({ signal }) =>
      (await unwrap(api.GET('/api/model-questions', { signal }))) as unknown as { questions: { name: string; title: Words }[] },
    enabled: may('model.questions'),
    staleTime: 600_000,
  });
  const required = [{ required: true, message: say(words.needed) }];
  return (
    <>
      <Form.Item name="question" label={say(words.question)} rules={required}>
        <Select
          loading={asked.isPending}
          options={(asked.data?.questions ?? []).map(({ name, title }) => ({ value: name, label: title[language] }))}
        />
      </Form.Item>
      <Flex gap={space.medium} wrap>
        <Form.Item name="horizonDays" label={say(words.horizon)} {...(days ? { rules: required } : { extra: say(words.own) })}>
          <InputNumber min={1} max={3650} precision={0} />
        </Form.Item>
        <Form.Item name="activeDays" label={say(words.active)} {...(days && { rules: required })}>
          <InputNumber min={1} max={3650} precision={0} />
        </Form.Item>
      </Flex>
    </>
  );
}
