// What a service manager (systemd) and the node say to each other: the socket that it opened for us, and that we are ready, alive or stopping.
// Node has no datagram socket of the Unix kind, so systemd's own small program carries the messages; without a manager nothing of this happens.

import { spawn } from 'node:child_process';
import { Fault } from './core/errors.ts';

type Environment = { readonly [name: string]: string | undefined };

/** Sockets that are handed over begin here (sd_listen_fds(3), SD_LISTEN_FDS_START). */
const firstSocket = 3;
const messenger = 'systemd-notify';
/** A message that could not be brought within this time is given up; the next one follows. */
const messageMs = 10_000;

/**
 * The listening socket that the service manager opened for this process; undefined where it opened none.
 * @throws {Fault} `port_in_use` when it opened several, of which one would stay unanswered
 */
export function socketGiven(env: Environment, pid: number): number | undefined {
  if (env.LISTEN_PID !== String(pid)) return undefined;
  const count = Number(env.LISTEN_FDS ?? 0);
  if (!(count > 0)) return undefined;
  if (count > 1) throw new Fault('port_in_use', `LISTEN_FDS=${count}: one ListenStream is served`);
  return firstSocket;
}

export type ServiceManager = {
  /** It starts, and is at something that may take long: from now on it has an hour. */
  busy(status: string): void;
  /** The node serves. From here on the manager hears at regular times that it still does, if it asked for that. */
  ready(status: string): void;
  /** It finishes what it accepted; no sign of life is owed any more. */
  stopping(): void;
};

/** Beyond the time that the unit gives a start, for each step of an upgrade: a database is copied and read. */
const stepMicros = 3_600_000_000;

const nobody: ServiceManager = { busy() {}, ready() {}, stopping() {} };

/** How often to say that we are alive: half of the time after which the manager would restart us (sd_watchdog_enabled(3)). */
export function watchdogMs(env: Environment, pid: number): number | undefined {
  if (env.WATCHDOG_PID !== undefined && env.WATCHDOG_PID !== String(pid)) return undefined;
  const micros = Number(env.WATCHDOG_USEC);
  return Number.isFinite(micros) && micros > 0 ? micros / 2000 : undefined;
}

/** @param send takes the lines of one message; brings them by `systemd-notify` when absent */
export function serviceManager(
  env: Environment,
  pid: number,
  send = (lines: readonly string[]) => bring(lines, env),
): ServiceManager {
  if (!env.NOTIFY_SOCKET) return nobody;
  const everyMs = watchdogMs(env, pid);
  let timer: NodeJS.Timeout | undefined;
  return {
    busy: (status) => send([`STATUS=${status}`, `EXTEND_TIMEOUT_USEC=${stepMicros}`]),
    ready(status) {
      send(['READY=1', `STATUS=${status}`]);
      // On the thread that answers requests: when that is stuck, so is this, and the manager notices.
      if (everyMs !== undefined) timer ??= setInterval(() => send(['WATCHDOG=1']), everyMs).unref();
    },
    stopping() {
      clearInterval(timer);
      send(['STOPPING=1']);
    },
  };
}

/** Nobody waits for it, and a message that does not arrive stops no node: the manager draws its own conclusion. */
function bring(lines: readonly string[], env: Environment): void {
  const child = spawn(messenger, [...lines], {
    stdio: 'ignore',
    timeout: messageMs,
    env: { PATH: env.PATH, NOTIFY_SOCKET: env.NOTIFY_SOCKET },
  });
  child.once('error', () => {});
  child.unref();
}
