// What may go into a support bundle, as lists of what is known: a word that is on no list is left out, whatever it is. A list of what must not go in would
// have to know every customer.

import { catalogue } from '../../../core/errors.ts';

/** Checks of doctor whose messages are made of the program's own words, numbers, codes and names of tables and files of the node alone. */
const tellingChecks = [
  'seal',
  'integrity',
  'references',
  'schema',
  'schema-version',
  'schema-tables',
  'schema-indexes',
  'size',
  'write-ahead-log',
  'free-disk',
  'version',
  'collation',
  'clock',
  'disk-forecast',
  'key-epochs',
  'identifier-index',
  'audit-log',
  'audit-entries',
  'audit-sink',
  'audit-syslog',
  'erasures',
  'erasures-list',
  'erasures-told',
  'backup',
  'backup-contents',
  'backup-key',
  'restore-tested',
  'keys',
  'federation-keys',
  'permission-keys-json',
  'permission-access-token',
  'permission-passphrase',
  'permission-data-folder',
] as const;
/** Their messages may name what people chose: traits, systems, models, hosts, paths, settings. That they were found is told, and how grave it is. */
const silentChecks = [
  'key-file',
  'configuration',
  'configuration-changed',
  'node',
  'store',
  'certificate',
  'alarms',
  'catalogue',
  'access',
  'backup-place',
  'config-address',
  'config-public-url',
  'config-trusted-proxies',
  'config-no-trusted-proxy',
  'config-store-tls',
  'config-audit-sink',
  'config-erasure-target',
  'config-issuer',
  'config-groups',
  'config-survivorship',
  'config-retention',
  'config-retrain',
  'config-environment',
  'queues',
] as const;

const telling: ReadonlySet<string> = new Set(tellingChecks);
const silent: ReadonlySet<string> = new Set(silentChecks);
const ownSetting = /^(setting|queue)-[a-z0-9-]{1,40}$/;

export const isTelling = (check: string): boolean => telling.has(check) || ownSetting.test(check);
/** Of a check that is on no list not even the name is told. */
export const checkName = (check: string): string => (isTelling(check) || silent.has(check) ? check : 'other');

/** Settings whose values are words of the program, or of a public list. Numbers, true and false, and choices are told of every setting. */
const toldSettings: ReadonlySet<string> = new Set(['region', 'timeZone', 'accessReview.hours.timeZone']);
export const isToldSetting = (setting: string): boolean => toldSettings.has(setting);

/** What the program itself writes into its log. */
const messages: ReadonlySet<string> = new Set([
  'a part of the node failed',
  'an entry of the audit log could not be written',
  'request failed',
  'incoming request',
  'request completed',
]);
const parts: ReadonlySet<string> = new Set([
  'alarms',
  'approvals',
  'audit',
  'backups',
  'catalogue',
  'certificate',
  'configuration',
  'doctor',
  'federation',
  'figures',
  'governance',
  'models',
  'segments',
  'snapshots',
  'tls',
]);
const levels: ReadonlySet<string> = new Set(['trace', 'debug', 'info', 'warn', 'error', 'fatal']);
const methods: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']);
const errorTypes =
  /^(Fault|Error|TypeError|RangeError|SyntaxError|ReferenceError|AggregateError|AssertionError|AbortError|SqliteError|DatabaseError|FastifyError|SealBroken)$/;

export const isMessage = (text: unknown): boolean => messages.has(String(text));
export const isPart = (text: unknown): boolean => parts.has(String(text));
export const isLevel = (text: unknown): boolean => levels.has(String(text));
export const isMethod = (text: unknown): boolean => methods.has(String(text));
export const isErrorType = (text: unknown): boolean => errorTypes.test(String(text));

/** Of the catalogue, or of the system, Node, Fastify, SQLite or PostgreSQL, whose codes are fixed words in capitals. */
const systemCodes =
  /^(E[A-Z]{2,14}[0-9]?|ERR_[A-Z0-9_]{3,60}|FST_[A-Z0-9_]{3,60}|SQLITE_[A-Z_]{3,40}|UND_ERR_[A-Z_]{3,30}|[0-9]{2}[A-Z0-9]{3})$/;
export const isCode = (text: unknown): boolean =>
  typeof text === 'string' && (Object.hasOwn(catalogue, text) || systemCodes.test(text));
