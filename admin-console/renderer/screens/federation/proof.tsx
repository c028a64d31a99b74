// What proves a match or a round: the report for compliance as the node writes it, the signed transcript, and a check of it on the spot.

import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Card, Flex, Space, Typography } from 'antd';
import type { ReactNode } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { useQuery } from '../../parts/ask.ts';
import { download } from '../../parts/download.ts';
import { Fault } from '../../parts/fault.tsx';
import { Answer } from '../../parts/states.tsx';
import { Text } from '../../parts/text.tsx';
import { plural, useLanguage, useSay, type Words } from '../../words/words.ts';
import { zone } from './shared.ts';

const words = {
  report: { en: 'Report', zh: '报告' },
  markdown: { en: 'Save the report', zh: '保存报告' },
  otherMarkdown: { en: 'Save it in Chinese', zh: '保存英文版' },
  transcript: { en: 'Signed transcript', zh: '签名会话记录' },
  transcriptAbout: {
    en: 'The same file at every party, signed by all. Anybody can check it without a node; here the node does it for you.',
    zh: '各方持有相同文件并共同签名，无需节点即可核验；此处由节点代为核验。',
  },
  save: { en: 'Save the transcript', zh: '保存会话记录' },
  check: { en: 'Check it now', zh: '立即核验' },
  holds: { en: 'It holds: everything that can be checked is as it was signed.', zh: '核验通过：可核验的内容均与签署一致。' },
  broken: { en: 'It does not hold: {count} finding.', zh: '核验未通过：{count} 处不符。' },
  brokenMany: { en: 'It does not hold: {count} findings.', zh: '核验未通过：{count} 处不符。' },
  unfinished: {
    en: 'It is not whole while the other side has not signed: check it again when it has ended.',
    zh: '其他方尚未签名时记录并不完整，请在结束后再核验。',
  },
  line: { en: 'Line {line}', zh: '第 {line} 行' },
} as const;

export type Verdict = Awaited<ReturnType<typeof verify>>;
type Block = Verdict['blocks'][number];

/** @param founder as it was compared by telephone; without it the file vouches for itself alone */
export const verify = (transcript: Blob | string, founder: string | undefined) =>
  unwrap(
    api.POST('/api/federations/verify', {
      params: { query: { zone: zone(), ...(founder !== undefined && { founder }) } },
      headers: { 'content-type': 'application/x-ndjson' },
      body: transcript as never,
      bodySerializer: (body: unknown) => body as string,
    }),
  );

const matchTranscript = (match: string) =>
  unwrap(api.GET('/api/matches/{match}/transcript', { params: { path: { match } }, parseAs: 'text' }));
const roundTranscript = (round: string) =>
  unwrap(api.GET('/api/rounds/{round}/transcript', { params: { path: { round } }, parseAs: 'text' }));

type Of = { readonly what: 'match' | 'round'; readonly id: string };
const transcriptOf = ({ what, id }: Of) => (what === 'match' ? matchTranscript(id) : roundTranscript(id));

async function reportOf({ what, id }: Of) {
  const query = { zone: zone() };
  const report =
    what === 'match'
      ? await unwrap(api.GET('/api/matches/{match}/report', { params: { path: { match: id }, query } }))
      : await unwrap(api.GET('/api/rounds/{round}/report', { params: { path: { round: id }, query } }));
  if (typeof report === 'string') throw new TypeError('a report in blocks was asked for');
  return report;
}

async function saveReport({ what, id }: Of, language: 'en' | 'zh'): Promise<void> {
  const query = { format: 'markdown' as const, language, zone: zone() };
  const text =
    what === 'match'
      ? await unwrap(api.GET('/api/matches/{match}/report', { params: { path: { match: id }, query }, parseAs: 'text' }))
      : await unwrap(api.GET('/api/rounds/{round}/report', { params: { path: { round: id }, query }, parseAs: 'text' }));
  download(`${what}-${id.slice(0, 8)}-${language}.md`, text as unknown as string, 'text/markdown');
}

export function ReportPanel(of: Of) {
  const say = useSay();
  const language = useLanguage();
  const asked = useQuery({ queryKey: ['report', of.what, of.id], queryFn: () => reportOf(of) });
  const save = useMutation({ mutationFn: (wanted: 'en' | 'zh') => saveReport(of, wanted) });
  return (
    <Flex vertical gap={space.medium}>
      <Space wrap>
        <Button onClick={() => save.mutate(language)} loading={save.isPending}>
          {say(words.markdown)}
        </Button>
        <Button type="text" onClick={() => save.mutate(language === 'en' ? 'zh' : 'en')}>
          {say(words.otherMarkdown)}
        </Button>
      </Space>
      <Fault error={save.error} />
      <Answer of={asked} rows={8}>
        {({ blocks }) => <Blocks of={blocks} />}
      </Answer>
    </Flex>
  );
}

/** @param founder of the federation, as this node keeps it */
export function TranscriptPanel({ founder, ended, ...of }: Of & { founder: string | undefined; ended: boolean }) {
  const say = useSay();
  const save = useMutation({
    mutationFn: async () =>
      download(`${of.what}-${of.id.slice(0, 8)}.ndjson`, (await transcriptOf(of)) as unknown as string, 'application/x-ndjson'),
  });
  const check = useMutation({
    mutationFn: async () => verify((await transcriptOf(of)) as unknown as string, founder),
  });
  return (
    <Flex vertical gap={space.medium}>
      <Text type="secondary">{say(words.transcriptAbout)}</Text>
      <Space wrap>
        <Button type="primary" onClick={() => check.mutate()} loading={check.isPending}>
          {say(words.check)}
        </Button>
        <Button onClick={() => save.mutate()} loading={save.isPending}>
          {say(words.save)}
        </Button>
      </Space>
      {!ended && <Alert type="info" showIcon title={say(words.unfinished)} />}
      <Fault error={check.error ?? save.error} />
      {check.data && <VerdictShown verdict={check.data} />}
    </Flex>
  );
}

export function VerdictShown({ verdict: { holds, findings, more, blocks } }: { verdict: Verdict }) {
  const say = useSay();
  const language = useLanguage();
  const count = findings.length + more;
  return (
    <Flex vertical gap={space.medium}>
      <Alert
        role="status"
        type={holds ? 'success' : 'error'}
        showIcon
        title={holds ? say(words.holds) : say(plural(count, words.broken, words.brokenMany), { count })}
        description={
          holds
            ? undefined
            : findings.map(({ line, code, message, where }) => (
                <div key={`${line} ${code} ${where ?? ''}`}>
                  {say(words.line, { line })}: {message[language]} {where && <Text code>{where}</Text>}
                </div>
              ))
        }
      />
      <Blocks of={blocks} />
    </Flex>
  );
}

/** Headings with lines under them, as the node wrote them in both languages. */
export function Blocks({ of }: { of: readonly Block[] }) {
  const language = useLanguage();
  return (
    <Flex vertical gap={space.medium}>
      {of.map(({ heading, lines }) => (
        <section key={heading.en}>
          <Typography.Title level={3} style={{ fontSize: 14, margin: 0 }}>
            {heading[language]}
          </Typography.Title>
          <Lines of={lines} />
        </section>
      ))}
    </Flex>
  );
}

export function Lines({ of }: { of: readonly Words[] }) {
  const language = useLanguage();
  if (of.length === 0) return null;
  return (
    <ul style={{ margin: `${space.hair}px 0 0`, paddingInlineStart: space.large }}>
      {of.map((line) => (
        <li key={line.en} className="hf-break">
          {line[language]}
        </li>
      ))}
    </ul>
  );
}

/** A titled group of a page. */
export function Part({ title, children, extra }: { title: Words | string; children: ReactNode; extra?: ReactNode }) {
  const say = useSay();
  return (
    <Card size="small" title={typeof title === 'string' ? title : say(title)} extra={extra}>
      {children}
    </Card>
  );
}
