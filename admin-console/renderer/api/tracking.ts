// What the node says to a program that sends events by a write key, as a fault like any other.

import { ApiFault } from './client.ts';

/** Of an answer that says no. */
export async function speakFault(response: Response): Promise<ApiFault> {
  const said = (await response.json().catch(() => undefined)) as
    | { error?: { code?: string; message?: string; next?: string } }
    | undefined;
  const { code = 'unreachable', message = response.statusText, next } = said?.error ?? {};
  return new ApiFault(response.status, { code, message, ...(next !== undefined && { next }) });
}
