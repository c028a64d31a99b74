// Impact assessments that were made, newest first.

import { PlusOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { Link, useLocation } from 'wouter';
import { api, unwrap } from '../../../api/client.ts';
import { useQuery } from '../../../parts/ask.ts';
import { Mark } from '../../../parts/mark.tsx';
import { Page } from '../../../parts/page.tsx';
import { to } from '../../../parts/screen.tsx';
import { useMay } from '../../../parts/session.ts';
import { Answer } from '../../../parts/states.tsx';
import { Rows } from '../../../parts/table.tsx';
import { useFormats, useSay } from '../../../words/words.ts';
import { conclusionWords } from './assessment-words.ts';
import { DocumentTabs } from './tabs.tsx';

const words = {
  title: { en: 'Documents', zh: '合规文档' },
  about: {
    en: 'Before a use of data that puts people at risk: why it is needed, what may happen, what is done about it.',
    zh: '在可能影响个人权益的处理之前评估：必要性、风险与应对措施。',
  },
  write: { en: 'Write one', zh: '撰写评估' },
  name: { en: 'Title', zh: '标题' },
  made: { en: 'Made', zh: '完成日期' },
  conclusion: { en: 'Conclusion', zh: '结论' },
  kept: { en: 'Kept at least until', zh: '至少保存至' },
  none: { en: 'No impact assessment yet', zh: '尚无影响评估' },
  noneNext: {
    en: 'The law wants one before profiling, sensitive data or sharing begins.',
    zh: '开展画像、处理敏感信息或对外提供之前，法律要求先行评估。',
  },
} as const;

export const assessmentsKey = ['assessments'] as const;

export default function Assessments() {
  const say = useSay();
  const may = useMay();
  const formats = useFormats();
  const [, go] = useLocation();
  const asked = useQuery({ queryKey: assessmentsKey, queryFn: ({ signal }) => unwrap(api.GET('/api/assessments', { signal })) });
  const write = may('assessment.add') && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => go('/register/assessments/new')}>
      {say(words.write)}
    </Button>
  );
  return (
    <Page title={words.title} about={words.about} actions={write}>
      <DocumentTabs at="/register/assessments">
        <Answer of={asked}>
          {({ assessments }) => (
            <Rows
              rowKey="id"
              dataSource={assessments}
              none={words.none}
              next={words.noneNext}
              columns={[
                {
                  title: say(words.name),
                  render: (_, { id, title }) => <Link href={to('/register/assessments/:id', { id })}>{title}</Link>,
                },
                { title: say(words.made), render: (_, { madeAtMs }) => formats.day(madeAtMs) },
                {
                  title: say(words.conclusion),
                  render: (_, { conclusion }) => (
                    <Mark tone={conclusionWords[conclusion][1]}>{say(conclusionWords[conclusion][0])}</Mark>
                  ),
                },
                { title: say(words.kept), render: (_, { keptUntilMs }) => formats.day(keptUntilMs) },
              ]}
            />
          )}
        </Answer>
      </DocumentTabs>
    </Page>
  );
}
