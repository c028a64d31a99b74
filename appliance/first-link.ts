// The link by which a node gets its first administrator: made when a node that has none begins to serve, and printed by the command that
// started it. It is in the audit log before it is shown.

import type { App } from './app.ts';
import { Fault } from './core/errors.ts';
import { firstLinkAction } from './door.ts';

/** Undefined while the node is sealed, once there is an administrator, and where it cannot be logged or written: the node serves all the same. */
export async function firstLink(app: App): Promise<{ token: string; expiresAtMs: number } | undefined> {
  if (app.sealed) return undefined;
  return makeLink(app).catch((error: unknown) => {
    if (error instanceof Fault) return undefined;
    throw error;
  });
}

async function makeLink(app: App): Promise<{ token: string; expiresAtMs: number } | undefined> {
  const { access, audit } = app.node();
  if (access.people.administrators().length > 0) return undefined;
  const entry = { actor: 'system', action: firstLinkAction, target: 'the first administrator' };
  await audit.append({ ...entry, outcome: 'attempted' });
  const { token, expiresAtMs } = await access.administration.firstLink();
  await audit.append({ ...entry, outcome: 'done' });
  return { token, expiresAtMs };
}

/** Where the console takes it: behind the #, which no browser sends, so that it stands in no log on the way. */
export const firstAddress = (url: string, token: string): string => `${url}/console/#first=${token}`;
