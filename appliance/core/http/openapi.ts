// The OpenAPI 3.1 document that the node writes about itself, and the page that shows it. Everything the page loads comes from the
// node, so it works in a building without internet.

import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { catalogue } from '../errors.ts';
import type { AccessRule } from './access.ts';
import type { AuditRule } from './audited.ts';

/** JSON Schema of every error answer; routes list it under the statuses they can answer with. */
export const errorSchema = {
  type: 'object',
  description: 'What went wrong, in the language of Accept-Language (en or zh), and what to do next.',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message', 'next', 'correlationId'],
      properties: {
        code: { type: 'string', enum: Object.keys(catalogue) },
        message: { type: 'string' },
        next: { type: 'string' },
        where: { type: 'string', description: 'The field, limit or row; never its value.' },
        correlationId: { type: 'string', description: 'Stands beside the same request in the log of the node.' },
      },
    },
  },
  examples: [
    {
      error: {
        code: 'too_large',
        message: catalogue.too_large.message.en,
        next: catalogue.too_large.next.en,
        where: 'body',
        correlationId: '5f0c2a9be1d3478a',
      },
    },
  ],
} as const;

/** The `response` part of a route schema for the statuses named. */
export function errorResponses(...statuses: readonly number[]): { [status: string]: typeof errorSchema } {
  return Object.fromEntries(statuses.map((status) => [String(status), errorSchema]));
}

const docsPolicy =
  "default-src 'self'; base-uri 'self'; img-src 'self' data:; script-src 'self'; style-src 'self' 'unsafe-inline'; " +
  "object-src 'none'; frame-ancestors 'none'";

/** `x-access` of an operation: what policies call it, or why it is open. */
function accessNote(access: AccessRule | undefined, audit: AuditRule | undefined): { 'x-access'?: object } {
  if (access) return { 'x-access': access };
  return audit && 'action' in audit ? { 'x-access': { action: audit.action } } : {};
}

/** `x-audit` of an operation: the action that the audit log names it by, or why it is not logged. */
function auditNote(rule: AuditRule | undefined): { 'x-audit'?: object } {
  if (!rule) return {};
  return { 'x-audit': 'exempt' in rule ? { exempt: rule.exempt } : { action: rule.action, change: rule.change === true } };
}

/** Mounts `/openapi.json` and `/docs`. Routes registered afterwards appear in both. */
export function mountOpenApi(http: FastifyInstance, version: string): void {
  http.register(swagger, {
    transform: ({ schema, url, route }) => ({
      url,
      schema: {
        ...(schema ?? {}),
        ...auditNote(route.config?.audit),
        ...accessNote(route.config?.access, route.config?.audit),
      } as NonNullable<typeof schema>,
    }),
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Holdfast',
        version,
        description: 'A sealed node that knows its customers: tracking, profiles, identity. Records never leave it in the clear.',
      },
      // In the order in which the page shows them: what people ask first, what clients send last.
      tags: [
        { name: 'profiles', description: 'Who somebody is and what they did.' },
        { name: 'identity', description: 'Why records are one person; merging, splitting, and the review queue.' },
        { name: 'models', description: 'Questions about customers, trainings, versions and who serves, and scores.' },
        { name: 'consent', description: 'What people agreed to, and what may be done with their data.' },
        { name: 'preferences', description: "The customers' own page, which a link opens." },
        {
          name: 'subjects',
          description: 'Rights of the person: erasure, access, requests and their deadlines, retention, registers.',
        },
        { name: 'segments', description: 'Rules that say who belongs together, who does, why, and since when.' },
        { name: 'sources', description: 'Where events come from, their write keys, and their data dictionaries.' },
        { name: 'quarantine', description: 'Events that broke a rule of their source: fix, replay, discard.' },
        { name: 'catalogue', description: 'Every field that sources send: what it is, whose, how full, where it goes.' },
        { name: 'quality', description: 'Rules for the data of each source, scores by the hour, alarms.' },
        { name: 'federations', description: 'Other organisations: founding, inviting, joining, members.' },
        { name: 'rounds', description: 'Models trained with other organisations, from sums that nobody sees the parts of.' },
        { name: 'matches', description: 'Which customers another organisation has too, by private set intersection.' },
        { name: 'features', description: 'Customers as columns: what models and segments see of everybody.' },
        { name: 'live', description: 'What arrives, as it arrives.' },
        { name: 'imports', description: 'What "holdfast import" sends to a running node.' },
        { name: 'session', description: 'Signing in and out, and your own account.' },
        { name: 'people', description: 'Who uses this node: invitations, roles, resets.' },
        { name: 'audit', description: 'Who read or changed what, provably complete.' },
        { name: 'alarms', description: 'What somebody must know of now, until it is acknowledged.' },
        { name: 'access review', description: 'Unusual access to customers, to be judged and closed.' },
        { name: 'policies', description: 'Who may do what and see what, as text that people read and two people change.' },
        { name: 'approvals', description: 'Acts that one person proposes and another approves.' },
        { name: 'break-glass', description: 'Seeing customers in the clear for a while, with a reason and a review.' },
        { name: 'access', description: 'Keys for programs.' },
        {
          name: 'directory',
          description: "People and groups as the organisation's directory provisions them (SCIM 2.0, RFC 7644).",
        },
        { name: 'seal', description: 'Opening and closing the node, and rotating its keys.' },
        {
          name: 'backups',
          description: 'Copies of the node elsewhere: made, verified, pruned, and when a restore was last tried out.',
        },
        {
          name: 'jobs',
          description: 'Everything that runs in the background: how far it is, breaking it off, beginning it again.',
        },
        { name: 'health', description: 'For load balancers and operators.' },
        { name: 'tracking', description: 'What clients send: the Segment tracking protocol and its relatives.' },
        { name: 'client settings', description: 'What client libraries fetch before they send.' },
      ],
      components: {
        securitySchemes: {
          accessToken: { type: 'http', scheme: 'bearer', description: 'The access token of the API.' },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: '__Host-holdfast',
            description:
              'The session of somebody who signed in. What changes something also needs the header x-holdfast, any value.',
          },
          writeKey: { type: 'http', scheme: 'basic', description: 'The write key as user name, an empty password.' },
          jitsuWriteKey: { type: 'apiKey', in: 'header', name: 'x-write-key', description: 'The write key, or key:secret.' },
        },
      },
    },
  });
  http.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: docsPolicy,
    theme: { title: 'Holdfast API' },
    // Null takes the badge of the public validator off the page: nothing may call out.
    // The base layout leaves out the bar that offers to load other documents.
    uiConfig: { validatorUrl: null, docExpansion: 'list', layout: 'BaseLayout' } as { docExpansion: 'list' },
  });
  http.register(async (scope) => {
    scope.get('/openapi.json', { schema: { hide: true } }, async () => http.swagger());
  });
}
