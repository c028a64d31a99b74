// What the node tells of itself through the console: a support bundle, and its configuration with where each value comes from.

import type { FastifyInstance } from 'fastify';
import type { App } from './app.ts';
import { type Config, configFile, readConfigText } from './core/config.ts';
import { Fault } from './core/errors.ts';
import type { LogRing } from './core/http/log-ring.ts';
import { errorResponses } from './core/http/openapi.ts';
import { lastChanged } from './core/settings/changes.ts';
import { type Checked, checkConfig, type Explained, explain } from './core/settings/settings.ts';
import { mountSupport } from './oversee/operations/support/routes.ts';
import type { Gathered } from './oversee/operations/support/support.ts';
import { bundleName, dayMs, type Missing, part, placesOf, programFacts, supportLimits, systemFacts } from './support-facts.ts';

export type SupportParts = { app: App; folder: string; config: Config; logs: LogRing; nowMs(): number };

/** Mount it behind the access token. */
export function mountNodeSupport(scope: FastifyInstance, parts: SupportParts): void {
  mountSupport(scope, { gather: () => gather(parts), nameOf: bundleName });
  mountConfiguration(scope, parts);
}

const readChecked = (folder: string): Checked => checkConfig(readConfigText(folder), process.env);

async function gather({ app, folder, logs, nowMs }: SupportParts): Promise<Gathered> {
  const missing: Missing = {};
  const madeAtMs = nowMs();
  const checked = await part(missing, 'configuration', () => readChecked(folder));
  const looked = await part(missing, 'findings', () => app.doctor.look('kept'));
  const figures = await part(missing, 'figures', () => {
    const open = app.figures();
    if (!open) throw new Fault('sealed');
    return open.read(madeAtMs - supportLimits.figureDays * dayMs, dayMs);
  });
  const { paths = {} } = app.http.swagger() as { paths?: object };
  return {
    madeAtMs,
    program: programFacts(paths),
    system: await systemFacts(folder),
    node: app.sealed ? 'sealed' : 'open',
    findings: looked?.findings ?? [],
    settings: checked?.config && explain(checked.config, checked.set),
    mistakes: placesOf(checked),
    figures,
    log: logs.read({ limit: supportLimits.logLines }),
    missing,
  };
}

const text = { type: 'string' } as const;
const words = { type: 'object', required: ['en', 'zh'], properties: { en: text, zh: text } } as const;
const integer = { type: 'integer' } as const;

const configSchema = {
  tags: ['health'],
  security: [{ accessToken: [] }],
  summary: 'The settings in force: what each means, its value, where that came from, and what changed',
  description:
    'Secrets are in no setting, only where they lie. `waiting`: what the file and the environment say otherwise by now, and what counts from the next start on.',
  response: {
    200: {
      type: 'object',
      required: ['file', 'settings', 'waiting', 'mistakes'],
      properties: {
        file: text,
        settings: {
          type: 'array',
          items: {
            type: 'object',
            required: ['setting', 'variable', 'meaning', 'from'],
            properties: {
              setting: text,
              variable: { ...text, description: 'Of the environment.' },
              meaning: words,
              value: { description: 'Absent: `absent` says what holds.' },
              default: {},
              absent: words,
              from: { type: 'string', enum: ['file', 'environment', 'default'] },
            },
          },
        },
        waiting: { type: 'array', items: text, description: 'Names of settings.' },
        mistakes: { ...integer, description: 'Errors in the file as it is now: the node would not start with it.' },
        changed: {
          type: 'object',
          required: ['atMs', 'settings'],
          properties: { atMs: integer, settings: { type: 'array', items: text } },
          description: 'What was not as at the start before, at the latest start where something was not.',
        },
      },
      examples: [
        {
          file: '/var/lib/holdfast/holdfast.json',
          settings: [
            {
              setting: 'port',
              variable: 'HOLDFAST_PORT',
              meaning: { en: 'Port to serve on; 0 takes any that is free', zh: '提供服务的端口；0 表示任取空闲端口' },
              value: 443,
              default: 7700,
              from: 'file',
            },
          ],
          waiting: ['retention'],
          mistakes: 0,
          changed: { atMs: 1790000000000, settings: ['port'] },
        },
      ],
    },
    ...errorResponses(401, 403, 503),
  },
} as const;

function mountConfiguration(scope: FastifyInstance, { folder, config }: SupportParts): void {
  const atStart = atOrUndefined(folder);
  scope.get('/api/config', { schema: configSchema, config: { audit: { action: 'config.read' } } }, async () => {
    const now = atOrUndefined(folder);
    const changed = lastChanged(folder);
    return {
      file: `${folder}/${configFile}`,
      settings: explain(config, atStart?.set ?? []).map(({ choices: _, ...one }) => one),
      waiting: differing(atStart, now),
      mistakes: now ? now.mistakes.filter(({ severity }) => severity === 'error').length : 1,
      ...(changed && { changed }),
    };
  });
}

/** Of a file that cannot be read nothing is said but that. */
function atOrUndefined(folder: string): Checked | undefined {
  try {
    return readChecked(folder);
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

function differing(before: Checked | undefined, now: Checked | undefined): string[] {
  if (!before?.config || !now?.config) return [];
  const textOf = ({ value }: Explained) => JSON.stringify(value);
  const then = new Map(explain(before.config, before.set).map((one) => [one.setting, textOf(one)]));
  return explain(now.config, now.set).flatMap((one) => (then.get(one.setting) === textOf(one) ? [] : [one.setting]));
}
