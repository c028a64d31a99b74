// What a customer agreed to: what may be done now and why, by purpose and channel; what was said when, with a receipt for each; a word given in person;
// the customer's own page; and consents that were asked for.

import { Flex } from 'antd';
import { useSearchParams } from 'wouter';
import { space } from '../../design/design.ts';
import { Help } from '../../parts/help.tsx';
import { Mark } from '../../parts/mark.tsx';
import { usePurposeName } from '../../parts/purpose-names.ts';
import { Segmented } from '../../parts/segmented.tsx';
import { useMay } from '../../parts/session.ts';
import { Answer } from '../../parts/states.tsx';
import { Rows } from '../../parts/table.tsx';
import { When } from '../../parts/time.tsx';
import { channelWords } from '../../words/channels.ts';
import { useLanguage, useSay } from '../../words/words.ts';
import { Receipt, Tell } from './consent-acts.tsx';
import { ConsentRequests, OwnPage } from './consent-links.tsx';
import { type Effective, type Fact, type Ledger, useLedger } from './consents-asked.ts';
import { statusWords } from './field-words.ts';

const words = {
  now: { en: 'What may be done now', zh: '当前可用范围' },
  said: { en: 'What was said', zh: '同意记录' },
  links: { en: 'Own page and requests', zh: '自助页面与征求' },
  view: { en: 'Which part', zh: '查看内容' },
  purpose: { en: 'Purpose', zh: '用途' },
  channel: { en: 'Channel', zh: '渠道' },
  may: { en: 'May be used', zh: '能否使用' },
  yes: { en: '✓ yes', zh: '✓ 可用' },
  no: { en: '✕ no', zh: '✕ 不可用' },
  why: { en: 'Why', zh: '原因' },
  until: { en: 'until', zh: '有效至' },
  status: { en: 'Said', zh: '表态' },
  source: { en: 'Source', zh: '来源' },
  when: { en: 'When', zh: '时间' },
  text: { en: 'Text', zh: '文本版本' },
  none: { en: 'Nothing said yet', zh: '尚无记录' },
  noneNext: { en: 'What holds without a word is under “What may be done now”.', zh: '未表态时的适用规则见“当前可用范围”。' },
  child: { en: 'A child to the law: a guardian decides.', zh: '未成年人：须由监护人同意。' },
  help: {
    en: 'The ledger keeps every word of every source. What may be done follows from it, from the law and from the basis of the purpose; the latest word of a source counts, and a no of one source stands until that source hears a yes.',
    zh: '账本保留各来源的每次表态。能否使用由表态、法律与用途依据共同决定；同一来源以最近一次为准，一个来源的拒绝在该来源收到同意前一直有效。',
  },
} as const;

export function Consents({ id }: { id: string }) {
  const say = useSay();
  const may = useMay();
  const [search, setSearch] = useSearchParams();
  const asked = useLedger(id);
  const view = search.get('view') ?? 'now';
  const hasLinks = may('consent.link') || may('consent.requests.read');
  return (
    <Answer of={asked}>
      {(ledger) => (
        <Flex vertical gap={space.medium}>
          <Flex justify="space-between" gap={space.small} wrap>
            <Segmented
              aria-label={say(words.view)}
              value={view}
              onChange={(next) => setSearch(next === 'now' ? {} : { view: next }, { replace: true })}
              options={[
                { value: 'now', label: say(words.now) },
                { value: 'said', label: say(words.said) },
                ...(hasLinks ? [{ value: 'links', label: say(words.links) }] : []),
              ]}
            />
            <Flex align="center" gap={space.hair}>
              {ledger.child && <Mark tone="wait">{say(words.child)}</Mark>}
              <Help about={words.help} />
              {may('consent.tell') && <Tell id={id} ledger={ledger} />}
            </Flex>
          </Flex>
          {view === 'said' ? (
            <Said id={id} ledger={ledger} />
          ) : view === 'links' && hasLinks ? (
            <Flex vertical gap={space.medium}>
              {may('consent.link') && <OwnPage id={id} />}
              {may('consent.requests.read') && <ConsentRequests id={id} ledger={ledger} />}
            </Flex>
          ) : (
            <Now ledger={ledger} />
          )}
        </Flex>
      )}
    </Answer>
  );
}

function Now({ ledger: { effective } }: { ledger: Ledger }) {
  const say = useSay();
  const language = useLanguage();
  const nameOf = usePurposeName();
  return (
    <Rows<Effective>
      none={words.none}
      rowKey={({ purpose, channel }) => `${purpose} ${channel}`}
      dataSource={effective}
      columns={[
        { title: say(words.purpose), render: (_, { purpose }) => nameOf(purpose) },
        { title: say(words.channel), render: (_, { channel }) => say(channelWords(channel)) },
        {
          title: say(words.may),
          render: (_, { allowed }) => <Mark tone={allowed ? 'good' : 'bad'}>{say(allowed ? words.yes : words.no)}</Mark>,
        },
        {
          title: say(words.why),
          width: 260,
          render: (_, { reason, article, untilMs }) => (
            <span className="hf-break" style={{ display: 'inline-block', maxWidth: 260, whiteSpace: 'normal' }}>
              {reason[language]}
              {article !== undefined && ` · ${article}`}
              {untilMs !== undefined && (
                <>
                  {' '}
                  · {say(words.until)} <When atMs={untilMs} />
                </>
              )}
            </span>
          ),
        },
      ]}
    />
  );
}

function Said({ id, ledger: { facts } }: { id: string; ledger: Ledger }) {
  const say = useSay();
  const may = useMay();
  const nameOf = usePurposeName();
  return (
    <Rows<Fact>
      none={words.none}
      next={words.noneNext}
      rowKey="fact"
      dataSource={facts}
      columns={[
        { title: say(words.purpose), render: (_, { purpose }) => nameOf(purpose) },
        { title: say(words.channel), render: (_, { channel }) => say(channelWords(channel)) },
        {
          title: say(words.status),
          render: (_, { status }) => (
            <Mark tone={status === 'given' ? 'good' : 'bad'}>
              {status === 'given' ? '✓' : '✕'} {say(statusWords(status))}
            </Mark>
          ),
        },
        { title: say(words.source), dataIndex: 'source' },
        { title: say(words.text), render: (_, { policyVersion }) => policyVersion ?? '–' },
        { title: say(words.when), render: (_, { atMs }) => <When atMs={atMs} /> },
        ...(may('consent.receipt')
          ? [{ title: '', render: (_: unknown, { fact }: Fact) => <Receipt id={id} fact={fact} /> }]
          : []),
      ]}
    />
  );
}
