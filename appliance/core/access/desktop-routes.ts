// The desktop console's way in over HTTP: the code that the browser asks for, the session that the program gets for it, and the enrolment
// code by which the program knows this node from any other.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Fault } from '../errors.ts';
import { errorResponses } from '../http/openapi.ts';
import type { Access } from './access.ts';
import { sessionOf } from './authenticate.ts';
import { challengePattern, verifierPattern } from './desktop.ts';
import { type EnrolmentParts, enrolmentOf } from './enrolment.ts';
import { checkNotCrossSite } from './same-origin.ts';
import { sessionSchemas } from './schemas.ts';
import { clientOf, welcome } from './session-routes.ts';

export type DesktopRoutesParts = EnrolmentParts & { access(): Access };

const security = [{ accessToken: [] }, { session: [] }];
const code = 'hd_exampleexampleexampleexampleexampleexampleexa';
const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';

const offerSchema = {
  tags: ['session'],
  security,
  summary: 'Let the desktop console on this computer in',
  description:
    'The code counts once and for a minute, for the program alone whose secret the challenge was made from (RFC 7636, S256).',
  body: {
    type: 'object',
    additionalProperties: false,
    required: ['challenge'],
    properties: { challenge: { type: 'string', pattern: challengePattern, description: 'SHA-256 of the secret, in base64url.' } },
    examples: [{ challenge }],
  },
  response: {
    200: {
      type: 'object',
      required: ['code', 'expiresAtMs'],
      properties: { code: { type: 'string' }, expiresAtMs: { type: 'integer', description: 'Milliseconds since 1970.' } },
      examples: [{ code, expiresAtMs: 1790000060000 }],
    },
    ...errorResponses(400, 401, 403, 503),
  },
} as const;

const { person, session, state } = sessionSchemas.signIn.response[200].properties;
const exchangeSchema = {
  tags: ['session'],
  security: [],
  summary: 'Change the code that a browser was given for a session of the desktop console',
  description: 'A wrong secret uses the code up.',
  body: {
    type: 'object',
    additionalProperties: false,
    required: ['code', 'verifier'],
    properties: {
      code: { type: 'string', minLength: 1, maxLength: 100 },
      verifier: { type: 'string', pattern: verifierPattern, description: 'The secret that the challenge was made from.' },
    },
    examples: [{ code, verifier }],
  },
  response: {
    200: {
      type: 'object',
      required: ['state', 'person', 'session', 'token'],
      properties: { state, person, session, token: { type: 'string', description: 'Of the session; shown this once.' } },
      examples: [
        { ...sessionSchemas.signIn.response[200].examples[0], token: 'hs_exampleexampleexampleexampleexampleexampleexa' },
      ],
    },
    ...errorResponses(400, 403, 410, 429, 503),
  },
} as const;

const enrolmentSchema = {
  tags: ['session'],
  security,
  summary: 'The code by which a desktop console knows this node',
  description:
    'It holds where the node is and the fingerprint of its TLS key, and nothing secret. The certificate is the one of the body, else that of `publicCertificate` in holdfast.json. A node that is reached over plain HTTP on the same machine needs none.',
  body: {
    type: ['object', 'null'],
    additionalProperties: false,
    properties: {
      addresses: {
        type: 'array',
        minItems: 1,
        maxItems: 4,
        items: { type: 'string', minLength: 8, maxLength: 300 },
        description: 'Where consoles reach the node; `publicUrl`, else where it listens.',
      },
      certificate: { type: 'string', minLength: 1, maxLength: 65_536, description: 'PEM, the one that is served first.' },
    },
    examples: [{ addresses: ['https://cdp.example.com'] }],
  },
  response: {
    200: {
      type: 'object',
      required: ['code', 'addresses', 'plain'],
      properties: {
        code: { type: 'string' },
        addresses: { type: 'array', items: { type: 'string' } },
        plain: { type: 'boolean', description: 'Over plain HTTP, for consoles on the same machine only.' },
        fingerprint: { type: 'string', description: 'SHA-256 of the key of the certificate, in hexadecimal, all of it.' },
        expiresAtMs: {
          type: 'integer',
          description: 'When the certificate runs out; the code holds on with a new one of the same key.',
        },
      },
      examples: [{ code: 'H9000-YA7G-1V2S', addresses: ['http://127.0.0.1:7700'], plain: true }],
    },
    ...errorResponses(400, 401, 403, 409, 503),
  },
} as const;

export function mountDesktop(scope: FastifyInstance, parts: DesktopRoutesParts): void {
  const { access, publicUrl } = parts;
  scope.post<{ Body: { challenge: string } }>(
    '/api/session/desktop',
    { schema: offerSchema, config: { audit: { action: 'session.desktop-offer', change: true } } },
    async (request) => access().desktop.offer(sessionOf(request), request.body.challenge),
  );
  scope.post<{ Body: { code: string; verifier: string } }>(
    '/api/session/desktop/exchange',
    {
      schema: exchangeSchema,
      config: {
        audit: { action: 'session.desktop', change: true },
        access: { open: 'the program has no session yet; its code and secret are looked at here' },
      },
      preValidation: async (request: FastifyRequest, reply: FastifyReply) => {
        // Electron says `none` of what its main process asks; no page can.
        const asked = request.headers;
        if (asked['sec-fetch-site'] !== 'none' || asked.origin !== undefined) checkNotCrossSite(request, publicUrl);
        access().signIn.checkMayTry({}, clientOf(request));
        const leave = access().enter();
        reply.raw.once('finish', leave);
        reply.raw.once('close', leave);
      },
    },
    async (request, reply) => {
      const { code: given, verifier: secret } = request.body;
      return welcome(reply, await access().desktop.exchange(given, secret, clientOf(request)), true);
    },
  );
  scope.post<{ Body: { addresses?: string[]; certificate?: string } | null }>(
    '/api/console/enrolment',
    { schema: enrolmentSchema, config: { audit: { action: 'console.enrol' } } },
    async ({ body }) => {
      const enrolment = enrolmentOf(parts, body ?? {});
      if (enrolment === undefined) throw new Fault('conflict', 'publicUrl: nobody reaches this node yet');
      return enrolment;
    },
  );
}
