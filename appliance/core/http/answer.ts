// How a fault becomes an answer: status, public words in the caller's language, what to do next, when to try again. Whatever is
// not a known fault says "internal" and no more, since its message may quote the request.

import { SealBroken } from '../../../crypto/envelope.ts';
import { catalogue, Fault, type FaultCode } from '../errors.ts';

export type Language = 'en' | 'zh';

/** The body of every answer that is not a success. */
export type ErrorBody = {
  error: { code: FaultCode; message: string; next: string; where?: string; correlationId: string };
};

export type ErrorAnswer = { status: number; body: ErrorBody; retryAfterS: number | undefined };

/** How long a client should wait, in seconds, when the fault itself does not say. */
const retryAfterS: { readonly [code in FaultCode]?: number } = {
  // Segment's clients give up after some twenty waits, so a wait of five seconds rides out two minutes of overload.
  too_busy: 5,
  sealed: 60,
  store_unavailable: 10,
  disk_full: 60,
  store_read_only: 60,
  stopping: 10,
  upgrading: 5,
};

const acceptLanguageLimit = 256;

/** Chooses English or Chinese from an Accept-Language header (RFC 9110, section 12.5.4); English when neither is named. */
export function chooseLanguage(header: string | undefined): Language {
  if (header === undefined || header.length > acceptLanguageLimit) return 'en';
  let best: Language = 'en';
  let bestQuality = 0;
  for (const part of header.split(',')) {
    const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
    const language = /^zh(-|$)/.test(tag) ? 'zh' : /^en(-|$)/.test(tag) ? 'en' : undefined;
    if (language === undefined) continue;
    const weight = parameters.map((parameter) => /^\s*q=([01](?:\.\d{0,3})?)\s*$/.exec(parameter)?.[1]).find(Boolean);
    const quality = weight === undefined ? 1 : Number(weight);
    if (quality > bestQuality) {
      best = language;
      bestQuality = quality;
    }
  }
  return best;
}

/** The answer for anything that was thrown while a request was served. */
export function answerFor(thrown: unknown, language: Language, correlationId: string): ErrorAnswer {
  const fault = toFault(thrown);
  const entry = catalogue[fault.code];
  const body: ErrorBody = {
    error: {
      code: fault.code,
      message: fault.words.message[language],
      next: fault.words.next[language],
      ...(fault.where === undefined ? {} : { where: fault.where }),
      correlationId,
    },
  };
  const waitS = fault.retryAfterS ?? retryAfterS[fault.code];
  const asksToWait = entry.status === 429 || entry.status === 503;
  return { status: entry.status, body, retryAfterS: asksToWait ? Math.max(1, Math.ceil(waitS ?? 10)) : undefined };
}

type FastifyLike = {
  code?: unknown;
  statusCode?: unknown;
  validation?: readonly { instancePath?: string; params?: { [name: string]: unknown } }[];
  validationContext?: string;
};

/** Reads the errors of the HTTP library into the catalogue. What is no error of the caller's is `internal`. */
export function toFault(thrown: unknown): Fault {
  if (thrown instanceof Fault) return thrown;
  if (thrown instanceof SealBroken) return new Fault('seal_broken', undefined, { cause: thrown });
  const error = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as FastifyLike;
  if (Array.isArray(error.validation)) return new Fault('bad_request', whereInvalid(error), { cause: thrown });
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new Fault('too_large', 'body', { cause: thrown });
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new Fault('unreadable_body', 'content-type', { cause: thrown });
    case 'FST_ERR_BAD_URL':
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new Fault('bad_request', 'url', { cause: thrown });
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new Fault('unreadable_body', 'body', { cause: thrown });
  }
  const status = error.statusCode;
  if (status === 413) return new Fault('too_large', 'body', { cause: thrown });
  if (typeof status === 'number' && status >= 400 && status < 500) return new Fault('bad_request', undefined, { cause: thrown });
  return new Fault('internal', undefined, { cause: thrown });
}

/** Names the field, never its value: "body/name", or "body/" and the missing or unexpected property. */
function whereInvalid(error: FastifyLike): string {
  const first = error.validation?.[0];
  const context = error.validationContext ?? 'request';
  const missing = first?.params?.missingProperty;
  const path = `${context}${first?.instancePath ?? ''}${typeof missing === 'string' ? `/${missing}` : ''}`;
  return path.slice(0, 200);
}
