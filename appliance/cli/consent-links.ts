// `holdfast consent link`, `revoke`, `request`, `requests`, `outbox`: a customer's own preference page, and consents that they confirm from a
// message (double opt-in).

import type { Command } from 'commander';
import type { Words } from '../core/errors.ts';
import type { ConsentRequest, WaitingMessage } from '../record/consent/consent.ts';
import { type Api, withNode } from './connect.ts';
import type { CliContext } from './context.ts';
import { wholeNumber } from './numbers.ts';

export type ForPerson = (identifier: string, work: (api: Api, id: string) => Promise<void>) => Promise<void>;
type Wanted = { channel?: string; language?: string; address?: string };

const states: { readonly [state in ConsentRequest['state']]: Words } = {
  pending: { en: 'waits for the customer', zh: '待客户确认' },
  confirmed: { en: 'confirmed', zh: '已确认' },
  expired: { en: 'expired', zh: '已过期' },
  superseded: { en: 'superseded by a no', zh: '因其后拒绝而失效' },
};

/** @param forPerson runs with the one person whom an identifier leads to */
export function addLinkCommands(context: CliContext, consent: Command, forPerson: ForPerson): void {
  const { words } = context;
  consent
    .command('link <identifier>')
    .option('--days <number>', words({ en: 'how long it holds', zh: '有效天数' }), wholeNumber(1, 365), 30)
    .description(words({ en: "a link to somebody's own preference page", zh: '生成客户偏好页面的专属链接' }))
    .action((identifier: string, body: { days: number }) =>
      forPerson(identifier, async (api, id) => {
        const made = await api.call<{ url: string; expiresAtMs: number }>('POST', `/api/consent/${id}/link`, { body });
        context.answer(made, () => {
          context.print(made.url);
          const until = timeOf(made.expiresAtMs);
          context.note({ en: `Holds until ${until}. For this person alone.`, zh: `有效期至 ${until}，仅限本人使用。` });
        });
      }),
    );
  consent
    .command('revoke <identifier>')
    .description(words({ en: 'end all links to their preference page', zh: '撤销此人全部偏好页面链接' }))
    .action((identifier: string) =>
      forPerson(identifier, async (api, id) => {
        const done = await api.call<{ revoked: number }>('POST', `/api/consent/${id}/links/revoke`);
        context.answer(done, () =>
          context.print(words({ en: `${done.revoked} links revoked.`, zh: `已撤销 ${done.revoked} 个链接。` })),
        );
      }),
    );
  consent
    .command('request <identifier> <purpose>')
    .option('--channel <name>', words({ en: 'the channel it is about', zh: '所涉渠道' }))
    .option('--language <code>', words({ en: 'en or zh', zh: 'en 或 zh' }))
    .option('--address <address>', words({ en: 'where to ask (else what is known)', zh: '发送地址（默认取已知）' }))
    .description(
      words({ en: 'ask for a consent that they must confirm (double opt-in)', zh: '请求同意，须本人确认（双重确认）' }),
    )
    .action((identifier: string, purpose: string, { channel, language, address }: Wanted) =>
      forPerson(identifier, async (api, id) => {
        const body = {
          purpose,
          language: language ?? context.language,
          ...(channel !== undefined && { channel }),
          ...(address !== undefined && { address }),
        };
        const made = await api.call<ConsentRequest>('POST', `/api/consent/${id}/requests`, { body });
        context.answer(made, () => printRequests(context, [made]));
      }),
    );
  consent
    .command('requests <identifier>')
    .description(words({ en: 'what somebody was asked for', zh: '查看向此人发出的同意请求' }))
    .action((identifier: string) =>
      forPerson(identifier, async (api, id) => {
        const found = await api.call<{ requests: ConsentRequest[] }>('GET', `/api/consent/${id}/requests`);
        context.answer(found, () => printRequests(context, found.requests));
      }),
    );
  consent
    .command('outbox')
    .option(
      '--after <number>',
      words({ en: 'go on after this message', zh: '自此消息之后' }),
      wholeNumber(0, Number.MAX_SAFE_INTEGER),
      0,
    )
    .option('--limit <rows>', words({ en: 'messages at most', zh: '最多条数' }), wholeNumber(1, 200), 50)
    .description(words({ en: 'messages that wait for a channel', zh: '待发送的消息' }))
    .action((query: { after: number; limit: number }) =>
      withNode(context, async (api) => {
        const found = await api.call<{ messages: WaitingMessage[] }>('GET', '/api/consent/outbox', { query });
        context.answer(found, () => printOutbox(context, found.messages));
      }),
    );
}

function printRequests(context: CliContext, rows: readonly ConsentRequest[]): void {
  const { words } = context;
  const titles = words({ en: 'number,purpose,channel,state,made,until,by', zh: '编号,目的,渠道,状态,发出,有效至,发起人' }).split(
    ',',
  );
  context.printTable(
    titles.map((title, at) => (at === 0 ? { title, align: 'right' } : { title })),
    rows.map((one) => [
      String(one.id),
      one.purpose,
      one.channel,
      words(states[one.state]),
      timeOf(one.madeAtMs),
      timeOf(one.expiresAtMs),
      one.by,
    ]),
  );
}

function printOutbox(context: CliContext, rows: readonly WaitingMessage[]): void {
  const { words } = context;
  for (const one of rows) {
    context.printTable(
      [{ title: `${one.id}` }, { title: `${one.person}  ${timeOf(one.madeAtMs)}` }],
      [
        [words({ en: 'to', zh: '收件人' }), `${one.channel} ${one.to}`],
        [words({ en: 'subject', zh: '主题' }), one.subject],
        ...one.text.split('\n').map((line) => ['', line]),
      ],
    );
    context.print('');
  }
  if (rows.length === 0) context.note({ en: 'No message waits.', zh: '没有待发送的消息。' });
}

const timeOf = (ms: number) => new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
