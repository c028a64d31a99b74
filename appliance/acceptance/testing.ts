// What the acceptance tests share: asking a node as its users do, over the API, and reading all there is.

import { rmSync } from 'node:fs';
import type { Event } from '../core/model/event.ts';
import type { ProfileView } from '../record/profiles/profiles.ts';
import type { Client } from '../simulation/testing/process.ts';

export type TimelineEvent = Event & { source: string; recordId: number };

/** People found by an identifier. */
export async function findProfiles(
  client: Client,
  lookup: { identifier: string; kind?: string; source?: string },
): Promise<ProfileView[]> {
  return (await client.ask<{ profiles: ProfileView[] }>('POST', '/api/profiles/search', lookup)).profiles;
}

/** The whole timeline of a person, page by page, newest first. */
export async function wholeTimeline(client: Client, id: string, pageRows = 200): Promise<TimelineEvent[]> {
  const events: TimelineEvent[] = [];
  for (let cursor: string | undefined; ; ) {
    const query = new URLSearchParams({ limit: String(pageRows), ...(cursor !== undefined && { cursor }) });
    const page = await client.ask<{ events: TimelineEvent[]; next?: string }>('GET', `/api/profiles/${id}/timeline?${query}`);
    events.push(...page.events);
    if (page.next === undefined) return events;
    cursor = page.next;
  }
}

/** Every event of a source on the timelines of the people these ids lead to; each person is read once. */
export async function everythingOf(client: Client, source: string, ids: readonly string[]): Promise<TimelineEvent[]> {
  const people = new Set<string>();
  for (const identifier of ids) for (const profile of await findProfiles(client, { identifier, source })) people.add(profile.id);
  const events: TimelineEvent[] = [];
  for (const id of people) events.push(...(await wholeTimeline(client, id)).filter((event) => event.source === source));
  return events;
}

export function removeFolder(path: string): void {
  rmSync(path, { recursive: true, force: true });
}
