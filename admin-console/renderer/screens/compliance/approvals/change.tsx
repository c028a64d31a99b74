// What an act would change, by its kind: policies as a difference of texts, retention as counts, customers and requests as ways to them; of every
// other kind all that was proposed, field by field, so that nobody decides about what they have not seen.

import { Typography } from 'antd';
import { Link } from 'wouter';
import { api, unwrap } from '../../../api/client.ts';
import { useQuery } from '../../../parts/ask.ts';
import { usePurposeName } from '../../../parts/purpose-names.ts';
import { to } from '../../../parts/screen.tsx';
import { useMay } from '../../../parts/session.ts';
import { Answer } from '../../../parts/states.tsx';
import { Text } from '../../../parts/text.tsx';
import { channelWords } from '../../../words/channels.ts';
import { useFormats, useSay } from '../../../words/words.ts';
import { Facts } from '../facts.tsx';
import { Person } from '../person.tsx';
import { PolicyDiff, type PolicyFile } from '../policies/policy-diff.tsx';
import { RetentionCounts } from '../rights/retention-counts.tsx';
import { SegmentLink } from '../target.tsx';
import { partWords } from './payload-words.ts';

const words = {
  customer: { en: 'Customer', zh: '客户' },
  request: { en: 'Request', zh: '权利请求' },
  requestNumber: { en: 'Request {id}', zh: '请求 {id}' },
  gone: {
    en: 'Everything of this customer is destroyed with its keys. Nothing brings it back.',
    zh: '该客户的全部数据随密钥一并销毁，无法恢复。',
  },
  given: {
    en: 'Whoever proposed it may fetch everything about this customer for a day.',
    zh: '提议人可在一天内取得该客户的全部数据。',
  },
  removes: { en: 'A run would remove now:', zh: '立即执行将删除：' },
  nothing: { en: 'Nothing more was given with it.', zh: '没有更多内容。' },
} as const;

type Named = { [name: string]: unknown };
const isNamed = (value: unknown): value is Named => typeof value === 'object' && value !== null && !Array.isArray(value);

export function Change({ kind, payload, waits }: { kind: string; payload: unknown; waits: boolean }) {
  const given = isNamed(payload) ? payload : {};
  if (kind === 'policy.change' && Array.isArray(given.files) && typeof given.from === 'number')
    return <Policies files={given.files as PolicyFile[]} from={given.from} />;
  if ((kind === 'subject.erase' || kind === 'subject.export') && typeof given.person === 'string')
    return <Customer person={given.person} request={given.request} erases={kind === 'subject.erase'} />;
  if (kind === 'retention.run' && waits) return <Retention />;
  return <Values of={payload} />;
}

function Policies({ files, from }: { files: readonly PolicyFile[]; from: number }) {
  const asked = useQuery({
    queryKey: ['policies', 'version', from],
    queryFn: ({ signal }) => unwrap(api.GET('/api/policies/versions/{version}', { params: { path: { version: from } }, signal })),
    staleTime: 600_000,
  });
  return <Answer of={asked}>{(version) => <PolicyDiff old={version.files} now={files} />}</Answer>;
}

function Customer({ person, request, erases }: { person: string; request: unknown; erases: boolean }) {
  const say = useSay();
  return (
    <>
      <Facts
        of={[
          [words.customer, <Person key="person" id={person} />],
          [
            words.request,
            typeof request === 'number' && (
              <Link href={to('/requests/:id', { id: request })}>{say(words.requestNumber, { id: String(request) })}</Link>
            ),
          ],
        ]}
      />
      <Text type="secondary">{say(erases ? words.gone : words.given)}</Text>
    </>
  );
}

function Retention() {
  const say = useSay();
  const may = useMay();
  const asked = useQuery({
    queryKey: ['retention', 'preview'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/retention/preview', { signal })),
    enabled: may('retention.preview'),
    staleTime: 60_000,
  });
  if (!may('retention.preview')) return null;
  return (
    <>
      <Typography.Paragraph type="secondary">{say(words.removes)}</Typography.Paragraph>
      <Answer of={asked}>{({ rules }) => <RetentionCounts of={rules} />}</Answer>
    </>
  );
}

/** By name what has one: a segment, a purpose, a channel, a customer; a time as a time. */
function Part({ name, value }: { name: string; value: unknown }) {
  const say = useSay();
  const formats = useFormats();
  const purposeOf = usePurposeName();
  if (name === 'segment' && typeof value === 'number') return <SegmentLink id={value} />;
  if (typeof value === 'number' && (name.endsWith('AtMs') || name.endsWith('untilMs'))) return formats.moment(value);
  if (typeof value !== 'string') return <Values of={value} />;
  if (name === 'purpose' || name === 'sourcePurpose') return purposeOf(value);
  if (name === 'channel') return say(channelWords(value));
  return name === 'person' ? <Person id={value} /> : <Values of={value} />;
}

/** Anything, as a list of names and values within one another; text is text. */
export function Values({ of }: { of: unknown }) {
  const say = useSay();
  if (of === undefined || of === null || (isNamed(of) && Object.keys(of).length === 0))
    return <Text type="secondary">{say(words.nothing)}</Text>;
  if (Array.isArray(of))
    return (
      <ol style={{ margin: 0, paddingInlineStart: 20 }}>
        {of.map((one, at) => (
          // A list that was proposed does not change its order.
          <li key={String(at)}>
            <Values of={one} />
          </li>
        ))}
      </ol>
    );
  if (isNamed(of))
    return (
      <dl style={{ margin: 0, display: 'grid', gridTemplateColumns: 'minmax(80px, max-content) 1fr', gap: '4px 16px' }}>
        {Object.entries(of).map(([name, value]) => (
          <div key={name} style={{ display: 'contents' }}>
            <dt>
              <Text type="secondary" className="hf-break">
                {say(partWords(name))}
              </Text>
            </dt>
            <dd style={{ margin: 0, minWidth: 0 }}>
              <Part name={name} value={value} />
            </dd>
          </div>
        ))}
      </dl>
    );
  return <span className="hf-break">{String(of)}</span>;
}
