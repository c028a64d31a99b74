// A PostgreSQL database that no node has open, as upgrades look at it: taken for this process, asked for its migrations, emptied before a dump of it
// comes back.

import pg from 'pg';
import { type Applied, migrationsTable } from '../migrations.ts';
import { connectionConfig, migrationLock, takeOwnership } from '../postgres/connection.ts';
import { toStoreError } from '../postgres/failures.ts';

/** One session that owns the database until it is closed: no node opens it meanwhile. */
export class OfflineDatabase {
  readonly #client: pg.Client;

  private constructor(client: pg.Client) {
    this.#client = client;
  }

  /** @throws {Fault} `store_in_use`, `store_unavailable` */
  static async open(url: string): Promise<OfflineDatabase> {
    const client = new pg.Client(connectionConfig(url));
    client.on('error', () => undefined);
    try {
      await client.connect();
      await takeOwnership(client);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw toStoreError(error);
    }
    return new OfflineDatabase(client);
  }

  /** Without taking it: beside nodes that share it. Not before one that is making the tables has made all. @throws {Fault} `store_unavailable` */
  static async beside(url: string): Promise<OfflineDatabase> {
    const client = new pg.Client(connectionConfig(url));
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('SELECT pg_advisory_lock_shared($1, $2)', [...migrationLock]);
      await client.query('SELECT pg_advisory_unlock_shared($1, $2)', [...migrationLock]);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw toStoreError(error);
    }
    return new OfflineDatabase(client);
  }

  async applied(): Promise<Applied[]> {
    return this.#ask(async () => {
      const { rows } = await this.#client.query({ text: 'SELECT to_regclass($1) AS name', values: [migrationsTable] });
      if ((rows[0] as { name: unknown }).name === null) return [];
      return (await this.#client.query(`SELECT version, name, checksum FROM ${migrationsTable} ORDER BY version`))
        .rows as Applied[];
    });
  }

  async sizeBytes(): Promise<number> {
    return this.#ask(async () => {
      const { rows } = await this.#client.query('SELECT pg_database_size(current_database()) AS size');
      return Number((rows[0] as { size: unknown }).size);
    });
  }

  /** Drops every table of the schema that the node works in, in one transaction. */
  async dropTables(): Promise<void> {
    await this.#ask(async () => {
      const { rows } = await this.#client.query(
        "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = current_schema()",
      );
      const names = rows.map((row) => (row as { name: string }).name);
      if (names.length > 0) await this.#client.query(`DROP TABLE ${names.join(', ')} CASCADE`);
    });
  }

  async close(): Promise<void> {
    await this.#client.end().catch(() => undefined);
  }

  async #ask<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw toStoreError(error);
    }
  }
}
