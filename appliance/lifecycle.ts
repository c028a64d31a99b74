// A node's life in its data folder: made once, served, stopped. What the commands init, serve and start have in common.

import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyListenOptions } from 'fastify';
import { App, type Secret } from './app.ts';
import { announceNode, readAccessToken, withdrawNode, writeAccessToken } from './cli/node-file.ts';
import { tuneCollector } from './core/collector.ts';
import { type Config, configFile, parseConfig, readConfig } from './core/config.ts';
import { Fault } from './core/errors.ts';
import type { LogLevel } from './core/http/log.ts';
import type { Ports } from './core/ports.ts';
import { createKeyFile, keyFileExists } from './core/vault/vault.ts';
import { databaseFile } from './open-store.ts';
import { answerWhileUpgrading, type UpgradeAnswers } from './upgrade-answers.ts';
import type { UpgradeOptions } from './upgrading.ts';

export type InitOptions = { passphrase: string; shares?: { k: number; n: number }; config?: Partial<Config> };

/** Makes a data folder with fresh keys. @throws {Fault} `already_initialised`, `store_read_only` */
export async function initFolder(
  folder: string,
  options: InitOptions,
  ports: Ports,
): Promise<{ accessToken: string; shares?: string[] }> {
  // New keys beside old data would look like a node and open nothing.
  if ((await keyFileExists(folder)) || existsSync(join(folder, databaseFile))) throw new Fault('already_initialised', folder);
  if (options.config) parseConfig(options.config);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new Fault('store_read_only', folder, { cause: error });
  }
  closeToOthers(folder);
  if (
    options.config?.store !== undefined &&
    existsSync(join(folder, configFile)) &&
    readConfig(folder, {}).store !== options.config.store
  )
    throw new Fault('config_invalid', `/store: ${configFile} is there already and says otherwise`);
  const made = await createKeyFile(
    folder,
    { passphrase: options.passphrase, ...(options.shares && { shares: options.shares }) },
    ports,
  );
  made.root.destroy();
  const accessToken = Buffer.from(ports.random.bytes(32)).toString('base64url');
  writeAccessToken(folder, accessToken);
  if (options.config !== undefined && !existsSync(join(folder, configFile))) {
    writeFileSync(join(folder, configFile), `${JSON.stringify(options.config, null, 2)}\n`, { mode: 0o600 });
  }
  return { accessToken, ...(made.shares && { shares: made.shares }) };
}

/** A folder that was made ready for the node, with the rights that a new one has; one that holds other things, or is another's, is left as it is. */
function closeToOthers(folder: string): void {
  try {
    if (readdirSync(folder).every((name) => name === configFile)) chmodSync(folder, 0o700);
  } catch {
    // Doctor says so where it can be changed.
    return;
  }
}

export type ServeOptions = {
  folder: string;
  ports: Ports;
  /** Opens the node at once; it starts sealed without. */
  secret?: Secret;
  /** Over the configuration file. */
  config?: Partial<Config>;
  log?: LogLevel;
  /** How late the process is, by which requests are turned away; measured unless given. */
  loopDelayMs?(): number;
  /** Of several nodes: this one was the lead and is not any more; ends the process when absent. */
  onLost?(): void;
  /** A listening socket that was opened for us; the configured address and port are then not used. */
  fd?: number;
  upgrade?: UpgradeOptions;
};

export type Serving = {
  app: App;
  url: string;
  accessToken: string;
  /** Rejects when it can serve no more; whoever started it stops it then. */
  unusable: Promise<never>;
  stop(): Promise<void>;
};

/** Starts serving. @throws {Fault} `key_file_missing`, `store_in_use`, `port_in_use`, and what the store and the vault say */
export async function serve(options: ServeOptions): Promise<Serving> {
  const { folder, ports, log, loopDelayMs } = options;
  tuneCollector();
  if (!(await keyFileExists(folder))) throw new Fault('key_file_missing', folder);
  const config = { ...readConfig(folder), ...options.config };
  const accessToken = readAccessToken(folder);
  if (accessToken === undefined) throw new Fault('unauthenticated', 'access-token');
  let answers: UpgradeAnswers | undefined;
  const { promise: unusable, reject: onUnusable } = Promise.withResolvers<never>();
  unusable.catch(() => undefined);
  const onDue = async () => {
    // What systemd listens for waits there until the node takes it.
    if (options.fd === undefined) answers = await answerWhileUpgrading({ folder, config, ports });
  };
  const creating = App.create({
    folder,
    config,
    ports,
    accessToken,
    serving: true,
    onUnusable,
    upgrade: { onDue, ...options.upgrade },
    onLost: options.onLost ?? endAtOnce,
    ...(log && { log }),
    ...(loopDelayMs && { loopDelayMs }),
  });
  const app = await creating.catch(async (error: unknown) => {
    await answers?.end();
    throw error;
  });
  try {
    const start = async () => {
      await answers?.end();
      await app.listenMetrics();
      return options.fd === undefined ? listen(app, config) : listenOn(app, options.fd);
    };
    const url = options.secret ? await app.unsealAndListen(options.secret, start) : await start();
    const announce = () => announceNode(folder, { url, pid: process.pid, ...(app.tls && { pin: app.tls.pin }) });
    announce();
    app.tls?.onChange(announce);
    return {
      app,
      url,
      accessToken,
      unusable,
      async stop() {
        withdrawNode(folder, process.pid);
        await app.close();
      },
    };
  } catch (error) {
    await answers?.end();
    await app.close();
    throw error;
  }
}

/** EX_TEMPFAIL: whoever watches over the process starts it again, and it joins the others anew. */
const lostLeadCode = 75;

/** The quickest way to be sure that nothing is answered from memory that is void. What was acknowledged is in the database. */
function endAtOnce(): void {
  process.stderr.write('holdfast: this node was the lead and has lost its place among the nodes; it ends, to join them anew\n');
  process.exit(lostLeadCode);
}

async function listen(app: App, config: Config): Promise<string> {
  try {
    return await app.http.listen({ host: config.address, port: config.port });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EADDRINUSE' || code === 'EACCES' || code === 'EADDRNOTAVAIL') {
      throw new Fault('port_in_use', `${config.address}:${config.port}`, { cause: error });
    }
    throw error;
  }
}

/** Serves on a socket that somebody else opened, and tells by which URL this machine reaches it. */
async function listenOn(app: App, fd: number): Promise<string> {
  try {
    // "host" keeps the framework from looking for further addresses; Node takes the socket and none of it.
    const given: FastifyListenOptions & { fd: number } = { fd, host: 'inherited' };
    await app.http.listen(given);
  } catch (error) {
    throw new Fault('port_in_use', `socket ${fd}`, { cause: error });
  }
  const bound = app.http.server.address();
  if (bound === null || typeof bound === 'string') throw new Fault('port_in_use', `socket ${fd} is no TCP socket`);
  const local = { '0.0.0.0': '127.0.0.1', '::': '[::1]' }[bound.address];
  return `${app.tls ? 'https' : 'http'}://${local ?? (bound.family === 'IPv6' ? `[${bound.address}]` : bound.address)}:${bound.port}`;
}
