// What every route of the API says of itself for the audit log, and the hooks that hold it to that: the entry of a change is on
// disk before the handler runs, and what became of it before the answer goes out; the entry of a read before anything of it leaves.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AuditEntry } from '../audit/audit.ts';
import { Fault } from '../errors.ts';
import { answerFor, chooseLanguage, toFault } from './answer.ts';

/** A request as far as it says what it is about: checked against its schema already. */
export type Asked = {
  readonly params: { readonly [name: string]: unknown };
  readonly query: { readonly [name: string]: unknown };
  readonly body: { readonly [name: string]: unknown };
};

export type AuditRule =
  | {
      /** Such as `profile.read`. */
      readonly action: string;
      /** It changes something: an entry before it, and one of its outcome. */
      readonly change?: true;
      /** The handler waits for the entry too: it reads the log, which is to tell of this reading. */
      readonly first?: true;
      /** Numbers of the records or persons it is about, as far as the request tells; see also `request.auditSubjects`. */
      readonly subjects?: (asked: Asked) => readonly (number | undefined)[];
      /** Which parts of them. */
      readonly fields?: (asked: Asked) => readonly string[];
      /** Who writes the entry, where a hook cannot since the log opens or closes with the request. */
      readonly writtenBy?: string;
    }
  | {
      /** Why nothing is logged: it gives and changes nothing of a customer or of how the node is set up. */
      readonly exempt: string;
    };

declare module 'fastify' {
  interface FastifyContextConfig {
    audit?: AuditRule;
  }
  interface FastifyRequest {
    /** Entries of this request that wait for their outcome. */
    audited: AuditedEntry[] | undefined;
    /** Resolves when the entry of a read is on disk; its answer waits for it. */
    auditWritten: Promise<void> | undefined;
    /** The code of the fault that the request ended in. */
    auditedFault: string | undefined;
    /** For subjects that come to light while the request is served: await it before anything of them is read. */
    auditSubjects(subjects: readonly number[], fields: readonly string[]): Promise<void>;
    /** The entry of a request that is refused. */
    auditRefusal(): Promise<void>;
    /** For the entry of the outcome, where it came to light in between who asked: somebody has signed in. */
    auditActor(actor: string): void;
    /** For the entry of the outcome, where it came to light in between what it is about: `person 3`, no customer. */
    auditTarget(target: string): void;
  }
}

/** An entry of a request is found by its id. */
export type AuditedEntry = AuditEntry & { correlationId: string };

export type AuditHooks = {
  /** Resolves when all are on disk. Throws `sealed` while there is no log. */
  append(entries: readonly AuditedEntry[]): Promise<void>;
  isOpen(): boolean;
};

export const auditedLimits = {
  /** Subjects of one request. Beyond: limit_reached. */
  subjects: 1_000,
  /** Names of fields in one entry; further ones are left out, and `...` says so. */
  fields: 100,
} as const;

/** A name, not a sentence: purposes are declared, and sentences may hold what should be erasable. */
const purposePattern = /^[a-z][a-z0-9._-]{0,63}$/;
export const purposeHeader = 'x-purpose';

/** Mount it before the routes. */
export function mountAudited(http: FastifyInstance, hooks: AuditHooks): void {
  http.decorateRequest('audited', undefined);
  http.decorateRequest('auditWritten', undefined);
  http.decorateRequest('auditedFault', undefined);
  http.decorateRequest('auditSubjects', async function (this: FastifyRequest, subjects, fields) {
    const rule = ruleOf(this);
    if (!rule) throw new TypeError('a route that reads of subjects says its audit action');
    await hooks.append(entriesOf(this, rule.action, 'allowed', subjects, fields));
  });
  http.decorateRequest('auditRefusal', async function (this: FastifyRequest) {
    const rule = ruleOf(this);
    if (!rule || !hooks.isOpen()) return;
    const { subjects, fields } = aboutOf(this, rule);
    await hooks.append(entriesOf(this, rule.action, 'refused', subjects, fields, rule.subjects !== undefined));
  });
  http.decorateRequest('auditActor', function (this: FastifyRequest, actor) {
    for (const entry of this.audited ?? []) entry.actor = actor;
  });
  http.decorateRequest('auditTarget', function (this: FastifyRequest, target) {
    for (const entry of this.audited ?? []) entry.target = target;
  });
  http.addHook('preHandler', async (request, reply) => {
    const rule = ruleOf(request);
    if (!rule || rule.writtenBy !== undefined) return;
    // A sealed node answers only what opens it, and has no log to write to.
    if (!hooks.isOpen() && request.routeOptions.config.whileSealed === true) return;
    const { subjects, fields } = aboutOf(request, rule);
    const outcome = rule.change ? 'attempted' : 'allowed';
    const entries = entriesOf(request, rule.action, outcome, subjects, fields, rule.subjects !== undefined);
    reply.header('x-correlation-id', request.id);
    const written = hooks.append(entries);
    if (rule.change) request.audited = entries;
    // A change waits for its entry. A read goes on beside it and its answer waits: nothing read leaves before the entry is on disk. A stream
    // has no answer that could wait.
    if (rule.change || rule.first || request.routeOptions.config.ungated === true) return written;
    written.catch(() => undefined);
    request.auditWritten = written;
  });
  http.addHook('onError', async (request, _reply, error) => {
    request.auditedFault ??= toFault(error).code;
  });
  http.addHook('onSend', async (request: FastifyRequest, reply: FastifyReply, payload) => {
    const { audited: entries, auditWritten: written } = request;
    request.audited = undefined;
    request.auditWritten = undefined;
    const refused = await written?.then(
      () => undefined,
      (fault: unknown) => ({ fault }),
    );
    if (refused) return refuse(request, reply, refused.fault);
    if (entries) {
      const outcome = reply.statusCode < 400 ? 'done' : `failed:${request.auditedFault ?? reply.statusCode}`;
      await hooks.append(entries.map((entry) => ({ ...entry, outcome })));
    }
    return payload;
  });
}

/** In place of the answer, which has been made already and goes nowhere. */
function refuse(request: FastifyRequest, reply: FastifyReply, fault: unknown): string {
  const { status, body, retryAfterS } = answerFor(fault, chooseLanguage(request.headers['accept-language']), request.id);
  if (retryAfterS !== undefined) reply.header('retry-after', String(retryAfterS));
  if (status >= 500 && status !== 503) request.log.error({ route: request.routeOptions.url, err: fault }, 'request failed');
  reply.code(status).type('application/json; charset=utf-8').removeHeader('content-length');
  return JSON.stringify(body);
}

function ruleOf(request: FastifyRequest): Exclude<AuditRule, { exempt: string }> | undefined {
  const rule = request.routeOptions.config.audit;
  return rule && !('exempt' in rule) ? rule : undefined;
}

function aboutOf(request: FastifyRequest, rule: NonNullable<ReturnType<typeof ruleOf>>) {
  const asked = askedOf(request);
  const subjects = (rule.subjects?.(asked) ?? []).filter((subject) => subject !== undefined);
  return { subjects, fields: rule.fields?.(asked) };
}

export function askedOf(request: FastifyRequest): Asked {
  const { params, query, body } = request as { params?: unknown; query?: unknown; body?: unknown };
  const object = (value: unknown) => (typeof value === 'object' && value !== null ? value : {}) as Asked['params'];
  return { params: object(params), query: object(query), body: object(body) };
}

/** One for each subject, or one. @param aboutSubjects the address names customers, so none of it is kept where none was found */
function entriesOf(
  request: FastifyRequest,
  action: string,
  outcome: string,
  subjects: readonly number[],
  fields: readonly string[] | undefined,
  aboutSubjects = false,
): AuditedEntry[] {
  if (subjects.length > auditedLimits.subjects) throw new Fault('limit_reached', 'auditedLimits.subjects');
  const purpose = purposeOf(request);
  const common = {
    actor: request.principal?.actor ?? 'unknown',
    action,
    outcome,
    correlationId: request.id,
    ...(request.decision?.policy !== undefined && { policy: request.decision.policy }),
    ...(purpose !== undefined && { purpose }),
    ...(fields && fields.length > 0 && { fields: bounded(fields) }),
  };
  if (subjects.length > 0) return [...new Set(subjects)].map((subject) => ({ ...common, subject }));
  const target = aboutSubjects ? undefined : targetOf(request);
  return [{ ...common, ...(target !== undefined && { target }) }];
}

function bounded(fields: readonly string[]): readonly string[] {
  return fields.length <= auditedLimits.fields ? fields : [...fields.slice(0, auditedLimits.fields), '...'];
}

/** @throws {Fault} `bad_request` */
export function purposeOf(request: FastifyRequest): string | undefined {
  const given = request.headers[purposeHeader];
  if (given === undefined) return undefined;
  if (typeof given !== 'string' || !purposePattern.test(given)) throw new Fault('bad_request', `header ${purposeHeader}`);
  return given;
}

/** The numbers in the address: `id 3`. Nothing else of a request is kept. */
function targetOf(request: FastifyRequest): string | undefined {
  const numbers = Object.entries((request.params ?? {}) as object).filter(([, value]) => typeof value === 'number');
  return numbers.length === 0 ? undefined : numbers.map(([name, value]) => `${name} ${value}`).join(', ');
}
