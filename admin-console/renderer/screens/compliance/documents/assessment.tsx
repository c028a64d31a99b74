// One impact assessment as a document, as it was made.

import { Card, Flex, Typography } from 'antd';
import { Link, useParams } from 'wouter';
import { api, unwrap } from '../../../api/client.ts';
import { space } from '../../../design/design.ts';
import { useQuery } from '../../../parts/ask.ts';
import { Mark } from '../../../parts/mark.tsx';
import { Page } from '../../../parts/page.tsx';
import { Answer } from '../../../parts/states.tsx';
import { Rows } from '../../../parts/table.tsx';
import { useFormats, useSay, type Words } from '../../../words/words.ts';
import { Facts } from '../facts.tsx';
import { Who } from '../who.tsx';
import { type Conclusion, conclusionWords, type Level, levelWords } from './assessment-words.ts';
import { assessmentsKey } from './assessments.tsx';
import { Keep } from './keep.tsx';
import { type Processing, ProcessingTable } from './processing.tsx';
import { Part } from './register.tsx';

const words = {
  title: { en: 'Impact assessment', zh: '影响评估' },
  about: { en: 'As it was made; a newer view is a new assessment.', zh: '按完成时原样保存；有新的判断时请另行评估。' },
  all: { en: 'All assessments', zh: '全部评估' },
  made: { en: 'Made', zh: '完成日期' },
  by: { en: 'By', zh: '评估人' },
  article: { en: 'Article', zh: '条款' },
  kept: { en: 'Kept at least until', zh: '至少保存至' },
  conclusion: { en: 'Conclusion', zh: '结论' },
  done: { en: 'What is done', zh: '处理活动' },
  necessity: { en: 'Is it lawful, legitimate and necessary?', zh: '目的、方式是否合法、正当、必要' },
  risks: { en: 'Risks to the people, and measures', zh: '对个人权益的影响与保护措施' },
  risk: { en: 'Risk', zh: '风险' },
  likelihood: { en: 'Likelihood', zh: '可能性' },
  severity: { en: 'Severity', zh: '严重性' },
  measure: { en: 'Measure', zh: '措施' },
  none: { en: 'No risk', zh: '没有风险' },
  own: { en: 'What the node does by itself', zh: '节点自身的措施' },
} as const;

type Content = {
  title: string;
  necessity: string;
  risks: { risk: string; likelihood: Level; severity: Level; measure: string }[];
  conclusion: Conclusion;
  by: string;
  article: string;
  processing: Processing[];
  measures: Words[];
  keptUntilMs: number;
};

export default function OneAssessment() {
  const say = useSay();
  const { id = '' } = useParams<{ id: string }>();
  const path = { assessment: Number(id) };
  const asked = useQuery({
    queryKey: [...assessmentsKey, 'one', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/assessments/{assessment}', { params: { path }, signal })),
  });
  const actions = (
    <Flex gap={space.medium} align="center" wrap>
      <Keep
        name={`assessment-${id}`}
        fetch={(format, language) =>
          unwrap(api.GET('/api/assessments/{assessment}', { params: { path, query: { format, language } }, parseAs: 'text' }))
        }
      />
      <Link href="/register/assessments">{say(words.all)}</Link>
    </Flex>
  );
  return (
    <Page title={asked.data?.content.title ?? words.title} about={words.about} actions={actions}>
      <Answer of={asked}>{({ madeAtMs, content }) => <Document madeAtMs={madeAtMs} of={content} />}</Answer>
    </Page>
  );
}

function Document({ of, madeAtMs }: { of: Content; madeAtMs: number }) {
  const say = useSay();
  const formats = useFormats();
  const level = (name: 'likelihood' | 'severity') => ({
    title: say(words[name]),
    render: (_: unknown, risk: Content['risks'][number]) => (
      <Mark tone={levelWords[risk[name]][1]}>{say(levelWords[risk[name]][0])}</Mark>
    ),
  });
  return (
    <Flex vertical gap={space.medium}>
      <Card size="small">
        <Facts
          columns={2}
          of={[
            [
              words.conclusion,
              <Mark key="c" tone={conclusionWords[of.conclusion][1]}>
                {say(conclusionWords[of.conclusion][0])}
              </Mark>,
            ],
            [words.by, <Who key="by" actor={of.by} />],
            [words.made, formats.moment(madeAtMs)],
            [words.kept, formats.day(of.keptUntilMs)],
            [words.article, of.article],
          ]}
        />
      </Card>
      <Part title={words.done}>
        <ProcessingTable of={of.processing} />
      </Part>
      <Part title={words.necessity}>
        <Typography.Paragraph style={{ whiteSpace: 'pre-wrap', margin: 0 }} className="hf-break">
          {of.necessity}
        </Typography.Paragraph>
      </Part>
      <Part title={words.risks}>
        <Rows
          rowKey="risk"
          dataSource={of.risks}
          none={words.none}
          columns={[
            { title: say(words.risk), render: (_, { risk }) => <span className="hf-break">{risk}</span> },
            level('likelihood'),
            level('severity'),
            { title: say(words.measure), render: (_, { measure }) => <span className="hf-break">{measure}</span> },
          ]}
        />
      </Part>
      <Part title={words.own}>
        <ul style={{ margin: 0, paddingInlineStart: 20 }}>
          {of.measures.map((one) => (
            <li key={one.en}>{say(one)}</li>
          ))}
        </ul>
      </Part>
    </Flex>
  );
}
