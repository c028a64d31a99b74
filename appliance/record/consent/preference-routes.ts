// The preference page over HTTP, open to whoever holds a link: no cookies, no scripts, nothing cached or indexed. A change is a POST of a form that
// came from the page itself; a GET changes nothing, since scanners of mail follow links.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Fault, type Words } from '../../core/errors.ts';
import { answerFor, chooseLanguage, type Language } from '../../core/http/answer.ts';
import type { Clock } from '../../core/ports.ts';
import type { Consent } from './consent.ts';
import { pageSchemas } from './link-schemas.ts';
import { confirmationPage, messagePage, type PageParts, pagePolicy, preferencePage } from './page.ts';
import { pageWords } from './page-words.ts';
import { type Choice, customer, type Preferences, pageVersion } from './preferences.ts';
import { Rate } from './rate.ts';

/** An entry of the audit log about what a customer does; resolves when it is on disk. */
export type CustomerEntry = {
  actor: string;
  action: string;
  outcome: string;
  subject: number;
  fields: readonly string[];
  correlationId: string;
};
export type PreferenceRoutesParts = {
  consent(): Consent;
  preferences(): Preferences;
  /** No audit, no read: what cannot be logged is not shown. */
  log(entry: CustomerEntry): Promise<unknown>;
  clock: Clock;
  /** How customers reach the node, where a proxy hides it. */
  publicUrl?: string;
};

export const pageLimits = {
  bodyBytes: 64 * 1024,
  /** Of one link, and of all that open nothing together. Beyond: 429. */
  perLinkAMinute: 60,
  wrongAMinute: 120,
} as const;

type Page = { Params: { token: string }; Querystring: { lang?: Language; saved?: string } };
type Form = { Body: URLSearchParams };

export function preferenceRoutes(parts: PreferenceRoutesParts): (scope: FastifyInstance) => Promise<void> {
  return async function mountPreferences(scope) {
    const perLink = new Rate(parts.clock, pageLimits.perLinkAMinute);
    const wrong = new Rate(parts.clock, pageLimits.wrongAMinute);
    const opened = async <T>(token: string, open: () => Promise<T>): Promise<T> => {
      perLink.take(token);
      try {
        return await open();
      } catch (error) {
        if (error instanceof Fault && error.code === 'not_found') wrong.take('all');
        throw error;
      }
    };
    prepare(scope);
    mountPage(scope, parts, (token) => opened(token, () => parts.preferences().personOf(token)));
    mountConfirmation(scope, parts, (token) => opened(token, () => parts.preferences().requestOf(token)));
  };
}

function prepare(scope: FastifyInstance): void {
  scope.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: pageLimits.bodyBytes },
    (_request, body, done) => done(null, new URLSearchParams(body as string)),
  );
  scope.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'content-security-policy': pagePolicy,
      'cache-control': 'no-store',
      'x-robots-tag': 'noindex, nofollow, noarchive',
      // The address is the key: it goes to no other site, and to this one only so that a form can be told from a stranger's.
      'referrer-policy': 'same-origin',
      'x-correlation-id': request.id,
      vary: 'accept-language',
    });
  });
  scope.setErrorHandler((error, request, reply) => {
    const language = languageOf(request);
    const { status, body, retryAfterS } = answerFor(error, language, request.id);
    if (retryAfterS !== undefined) reply.header('retry-after', String(retryAfterS));
    if (status >= 500 && status !== 503) request.log.error({ route: request.routeOptions.url, err: error }, 'request failed');
    const gone = body.error.code === 'not_found';
    const [title, text] = gone
      ? [pageWords.goneTitle, pageWords.gone[language]]
      : [pageWords.trouble, `${body.error.message} ${body.error.next} (${request.id})`];
    return send(reply.code(status), messagePage(language, title as Words, text));
  });
}

type Opened = (token: string) => Promise<{ record: number; expiresAtMs: number }>;

function mountPage(scope: FastifyInstance, parts: PreferenceRoutesParts, open: Opened): void {
  const { consent, preferences, log } = parts;
  const entry = (request: FastifyRequest, subject: number) => ({
    actor: customer,
    subject,
    fields: ['consents'],
    correlationId: request.id,
  });
  const show = async (request: FastifyRequest<Page>, extra: Partial<PageParts> = {}) => {
    const { token } = request.params;
    const { record, expiresAtMs } = await open(token);
    await log({ ...entry(request, record), action: 'preferences.read', outcome: 'allowed' });
    const ledger = await consent().ledger(record);
    return preferencePage({ table: consent().table, ledger, language: languageOf(request), token, expiresAtMs, ...extra });
  };
  scope.get<Page>('/preferences/:token', { schema: pageSchemas.show, config: exempt }, async (request, reply) => {
    const { saved } = request.query;
    const notice = saved === undefined ? undefined : noticeOf(saved);
    return send(reply, await show(request, notice ? { notice } : {}));
  });
  scope.post<Page & Form>('/preferences/:token', { schema: pageSchemas.save, config: exempt }, async (request, reply) => {
    sameSite(request, parts.publicUrl);
    const form = formOf(request);
    const { token } = request.params;
    const { record } = await open(token);
    const language = languageOf(request);
    const { table } = consent();
    // What somebody agrees to is what they read.
    if (form.get('texts') !== pageVersion(table, language))
      return send(reply, await show(request, { notice: { kind: 'bad', words: pageWords.changed } }));
    const about = { ...entry(request, record), action: 'preferences.save' };
    await log({ ...about, outcome: 'attempted' });
    const { recorded, held } = await preferences().save(record, choicesOf(form), language);
    await log({ ...about, outcome: 'done' });
    if (held.length > 0) return send(reply, await show(request, { notice: { kind: 'bad', words: pageWords.held, about: held } }));
    return reply.redirect(`/preferences/${token}?lang=${language}&saved=${recorded === 0 ? 'nothing' : 'yes'}`, 303);
  });
  scope.get<Page>('/preferences/:token/receipt', { schema: pageSchemas.receipt, config: exempt }, async (request, reply) => {
    const { record } = await open(request.params.token);
    await log({ ...entry(request, record), action: 'preferences.receipt', outcome: 'allowed' });
    const receipts = await consent().receipts(record);
    reply.header('content-disposition', 'attachment; filename="consent-receipt.json"');
    return reply.type('application/json; charset=utf-8').send(`${JSON.stringify({ receipts }, null, 2)}\n`);
  });
}

type Requested = (token: string) => ReturnType<Preferences['requestOf']>;

function mountConfirmation(scope: FastifyInstance, parts: PreferenceRoutesParts, open: Requested): void {
  const { consent, preferences, log } = parts;
  const entry = (request: FastifyRequest, subject: number, outcome: string) => ({
    actor: customer,
    action: 'preferences.confirm',
    outcome,
    subject,
    fields: ['consents'],
    correlationId: request.id,
  });
  const path = '/preferences/confirm/:token';
  scope.get<Page>(path, { schema: pageSchemas.ask, config: exempt }, async (request, reply) => {
    const { token } = request.params;
    const { record, ...asked } = await open(token);
    await log(entry(request, record, 'allowed'));
    const language = request.query.lang ?? asked.language;
    return send(reply, confirmationPage(consent().table, asked, language, token));
  });
  scope.post<Page & Form>(path, { schema: pageSchemas.confirm, config: exempt }, async (request, reply) => {
    sameSite(request, parts.publicUrl);
    const form = formOf(request);
    const { token } = request.params;
    const { record, ...asked } = await open(token);
    const language = languageOf(request);
    const { table } = consent();
    if (form.get('texts') !== pageVersion(table, language)) return send(reply, confirmationPage(table, asked, language, token));
    // Pressed again, or after a no: nothing will be done, and the log does not say that it was tried.
    if (asked.state !== 'pending') {
      await log(entry(request, record, 'allowed'));
      return send(reply, confirmationPage(table, asked, language, token));
    }
    await log(entry(request, record, 'attempted'));
    const confirmed = await preferences().confirm(token, language);
    await log(entry(request, record, 'done'));
    return send(reply, confirmationPage(table, confirmed, language, token));
  });
}

const exempt = { audit: { exempt: 'writes its entries itself: the actor is the customer, who signs in by the link' } };

function send(reply: FastifyReply, page: string): FastifyReply {
  return reply.type('text/html; charset=utf-8').serializer(String).send(page);
}

/** The form's, then the address's, then the browser's. */
function languageOf(request: FastifyRequest): Language {
  const { lang } = (request.query ?? {}) as { lang?: unknown };
  const typed = request.body instanceof URLSearchParams ? request.body.get('lang') : lang;
  return typed === 'zh' || typed === 'en' ? typed : chooseLanguage(request.headers['accept-language']);
}

function formOf({ body }: FastifyRequest<Form>): URLSearchParams {
  if (!(body instanceof URLSearchParams)) throw new Fault('bad_request', 'body: no form');
  return body;
}

/** A form of another site has no business here, should its owner have got hold of an address. @throws {Fault} `cross_site` */
function sameSite(request: FastifyRequest, publicUrl: string | undefined): void {
  const { origin, 'sec-fetch-site': site } = request.headers;
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw new Fault('cross_site', 'sec-fetch-site');
  // Browsers that say where a form comes from by its origin alone.
  const own = [request.host, ...(publicUrl === undefined ? [] : [new URL(publicUrl).host])];
  const isOwn = origin === undefined || (URL.canParse(origin) && own.includes(new URL(origin).host));
  if (site === undefined && !isOwn) throw new Fault('cross_site', 'origin');
}

/** What differs from what the page showed. `all` takes everything back. */
function choicesOf(form: URLSearchParams): Choice[] {
  const on = new Set(form.getAll('on'));
  const none = form.get('all') === 'none';
  return form.getAll('shown').flatMap((shown) => {
    const [purpose, channel, was] = shown.split(' ');
    if (purpose === undefined || channel === undefined || (was !== '0' && was !== '1')) throw new Fault('bad_request', 'shown');
    const wanted = !none && on.has(`${purpose} ${channel}`);
    return wanted === (was === '1') ? [] : [{ purpose, channel, wanted }];
  });
}

function noticeOf(saved: string): NonNullable<PageParts['notice']> {
  return saved === 'yes' ? { kind: 'good', words: pageWords.saved } : { kind: 'good', words: pageWords.unchanged };
}
