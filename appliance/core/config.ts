// The node's configuration: one JSON file in the data folder, holdfast.json, checked whole before anything starts. Secrets
// are never in it. A word that means nothing is an error, not ignored: a misspelt setting would silently not hold.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import type { AuditPeer } from './audit/audit.ts';
import { Fault } from './errors.ts';
import { type AccessReviewDeclaration, accessReviewSchema } from './model/access-review.ts';
import { type BackupDeclaration, backupSchema } from './model/backup-config.ts';
import { type DirectoryDeclaration, directorySchema } from './model/directory-config.ts';
import type { Json } from './model/event.ts';
import { type FederationDeclaration, federationSchema } from './model/federation-config.ts';
import type { IdentifierPolicy } from './model/identifier.ts';
import { apartReasons, legalBases } from './model/law-packs.ts';
import { type ConsentDeclaration, purposeLimits } from './model/purposes.ts';
import { type Environment, type SecretReference, secretReferenceSchema } from './model/secret-reference.ts';
import {
  type LogDeclaration,
  logSchema,
  type MetricsDeclaration,
  metricsSchema,
  type TracingDeclaration,
  tracingSchema,
} from './model/telemetry-config.ts';
import { type TlsDeclaration, tlsSchema } from './model/tls-config.ts';
import { overridden } from './settings/environment.ts';
import { configFaults } from './settings/faults.ts';
import { writtenSecrets } from './settings/written-secrets.ts';

export const configFile = 'holdfast.json';

export type ComputedTraitDeclaration = {
  name: string;
  event: string;
  operation: 'count' | 'sum' | 'average' | 'min' | 'max' | 'first' | 'last' | 'mostFrequent' | 'distinct';
  property?: string;
  where?: { [property: string]: Json };
  windowDays?: number;
};
export type SurvivorshipDeclaration = {
  criteria: ('setByHand' | 'sourcePriority' | 'mostRecent' | 'mostFrequent' | 'mostComplete')[];
  sources?: string[];
};

export type Config = {
  /** Address to serve on; anything but loopback wants `tls`, or a proxy that does it. */
  address: string;
  port: number;
  /** How clients reach the node from outside, such as `https://cdp.example.com`, where a proxy hides it; the address they used when absent. */
  publicUrl?: string;
  /** The certificate that `publicUrl` answers with, in PEM, for enrolment codes of desktop consoles; relative to the data folder. */
  publicCertificate?: string;
  /** The node's own HTTPS; plain HTTP when absent. */
  tls?: TlsDeclaration;
  /** Addresses or networks of proxies whose X-Forwarded-For is believed: without it, everybody behind one shares its count of wrong sign-ins. */
  trustedProxies?: string[];
  /** Keeps `context.ip` where clients send it; dropped otherwise. */
  keepIp?: boolean;
  /** `postgres://…`, without a password; SQLite in the data folder when absent. */
  store?: string;
  /** Where the password of the database's user is; the server or the environment (PGPASSWORD, PGPASSFILE) decides when absent. */
  storePassword?: SecretReference;
  /** This node is one of several over the database that `store` names; `node` is its name among them. */
  cluster?: { node: string; leaseSeconds?: number };
  /** A file that signed heads of the audit log are appended to, best on another disk; relative to the data folder. */
  auditSink?: string;
  /** `udp://127.0.0.1:514`, `tcp://192.168.1.9:601`: a syslog server that they are sent to as well. */
  auditSyslog?: string;
  /** Other nodes, by public key: each signs the other's heads. */
  auditPeers?: AuditPeer[];
  /** What counts as unusual access to customers. */
  accessReview?: AccessReviewDeclaration;
  /** The list of erasures, best on another disk; `erasures.log` in the data folder when absent. */
  erasureLog?: string;
  /** Systems that customers' data went to, which are told when somebody is erased. */
  erasureTargets?: { name: string; url: string; tell?: string[] }[];
  /** What is kept how long; everything until it is erased when absent. */
  retention?: RetentionDeclaration[];
  /** Country whose phone numbers are written without a prefix (ISO 3166-1, two letters). */
  region: string;
  /** Where days, weeks and months begin for segments (IANA, such as `Asia/Shanghai`); by the region when absent. */
  timeZone?: string;
  /** How long it is kept who entered and left which segment. */
  segmentChangesDays?: number;
  computedTraits: ComputedTraitDeclaration[];
  survivorship: { [trait: string]: SurvivorshipDeclaration };
  identifiers: IdentifierPolicy[];
  /** The law, the purposes for which data are used, and on what basis; standard ones where it is absent. */
  consent?: ConsentDeclaration;
  /** `always`: the operator needs a second person too, for what people need one for. */
  fourEyes?: 'people' | 'always';
  /** Models that are trained again by themselves. */
  models?: { retrain?: { model: string; everyDays: number; promote?: 'never' | 'if_better' }[] };
  /** The organisation's own directory of people: its groups, and its OpenID Connect provider. */
  directory?: DirectoryDeclaration;
  /** Where backups go, how often they are made and which are kept. */
  backup?: BackupDeclaration;
  /** How many pieces of heavy work run beside one another in the background: backups, trainings; half of the processors when absent. */
  jobs?: { atOnce?: number };
  /** How many days the state from before an upgrade is kept; one when absent. */
  upgrade?: { keepDays?: number };
  /** Matches with other organisations. */
  federation?: FederationDeclaration;
  /** Who may read `/metrics`, and where. */
  metrics?: MetricsDeclaration;
  /** How much the log says, and where it goes. */
  log?: LogDeclaration;
  /** Where traces are sent; none are made when absent. */
  tracing?: TracingDeclaration;
};

export type RetentionDeclaration = {
  name: string;
  events?: { names?: string[]; kinds?: string[]; olderThanDays: number };
  records?: { inactiveDays: number };
  dataClass?: string;
  purpose?: string;
};

export const defaultConfig: Config = {
  address: '127.0.0.1',
  port: 7700,
  region: 'CN',
  computedTraits: [],
  survivorship: {},
  identifiers: [],
};

const text = { type: 'string', minLength: 1, maxLength: 200 } as const;
const longText = { type: 'string', minLength: 1, maxLength: 4_000 } as const;
/** Compared in lower case, so declared so. */
const purposeName = { type: 'string', pattern: '^[a-z][a-z0-9_.-]{0,63}$' } as const;
const yesOrNo = { type: 'boolean' } as const;

const consentSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    law: { enum: ['gdpr', 'pipl'] },
    controller: text,
    privacyNotice: { type: 'string', pattern: '^https?://', maxLength: 500 },
    policyVersion: text,
    minorsAge: { type: 'integer', minimum: 1, maximum: 21 },
    purposes: {
      type: 'array',
      maxItems: purposeLimits.purposes,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['purpose', 'basis'],
        properties: {
          purpose: purposeName,
          basis: { enum: legalBases },
          name: {
            type: 'object',
            additionalProperties: false,
            required: ['en', 'zh'],
            properties: { en: text, zh: text },
          },
          text: {
            type: 'object',
            additionalProperties: false,
            required: ['en', 'zh'],
            properties: { en: longText, zh: longText },
          },
          dpv: { type: 'string', pattern: '^[a-z-]+:[A-Za-z0-9-]{1,80}$' },
          channels: { type: 'array', minItems: 1, maxItems: purposeLimits.channels, uniqueItems: true, items: purposeName },
          under: purposeName,
          byDefault: { enum: ['allowed', 'denied'] },
          ...Object.fromEntries(apartReasons.map((reason) => [reason, yesOrNo])),
        },
      },
    },
  },
} as const;

const texts = { type: 'array', minItems: 1, maxItems: 100, items: text } as const;
const days = { type: 'integer', minimum: 1, maximum: 36_500 } as const;
const retentionSchema = {
  type: 'array',
  maxItems: 100,
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['name'],
    properties: {
      name: text,
      events: {
        type: 'object',
        additionalProperties: false,
        required: ['olderThanDays'],
        properties: {
          names: texts,
          kinds: { type: 'array', minItems: 1, items: { enum: ['identify', 'track', 'page', 'screen', 'group', 'alias'] } },
          olderThanDays: days,
        },
      },
      records: { type: 'object', additionalProperties: false, required: ['inactiveDays'], properties: { inactiveDays: days } },
      dataClass: text,
      purpose: purposeName,
    },
  },
} as const;
const erasureTargetsSchema = {
  type: 'array',
  maxItems: 50,
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['name', 'url'],
    properties: { name: text, url: { type: 'string', pattern: '^https?://[^\\s#]+$', maxLength: 500 }, tell: texts },
  },
} as const;

export const configSchema = {
  $id: 'holdfast.json',
  type: 'object',
  additionalProperties: false,
  properties: {
    address: text,
    port: { type: 'integer', minimum: 0, maximum: 65535 },
    publicUrl: { type: 'string', pattern: '^https?://[^\\s?#]+$', maxLength: 500 },
    publicCertificate: { type: 'string', minLength: 1, maxLength: 1000 },
    tls: tlsSchema,
    trustedProxies: {
      type: 'array',
      maxItems: 50,
      items: { type: 'string', pattern: '^[0-9a-fA-F.:]+(/[0-9]{1,3})?$', maxLength: 60 },
    },
    keepIp: { type: 'boolean' },
    store: { type: 'string', pattern: '^postgres(ql)?://' },
    storePassword: secretReferenceSchema,
    cluster: {
      type: 'object',
      additionalProperties: false,
      required: ['node'],
      properties: {
        node: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$' },
        leaseSeconds: { type: 'integer', minimum: 2, maximum: 60 },
      },
    },
    auditSink: { type: 'string', minLength: 1, maxLength: 1000 },
    auditSyslog: { type: 'string', minLength: 1, maxLength: 200 },
    auditPeers: {
      type: 'array',
      maxItems: 64,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['name', 'publicKey'],
        properties: { name: text, publicKey: { type: 'string', pattern: '^[0-9a-f]{64}$' } },
      },
    },
    accessReview: accessReviewSchema,
    erasureLog: { type: 'string', minLength: 1, maxLength: 1000 },
    erasureTargets: erasureTargetsSchema,
    retention: retentionSchema,
    region: { type: 'string', pattern: '^[A-Z]{2}$' },
    timeZone: text,
    segmentChangesDays: { type: 'integer', minimum: 1, maximum: 3_650 },
    computedTraits: {
      type: 'array',
      maxItems: 200,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['name', 'event', 'operation'],
        properties: {
          name: { type: 'string', pattern: '^[A-Za-z][A-Za-z0-9_]{0,63}$' },
          event: text,
          operation: { enum: ['count', 'sum', 'average', 'min', 'max', 'first', 'last', 'mostFrequent', 'distinct'] },
          property: text,
          where: { type: 'object', maxProperties: 10 },
          windowDays: { type: 'integer', minimum: 1, maximum: 730 },
        },
      },
    },
    survivorship: {
      type: 'object',
      maxProperties: 400,
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        required: ['criteria'],
        properties: {
          criteria: {
            type: 'array',
            minItems: 1,
            items: { enum: ['setByHand', 'sourcePriority', 'mostRecent', 'mostFrequent', 'mostComplete'] },
          },
          sources: { type: 'array', items: text },
        },
      },
    },
    identifiers: {
      type: 'array',
      maxItems: 50,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['kind', 'unique', 'joins', 'maxPeople', 'perSource', 'household', 'blocked'],
        properties: {
          kind: text,
          unique: { type: 'boolean' },
          joins: { type: 'boolean' },
          maxPeople: { type: 'integer', minimum: 1, maximum: 1000 },
          perSource: { type: 'boolean' },
          household: { type: 'boolean' },
          blocked: { type: 'array', items: { type: 'string', maxLength: 512 }, maxItems: 10_000 },
        },
      },
    },
    consent: consentSchema,
    fourEyes: { enum: ['people', 'always'] },
    models: {
      type: 'object',
      additionalProperties: false,
      properties: {
        retrain: {
          type: 'array',
          maxItems: 100,
          items: {
            type: 'object',
            additionalProperties: false,
            required: ['model', 'everyDays'],
            properties: {
              model: { type: 'string', minLength: 1, maxLength: 64 },
              everyDays: { type: 'integer', minimum: 1, maximum: 730 },
              promote: { enum: ['never', 'if_better'] },
            },
          },
        },
      },
    },
    directory: directorySchema,
    backup: backupSchema,
    jobs: {
      type: 'object',
      additionalProperties: false,
      properties: { atOnce: { type: 'integer', minimum: 1, maximum: 16 } },
    },
    upgrade: {
      type: 'object',
      additionalProperties: false,
      properties: { keepDays: { type: 'integer', minimum: 0, maximum: 30 } },
    },
    federation: federationSchema,
    metrics: metricsSchema,
    log: logSchema,
    tracing: tracingSchema,
  },
} as const;

const check = new Ajv2020({ allErrors: true, strict: true }).compile<Partial<Config>>(configSchema);

/** What the schema has against a configuration, in its own words. */
export const schemaErrors = (value: unknown): readonly ErrorObject[] => (check(value) ? [] : (check.errors ?? []));

/** @throws {Fault} `config_invalid` naming the setting */
export function parseConfig(value: unknown): Config {
  const [secret] = writtenSecrets(value);
  if (secret) throw new Fault('config_invalid', `/${secret.keys.join('/')} ${secret.message.en}`);
  const [error] = schemaErrors(value);
  if (error) {
    const extra = error.params.additionalProperty as string | undefined;
    const where = `${error.instancePath}${extra === undefined ? '' : `/${extra}`}`;
    throw new Fault('config_invalid', `${where || '/'} ${error.message ?? ''}`.trim());
  }
  const config = withDefaults(value);
  const [fault] = configFaults(config);
  if (fault) throw new Fault('config_invalid', `/${fault.keys.join('/')} ${fault.message.en}`);
  return config;
}

/** @param value that the schema has nothing against */
export const withDefaults = (value: unknown): Config => ({ ...defaultConfig, ...(value as Partial<Config>) });

/**
 * The data folder's configuration, with what the environment sets over it; the defaults when there is neither.
 * @throws {Fault} `config_invalid`, `unreadable_file`
 */
export function readConfig(folder: string, env: Environment = process.env): Config {
  const text = readConfigText(folder);
  const { value, set } = overridden(env, text === undefined ? {} : parseJson(text), configSchema);
  try {
    return parseConfig(value);
  } catch (error) {
    const named = set.find(({ keys }) => error instanceof Fault && error.where?.startsWith(`/${keys.join('/')}`));
    if (!(error instanceof Fault) || !named) throw error;
    throw new Fault('config_invalid', `${error.where} (${named.variable})`, { cause: error });
  }
}

/** The file as it stands; undefined where there is none. @throws {Fault} `unreadable_file` */
export function readConfigText(folder: string): string | undefined {
  try {
    return readFileSync(join(folder, configFile), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Fault('unreadable_file', configFile, { cause: error });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Fault('config_invalid', `${configFile} is not JSON`, { cause: error });
  }
}
