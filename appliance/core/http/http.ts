// The server base that every route stands on: limits, timeouts, request ids, error answers, the sealed gate, the load gate, health
// and the OpenAPI document. One place, so that no route can forget one of them.

import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import type { TlsOptions } from 'node:tls';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import { Fault } from '../errors.ts';
import type { Ports } from '../ports.ts';
import type { HttpMeter } from '../telemetry/metrics.ts';
import { requestIdOf } from '../telemetry/request-id.ts';
import type { Tracing } from '../telemetry/tracing.ts';
import { answerFor, chooseLanguage } from './answer.ts';
import { mountBelonging } from './belonging.ts';
import { createGate, type Gate, watchLoopDelay } from './gate.ts';
import { mountHandlerTimeout } from './handler-timeout.ts';
import { mountHealth, type Readiness } from './health.ts';
import { parseSafeJson } from './json.ts';
import { type LogLevel, type LogSink, loggerOptions } from './log.ts';
import { mountOpenApi } from './openapi.ts';
import { createSerializerCompiler } from './serialize.ts';
import { createValidatorCompiler } from './validate.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answered while sealed, stopping or overloaded: health only. */
    always?: boolean;
    /** Answered while sealed (the route that unseals). */
    whileSealed?: boolean;
    /** Of several nodes every one answers it, not the lead alone. */
    everyNode?: boolean;
    /** Long-lived answers (streams) have a limit of their own and hold no place in the load gate. */
    ungated?: boolean;
    /** The status for faults that pass by themselves, where clients retry on one status only; else the catalogue's. */
    temporaryStatus?: number;
  }
}

export const httpLimits = {
  /** A body of the API unless its route says otherwise. Beyond: 413. */
  bodyBytes: 1024 * 1024,
  /** Objects and arrays inside each other in a JSON body of the API. Beyond: 400. */
  jsonDepth: 32,
  /** Request line and headers. Beyond: 431. */
  headerBytes: 16 * 1024,
  /** A whole request, from the first byte to the last of its body. Beyond: the connection is closed. */
  requestMs: 30_000,
  /** A handler. Beyond: 429, the work goes on and its outcome is lost to the caller, who sends again. */
  handlerMs: 60_000,
  /** An idle connection. Longer than the 60 s of the usual load balancers, so that they close first. */
  keepAliveMs: 72_000,
  /** Open connections. Beyond: a new one is closed at once. */
  connections: 10_000,
  requestsInFlight: 1_000,
  bytesInFlight: 64 * 1024 * 1024,
  loopDelayMs: 400,
  /** A path parameter. Beyond: 404. */
  pathParameterLength: 512,
} as const;

export type HttpLimits = { readonly [name in keyof typeof httpLimits]: number };

export type HttpOptions = {
  ports: Ports;
  version: string;
  isSealed(): boolean;
  /** Whether this node is the one of several that answers everything; a node alone is when absent. */
  isLead?(): boolean;
  /** Why the node is not ready, beside being sealed and stopping, for `/health/ready`. */
  problem?: Readiness['problem'];
  tracing?: Tracing | undefined;
  /** Counts requests. */
  meter?: HttpMeter;
  /** Follows no request: what a bench compares with. */
  unwatched?: true;
  limits?: Partial<HttpLimits>;
  log?: { level: LogLevel; sink?: LogSink };
  /** Addresses of proxies whose X-Forwarded-* headers are believed; none by default. */
  trustedProxies?: readonly string[];
  /** Mean delay of the event loop in milliseconds; measured when absent. */
  loopDelayMs?(): number;
  /** Serves HTTPS with these; plain HTTP when absent. */
  tls?: TlsOptions;
};

/**
 * The server without any route but health, `/openapi.json` and `/docs`. Mount the others by `http.register(plugin)`, then `listen`.
 * `http.close()` ends it gracefully: new requests get `stopping`, those under way are finished, streams are told to end.
 */
export function createHttp(options: HttpOptions): FastifyInstance {
  const limits: HttpLimits = { ...httpLimits, ...options.limits };
  const server = { maxHeaderSize: limits.headerBytes, connectionsCheckingInterval: 5_000 };
  const http = fastify({
    logger: loggerOptions(options.log?.level ?? 'silent', options.log?.sink),
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'correlationId' }),
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.keepAliveMs,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    trustProxy: options.trustedProxies === undefined ? false : [...options.trustedProxies],
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: limits.pathParameterLength },
    ...(options.tls ? { https: { ...server, ...options.tls } } : { http: server }),
    genReqId: (request: { headers: IncomingHttpHeaders }) => requestIdOf(request.headers, options.ports),
    frameworkErrors: (error, request, reply) => answer(error, request, reply),
    clientErrorHandler: answerUnparsed,
  }) as unknown as FastifyInstance;

  http.server.maxConnections = limits.connections;
  http.setValidatorCompiler(createValidatorCompiler());
  http.setSerializerCompiler(createSerializerCompiler());
  http.setErrorHandler(answer);
  http.setNotFoundHandler(async () => {
    throw new Fault('not_found', 'url');
  });
  readJsonSafely(http, limits);
  if (!options.unwatched) mountBelonging(http, options);
  mountHandlerTimeout(http, limits.handlerMs);
  const state = guard(http, options, limits);
  http.addHook('onResponse', logResponse);
  mountOpenApi(http, options.version);
  mountHealth(http, {
    isSealed: options.isSealed,
    isStopping: () => state.stopping,
    isLead: () => options.isLead?.() ?? true,
    problem: () => options.problem?.(),
  });
  return http;
}

const securityHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

/** Over TLS, here or at a proxy that is trusted, browsers are told to come back by nothing else for a year. */
const headersFor = (request: FastifyRequest) =>
  request.protocol === 'https' ? { ...securityHeaders, 'strict-transport-security': 'max-age=31536000' } : securityHeaders;

/** Decides before the body is read whether a request may come in at all. */
function guard(http: FastifyInstance, options: HttpOptions, limits: HttpLimits): { stopping: boolean } {
  const state = { stopping: false };
  // Watched from when the node serves: what it did before, starting up, is no overload.
  let watch: ReturnType<typeof watchLoopDelay> | undefined;
  http.addHook('onListen', (done) => {
    if (options.loopDelayMs === undefined) watch ??= watchLoopDelay();
    done();
  });
  const loopDelayMs = options.loopDelayMs ?? (() => watch?.delayMs() ?? 0);
  const gate = createGate(
    { requests: limits.requestsInFlight, bytes: limits.bytesInFlight, loopDelayMs: limits.loopDelayMs },
    loopDelayMs,
  );
  http.addHook('onRequest', (request, reply, done) => {
    reply.headers(headersFor(request));
    const config = request.routeOptions.config;
    if (config.always === true) return done();
    if (state.stopping) return done(new Fault('stopping'));
    if (config.whileSealed !== true && options.isSealed()) return done(new Fault('sealed'));
    const here = config.everyNode === true || config.whileSealed === true || (options.isLead?.() ?? true);
    if (!here) return done(new Fault('not_the_lead'));
    if (config.ungated !== true && !enterGate(gate, request, reply)) return done(new Fault('too_busy'));
    done();
  });
  http.addHook('preClose', (done) => {
    state.stopping = true;
    done();
  });
  http.addHook('onClose', async () => watch?.stop());
  return state;
}

function enterGate(gate: Gate, request: FastifyRequest, reply: FastifyReply): boolean {
  const bytes = bytesExpected(request);
  if (!gate.enter(bytes)) return false;
  let held = true;
  const leave = () => {
    if (held) gate.leave(bytes);
    held = false;
  };
  // "close" comes also when the client hangs up before the answer; "finish" comes first where the connection is kept alive.
  reply.raw.once('finish', leave);
  reply.raw.once('close', leave);
  return true;
}

/** What a body may come to in memory: its stated length, or the whole limit where it is packed or streamed. */
function bytesExpected(request: FastifyRequest): number {
  const limit = request.routeOptions.bodyLimit ?? 0;
  const headers = request.headers;
  if (headers['transfer-encoding'] !== undefined || headers['content-encoding'] !== undefined) return limit;
  const stated = Number(headers['content-length'] ?? 0);
  return Number.isSafeInteger(stated) && stated > 0 ? Math.min(stated, limit) : 0;
}

function readJsonSafely(http: FastifyInstance, limits: HttpLimits): void {
  http.removeContentTypeParser(['application/json', 'text/plain']);
  http.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, (body as Buffer).length === 0 ? undefined : parseSafeJson(body as Buffer, limits.jsonDepth));
    } catch (error) {
      done(error as Error, undefined);
    }
  });
}

/** The one error handler. */
function answer(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, body, retryAfterS } = answerFor(error, chooseLanguage(request.headers['accept-language']), request.id);
  if (retryAfterS !== undefined) reply.header('retry-after', String(retryAfterS));
  // A refused body is drained, not cut off: a client that sees its connection reset would send the same body again.
  if (body.error.code === 'too_large') reply.removeHeader('connection');
  if (status >= 500 && status !== 503) {
    request.log.error({ route: request.routeOptions?.url, err: error }, 'request failed');
  } else {
    request.log.debug({ route: request.routeOptions?.url, code: body.error.code }, 'request refused');
  }
  const temporary = retryAfterS === undefined ? undefined : request.routeOptions?.config?.temporaryStatus;
  return reply
    .code(temporary ?? status)
    .headers({ ...headersFor(request), 'x-correlation-id': request.id, 'x-request-id': request.id })
    .type('application/json; charset=utf-8')
    .serializer(JSON.stringify)
    .send(body);
}

function logResponse(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  if (request.log.level === 'debug' || request.log.level === 'trace') {
    const route = request.routeOptions.url ?? 'unknown';
    const durationMs = Math.round(reply.elapsedTime * 10) / 10;
    request.log.debug({ method: request.method, route, status: reply.statusCode, durationMs }, 'request');
  }
  done();
}

/** For bytes that are not HTTP, headers that are too long, and requests that never end: no request object exists for them. */
function answerUnparsed(error: Error & { code?: string }, socket: Socket): void {
  // A handshake that failed leaves nothing to write on: the socket would stay open until the client gave up.
  const isNoHandshake = 'encrypted' in socket && !/^(HPE_|ERR_HTTP_)/.test(error.code ?? '');
  if (isNoHandshake || error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const [line, fault] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? ['431 Request Header Fields Too Large', new Fault('too_large', 'headers')]
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ['408 Request Timeout', new Fault('bad_request', 'the request took too long')]
        : ['400 Bad Request', new Fault('bad_request', 'http')];
  const body = JSON.stringify(answerFor(fault, 'en', 'none').body);
  socket.end(
    `HTTP/1.1 ${line}\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\n` +
      `connection: close\r\n\r\n${body}`,
  );
}
