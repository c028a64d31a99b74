// The ways in beside a password over HTTP: the organisation's provider, and passkeys.

import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { catalogue, Fault } from '../errors.ts';
import { toFault } from '../http/answer.ts';
import { errorResponses } from '../http/openapi.ts';
import type { Access } from './access.ts';
import { mountApiKeys } from './api-key-routes.ts';
import { sessionOf } from './authenticate.ts';
import { readCookie } from './cookies.ts';
import type { Entrances } from './entrances.ts';
import { passkeyLimits } from './passkeys.ts';
import { checkNotCrossSite } from './same-origin.ts';
import { sessionSchemas } from './schemas.ts';
import { scimRoutes } from './scim-routes.ts';
import { clientOf, renewed, welcome } from './session-routes.ts';

export type EntranceRoutesParts = { access(): Access; entrances(): Entrances; publicUrl?: string };

const callbackPath = '/api/session/oidc/callback';
/** Lax, since the browser comes back from the provider with it. */
const bindingCookie = '__Host-holdfast-provider';
const bindingFixed = 'Path=/; Secure; HttpOnly; SameSite=Lax';

const loose = { type: 'object', additionalProperties: true } as const;
const open = (action: string, why: string) => ({ audit: { action, change: true }, access: { open: why } }) as const;
/** What the provider says; looked at as it came. */
const said = { type: 'string' } as const;
const signedOut = { tags: ['session'], security: [] };
const mine = { tags: ['session'], security: [{ accessToken: [] }, { session: [] }] };
const signedIn = sessionSchemas.signIn.response[200];

const id = { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER } as const;
const passkey = {
  type: 'object',
  required: ['id', 'name', 'createdAtMs', 'backedUp'],
  properties: {
    id,
    name: { type: 'string' },
    createdAtMs: { type: 'integer' },
    lastUsedAtMs: { type: 'integer' },
    backedUp: { type: 'boolean', description: 'The maker of the device keeps a copy of it.' },
  },
} as const;
const passkeyExample = { id: 4, name: 'Work laptop', createdAtMs: 1790000000000, backedUp: false };
const credentialExample = { id: 'SQM5c3Q', rawId: 'SQM5c3Q', type: 'public-key', response: {}, clientExtensionResults: {} };
const credential = {
  ...loose,
  required: ['id', 'rawId', 'type', 'response'],
  properties: { id: { type: 'string', maxLength: 1400 } },
} as const;
const challengeSchema = {
  ...loose,
  description: 'As `navigator.credentials.get` and `create` take it, in JSON.',
  examples: [{ challenge: 'AAECAwQFBgcICQoLDA0ODw', rpId: 'cdp.example.com', userVerification: 'required' }],
} as const;
const withCredential = (more: object, example: object) => ({
  type: 'object',
  additionalProperties: false,
  required: ['credential', ...Object.keys(more).filter((name) => name === 'name')],
  properties: { credential, ...more },
  examples: [{ credential: credentialExample, ...example }],
});
const bearer = sessionSchemas.signIn.body.properties.bearer!;

/** `/api/api-keys…`, `/scim/v2/…`, `/api/session/{oidc,passkey}…`, `/api/account/passkeys…`. Mount it behind the door. */
export async function mountEntrances(scope: FastifyInstance, parts: EntranceRoutesParts): Promise<void> {
  const { entrances, publicUrl } = parts;
  mountApiKeys(scope, { apiKeys: () => entrances().apiKeys });
  await scope.register(scimRoutes({ scim: () => entrances().scim, ...(publicUrl !== undefined && { publicUrl }) }));
  mountProvider(scope, parts);
  mountPasskeySignIn(scope, parts);
  mountOwnPasskeys(scope, parts);
}

/** Before the log and the handler: no page of another site begins it, and few at once. */
function admit({ access, publicUrl }: EntranceRoutesParts) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    checkNotCrossSite(request, publicUrl);
    const leave = access().enter();
    reply.raw.once('finish', leave);
    reply.raw.once('close', leave);
  };
}

function mountProvider(scope: FastifyInstance, parts: EntranceRoutesParts): void {
  const { entrances, publicUrl } = parts;
  scope.get(
    '/api/session/ways',
    {
      schema: {
        ...signedOut,
        summary: 'Which ways there are to sign in beside a password',
        response: {
          200: {
            type: 'object',
            required: ['provider', 'passkeys'],
            properties: {
              provider: { type: 'boolean', description: "The organisation's own, by OpenID Connect." },
              passkeys: { type: 'boolean', description: 'The node has a DNS name that they are bound to.' },
            },
            examples: [{ provider: false, passkeys: true }],
          },
          ...errorResponses(503),
        },
      },
      config: {
        access: { open: 'whoever signs in is not signed in yet' },
        audit: { exempt: 'what the door looks like; asked for by whoever stands before it' },
      },
    },
    async () => ({ provider: entrances().oidc !== undefined, passkeys: entrances().passkeys.available }),
  );
  const provider = () => {
    const { oidc, outside } = entrances();
    if (!oidc) throw new Fault('not_found', 'directory.oidc');
    return { oidc, outside };
  };
  scope.post<{ Body: { stepUp?: boolean } | null }>(
    '/api/session/oidc/start',
    {
      schema: {
        ...signedOut,
        summary: "Begin to sign in by the organisation's provider",
        description: 'Send the browser to `url`. It comes back by the callback, signed in.',
        body: {
          type: ['object', 'null'],
          additionalProperties: false,
          properties: {
            stepUp: { type: 'boolean', description: 'The provider is to see the person again, for dangerous acts.' },
          },
          examples: [{}],
        },
        response: {
          200: {
            type: 'object',
            required: ['url'],
            properties: { url: { type: 'string' } },
            examples: [{ url: 'https://login.example.com/authorize?client_id=holdfast' }],
          },
          ...errorResponses(400, 401, 403, 404, 429, 503),
        },
      },
      config: open('session.provider-start', 'whoever begins to sign in is not signed in yet'),
      preValidation: admit(parts),
    },
    async (request, reply) => {
      const base = publicUrl?.replace(/\/+$/, '') ?? `${request.protocol}://${request.host}`;
      const { url, binding } = await provider().oidc.begin(base + callbackPath, request.body?.stepUp === true);
      reply.header('set-cookie', `${bindingCookie}=${binding}; ${bindingFixed}; Max-Age=600`);
      return { url };
    },
  );
  const page = (description: string) => ({
    description,
    content: { 'text/html': { schema: { type: 'string', examples: ['<!doctype html>'] } } },
  });
  scope.get(
    callbackPath,
    {
      schema: {
        ...signedOut,
        summary: "Where the organisation's provider sends the browser back to",
        querystring: { type: 'object', properties: { code: said, state: said, iss: said, error: said } },
        response: {
          200: page('Signed in; the page leads on.'),
          ...Object.fromEntries(
            [401, 404, 503].map((status) => [status, page('Not signed in; the page says why and leads back.')]),
          ),
        },
      },
      config: open('session.provider', 'what the provider gave the browser is looked at here'),
    },
    async (request, reply) => {
      reply.header('content-security-policy', "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
      reply.header('cache-control', 'no-store').type('text/html; charset=utf-8');
      try {
        const { oidc, outside } = provider();
        const { search } = new URL(request.url, 'http://localhost');
        const { identity, stepUp } = await oidc.end(readCookie(request, bindingCookie), search);
        welcome(reply, await outside.signIn(identity, clientOf(request), stepUp));
        return leadingOn('0;url=/', 'Signed in.', '已登录。');
      } catch (error) {
        const fault = toFault(error);
        if (fault.code === 'internal') throw error;
        request.auditedFault = fault.code;
        request.log.debug({ code: fault.code }, 'sign-in by the provider refused');
        const { status, message, next } = catalogue[fault.code];
        (reply as FastifyReply).code(status);
        return leadingOn(undefined, `${message.en} ${next.en}`, `${message.zh}${next.zh}`);
      }
    },
  );
}

/** A page of its own and no redirect: the session's cookie is strict, and a browser that comes from another site would not send it on. */
function leadingOn(refresh: string | undefined, en: string, zh: string): string {
  const meta = refresh === undefined ? '' : `<meta http-equiv="refresh" content="${refresh}">`;
  const text = (words: string) => words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Holdfast</title>${meta}</head><body><p>${text(en)}</p><p lang="zh">${text(zh)}</p><p><a href="/">Holdfast</a></p></body></html>`;
}

function mountPasskeySignIn(scope: FastifyInstance, parts: EntranceRoutesParts): void {
  const { entrances } = parts;
  scope.post(
    '/api/session/passkey/challenge',
    {
      schema: {
        ...signedOut,
        summary: 'What a passkey is to sign, to sign in or step up',
        body: { type: ['object', 'null'], additionalProperties: false, properties: {}, examples: [{}] },
        response: { 200: challengeSchema, ...errorResponses(400, 401, 403, 409, 429, 503) },
      },
      config: {
        access: { open: 'whoever signs in is not signed in yet' },
        audit: { exempt: 'it gives a random number to whoever asks, and changes nothing' },
      },
      preValidation: admit(parts),
    },
    async () => entrances().passkeys.challenge(),
  );
  scope.post<{ Body: { credential: AuthenticationResponseJSON; bearer?: boolean } }>(
    '/api/session/passkey',
    {
      schema: {
        ...signedOut,
        summary: 'Sign in by a passkey, or give it as the second factor after a password',
        body: withCredential({ bearer }, {}),
        response: { 200: signedIn, ...errorResponses(400, 401, 403, 409, 429, 503) },
      },
      config: open('session.passkey', 'this is where people sign in'),
      preValidation: admit(parts),
    },
    async (request, reply) => {
      const { credential: response, bearer: wanted } = request.body;
      return welcome(reply, await entrances().passkeys.signIn(response, clientOf(request)), wanted);
    },
  );
}

function mountOwnPasskeys(scope: FastifyInstance, { entrances }: EntranceRoutesParts): void {
  scope.post<{ Body: { credential: AuthenticationResponseJSON } }>(
    '/api/session/passkey/step-up',
    {
      schema: {
        ...mine,
        summary: 'Prove again who you are by a passkey',
        body: withCredential({}, {}),
        response: { 200: sessionSchemas.stepUp.response[200], ...errorResponses(400, 401, 403, 409, 503) },
      },
      config: { audit: { action: 'session.step-up', change: true } },
    },
    async (request, reply) =>
      renewed(request, reply, await entrances().passkeys.stepUp(sessionOf(request), request.body.credential)),
  );
  scope.get(
    '/api/account/passkeys',
    {
      schema: {
        ...mine,
        summary: 'Your own passkeys',
        response: {
          200: {
            type: 'object',
            required: ['available', 'passkeys'],
            properties: {
              available: { type: 'boolean', description: 'Whether the node has a DNS name that passkeys can be bound to.' },
              passkeys: { type: 'array', items: passkey },
            },
            examples: [{ available: true, passkeys: [passkeyExample] }],
          },
          ...errorResponses(401, 403, 503),
        },
      },
      config: { audit: { action: 'account.passkeys' } },
    },
    async (request) => ({
      available: entrances().passkeys.available,
      passkeys: entrances().passkeys.list(sessionOf(request).personId),
    }),
  );
  scope.post(
    '/api/account/passkeys/challenge',
    {
      schema: {
        ...mine,
        summary: 'What a device is to make a passkey for',
        response: { 200: challengeSchema, ...errorResponses(401, 403, 409, 503) },
      },
      config: { audit: { action: 'account.passkey-offer', change: true } },
    },
    async (request) => entrances().passkeys.offer(sessionOf(request)),
  );
  scope.post<{ Body: { credential: RegistrationResponseJSON; name: string } }>(
    '/api/account/passkeys',
    {
      schema: {
        ...mine,
        summary: 'Add a passkey that your device has made',
        body: withCredential(
          { name: { type: 'string', minLength: 1, maxLength: passkeyLimits.nameLength } },
          { name: 'Work laptop' },
        ),
        response: { 201: { ...passkey, examples: [passkeyExample] }, ...errorResponses(400, 401, 403, 409, 422, 503) },
      },
      config: { audit: { action: 'account.passkey-add', change: true } },
    },
    async (request, reply) => {
      reply.code(201);
      return entrances().passkeys.register(sessionOf(request), request.body.name, request.body.credential);
    },
  );
  scope.delete<{ Params: { id: number } }>(
    '/api/account/passkeys/:id',
    {
      schema: {
        ...mine,
        summary: 'Remove one of your passkeys',
        params: { type: 'object', required: ['id'], properties: { id } },
        response: { 200: { type: 'object', properties: {}, examples: [{}] }, ...errorResponses(400, 401, 403, 404, 503) },
      },
      config: { audit: { action: 'account.passkey-remove', change: true } },
    },
    async (request) => {
      await entrances().passkeys.remove(sessionOf(request), request.params.id);
      return {};
    },
  );
}
