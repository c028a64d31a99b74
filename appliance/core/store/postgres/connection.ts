// Connections to PostgreSQL: what its types become in JavaScript, and the session settings that durability rests on.

import type pg from 'pg';
import { Fault } from '../../errors.ts';
import { refuseUnsafe } from '../values.ts';

/** Type numbers from PostgreSQL's pg_type. */
const oid = { bool: 16, bytea: 17, int8: 20, int2: 21, int4: 23, oid: 26, float4: 700, float8: 701, numeric: 1700 } as const;

function wholeNumber(text: string): number {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : refuseUnsafe();
}

/** A sum of BIGINTs is NUMERIC: whole if it has no point, as in SQLite. */
const numeric = (text: string): number => (/^-?\d+$/.test(text) ? wholeNumber(text) : Number(text));

const bytes = (text: string): Buffer => Buffer.from(text.slice(2), 'hex');

const parsers: { [type: number]: (text: string) => number | Buffer } = {
  [oid.bool]: (text) => (text === 't' ? 1 : 0),
  [oid.bytea]: bytes,
  [oid.int8]: wholeNumber,
  [oid.int2]: Number,
  [oid.int4]: Number,
  [oid.oid]: Number,
  [oid.float4]: Number,
  [oid.float8]: Number,
  [oid.numeric]: numeric,
};

const asText = (text: string): string => text;

/** Every other type comes back as its text: no Date, no parsed JSON passes the port. */
const customTypes = { getTypeParser: (type: number) => parsers[type] ?? asText } as unknown as pg.CustomTypesConfig;

/** How long to wait for a server that does not answer. */
const connectTimeoutMs = 10_000;

export const connectionConfig = (url: string): pg.ClientConfig => ({
  connectionString: url,
  types: customTypes,
  connectionTimeoutMillis: connectTimeoutMs,
  keepAlive: true,
  application_name: 'holdfast',
});

/** What every session needs; run as one text on a fresh connection. */
export const sessionSetup = `
  SET synchronous_commit = on;
  SET bytea_output = hex;
  SET standard_conforming_strings = on;
  SET client_encoding = 'UTF8';
  SET extra_float_digits = 1`;

/** @throws {Fault} `store_unavailable` when the server does not take the settings, or keeps text as something else than UTF-8 */
export async function checkSession(client: pg.ClientBase): Promise<void> {
  for (const [name, expected] of [
    ['synchronous_commit', 'on'],
    ['server_encoding', 'UTF8'],
  ] as const) {
    const { rows } = await client.query(`SHOW ${name}`);
    const found = (rows[0] as Record<string, string>)[name];
    if (found !== expected) throw new Fault('store_unavailable', `PostgreSQL's ${name} is ${found}, must be ${expected}`);
  }
}

/** "HOLD" and "FAST" in ASCII: the advisory lock by which one node owns a database. */
const ownerLock = [0x484f4c44, 0x46415354] as const;

/** "HOLD" and "MIGR": held by one of several nodes while it makes or changes tables. */
export const migrationLock = [0x484f4c44, 0x4d494752] as const;

/** A node that was killed leaves its session for a moment. */
const ownerTries = 20;
const ownerWaitMs = 100;

/**
 * Takes the database for this session, until it ends.
 * @throws {Fault} `store_in_use`
 */
export async function takeOwnership(client: pg.ClientBase): Promise<void> {
  for (let i = 0; i < ownerTries; i++) {
    const { rows } = await client.query('SELECT pg_try_advisory_lock($1, $2) AS taken', [...ownerLock]);
    if ((rows[0] as { taken: number }).taken === 1) return;
    await new Promise((resolve) => setTimeout(resolve, ownerWaitMs));
  }
  throw new Fault('store_in_use', 'PostgreSQL database');
}

/**
 * Takes part in the database with others that take part: none of them goes together with a node that has it alone.
 * @throws {Fault} `store_in_use`
 */
export async function shareOwnership(client: pg.ClientBase): Promise<void> {
  for (let i = 0; i < ownerTries; i++) {
    const { rows } = await client.query('SELECT pg_try_advisory_lock_shared($1, $2) AS taken', [...ownerLock]);
    if ((rows[0] as { taken: number }).taken === 1) return;
    await new Promise((resolve) => setTimeout(resolve, ownerWaitMs));
  }
  throw new Fault('store_in_use', 'PostgreSQL database, by a node without "cluster"');
}
