// What a node's process is made of: its folder and configuration, and what tests and commands put in the place of the usual.

import type { Argon2Cost } from '../crypto/kdf.ts';
import type { SentAnswer } from './core/access/shown.ts';
import type { Config } from './core/config.ts';
import type { LogLevel } from './core/http/log.ts';
import type { Principal } from './core/model/principal.ts';
import type { Ports } from './core/ports.ts';
import type { Authenticator } from './door.ts';
import type { UpgradeOptions } from './upgrading.ts';

export type AppOptions = {
  folder: string;
  config: Config;
  ports: Ports;
  /** Who may call /api: the token that init wrote to the data folder. */
  accessToken: string;
  log?: LogLevel;
  /** Mean delay of the event loop in milliseconds, by which it turns requests away; measured when absent. */
  loopDelayMs?(): number;
  /** Serves by HTTPS where the configuration says so; who opens a folder without serving needs no certificate. */
  serving?: boolean;
  /** Ways to say who asks beside the access token and sessions, and who may come by them. */
  ways?: readonly Authenticator[];
  holders?(): Promise<readonly Principal[]>;
  /** It can serve no more: an upgrade that was rolled back has closed its store. */
  onUnusable?(error: unknown): void;
  upgrade?: UpgradeOptions;
  /** What a password of a person costs to try; today's when absent. */
  passwordCost?: Argon2Cost;
  /** A copy that is opened to be looked at: it dials nobody and does nothing by itself. */
  apart?: boolean;
  /** Of several nodes: this one was the lead and is not any more. What it holds in memory is void; the process should end. */
  onLost?(): void;
  /** Counts nothing and follows no request: what a bench compares the node with. */
  unwatched?: true;
  /** Told of each answer as it was masked and as it was sent. */
  watchAnswers?(answer: SentAnswer): void;
};

export type Secret = { passphrase: string } | { shares: string[] };
