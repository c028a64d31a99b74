// What client libraries fetch before they send their first event: Segment's project settings and RudderStack's source config. Both
// say only where to send; no third party's script is ever named.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Fault } from '../../core/errors.ts';
import { errorResponses } from '../../core/http/openapi.ts';
import type { SourceId } from '../../core/model/event.ts';
import { answerPreflight } from './cors.ts';
import { keyInQuery, keysInHeaders } from './key.ts';

export type SettingsOptions = {
  sourceByKey(writeKey: string): Promise<SourceId | undefined>;
  /** How clients reach the node from outside, such as `https://cdp.example.com`; the address they used when absent. */
  publicUrl?: string | undefined;
};

const keyParameter = {
  type: 'object',
  properties: { writeKey: { type: 'string', description: 'The write key of the source.' } },
} as const;

const segmentSchema = {
  tags: ['client settings'],
  summary: "Settings of Segment's browser client",
  description: '`AnalyticsBrowser.load({ writeKey, cdnURL })` fetches this from `cdnURL`.',
  security: [],
  params: keyParameter,
  response: {
    200: {
      type: 'object',
      additionalProperties: true,
      examples: [{ integrations: { 'Segment.io': { apiKey: 'WRITE_KEY', apiHost: 'cdp.example.com/v1', protocol: 'https' } } }],
    },
    ...errorResponses(401, 503),
  },
};

const rudderSchema = {
  tags: ['client settings'],
  summary: "Source config of RudderStack's clients",
  description: '`load(writeKey, dataPlaneUrl, { configUrl })` fetches this from `configUrl`.',
  security: [{ writeKey: [] }, {}],
  querystring: { ...keyParameter, additionalProperties: true },
  response: {
    200: {
      type: 'object',
      additionalProperties: true,
      examples: [{ source: { id: '1', name: 'source 1', enabled: true, config: {}, destinations: [] } }],
    },
    ...errorResponses(401, 503),
  },
};

/** Mounts the settings endpoints in a scope that answers cross-origin requests. */
export function mountSettings(scope: FastifyInstance, options: SettingsOptions): void {
  const { sourceByKey } = options;
  scope.get<{ Params: { writeKey: string } }>('/v1/projects/:writeKey/settings', { schema: segmentSchema }, async (request) => {
    const { writeKey } = request.params;
    if ((await sourceByKey(writeKey)) === undefined) throw new Fault('unauthenticated', 'writeKey');
    return segmentSettings(writeKey, addressOf(request, options.publicUrl));
  });
  scope.get('/sourceConfig', { schema: rudderSchema }, async (request) => {
    for (const key of [...keysInHeaders(request.headers), ...keyInQuery(request.query)]) {
      const source = await sourceByKey(key);
      if (source !== undefined) return rudderConfig(source, key);
    }
    throw new Fault('unauthenticated', 'writeKey');
  });
  const preflight = { schema: { hide: true }, config: { always: true } };
  scope.options('/v1/projects/:writeKey/settings', preflight, async (request, reply) => answerPreflight(request, reply));
  scope.options('/sourceConfig', preflight, async (request, reply) => answerPreflight(request, reply));
}

function addressOf(request: FastifyRequest, publicUrl: string | undefined): { protocol: string; host: string } {
  if (publicUrl === undefined) return { protocol: request.protocol, host: request.host };
  const { protocol, host, pathname } = new URL(publicUrl);
  return { protocol: protocol.slice(0, -1), host: `${host}${pathname.replace(/\/$/, '')}` };
}

function segmentSettings(writeKey: string, address: { protocol: string; host: string }): object {
  return {
    integrations: {
      'Segment.io': {
        apiKey: writeKey,
        apiHost: `${address.host}/v1`,
        protocol: address.protocol,
        addBundledMetadata: true,
        unbundledIntegrations: [],
        retryQueue: true,
      },
    },
    analyticsNextEnabled: true,
    edgeFunction: {},
    enabledMiddleware: {},
    middlewareSettings: {},
    legacyVideoPluginsEnabled: false,
    metrics: { sampleRate: 0 },
    remotePlugins: [],
  };
}

function rudderConfig(source: SourceId, writeKey: string): object {
  const off = { enabled: false };
  return {
    source: {
      id: String(source),
      // The name that people gave the source stays inside the node: a page on the internet can read this.
      name: `source ${source}`,
      writeKey,
      enabled: true,
      workspaceId: 'holdfast',
      config: { statsCollection: { errors: off, metrics: off } },
      destinations: [],
      connections: [],
      dataplanes: {},
    },
  };
}
