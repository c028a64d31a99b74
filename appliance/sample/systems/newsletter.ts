// The newsletter: campaigns to all subscribers, delivered, opened by some, clicked by fewer, a click bringing a visit.

import { dayMs, hourMs, localDate, weekStartMs } from '../calendar.ts';
import { agreesTo, hasLeft, type Life, recordIn } from '../life.ts';
import { track } from '../scribe.ts';

const subjects = ['春季新品上市', '会员专享九折', '本月精选', '家电焕新季', '周末鲜品速递', '限时满减'];

export const newsletterRates = { bounced: 0.015, clickedOfOpened: 0.22 } as const;

/** One campaign for one subscriber. @returns when they clicked, with the campaign, if they did */
export function mail(life: Life, week: number): { atMs: number; campaign: string } | undefined {
  const { rng } = life.scribe;
  const sentAtMs = weekStartMs(week) + 3 * dayMs + 10 * hourMs + rng.below(hourMs);
  const record = recordIn(life, 'newsletter', sentAtMs);
  if (!record || !agreesTo(life, 'marketing_email', sentAtMs)) return undefined;
  const who = { userId: record.userId };
  const campaign = `nl-${localDate(sentAtMs)}`;
  const properties = { campaign, email_subject: subjects[week % subjects.length]! };
  if (rng.chance(newsletterRates.bounced)) {
    track(life.scribe, 'newsletter', who, 'Email Bounced', properties, sentAtMs, 'batch');
    return undefined;
  }
  track(life.scribe, 'newsletter', who, 'Email Delivered', properties, sentAtMs, 'batch');
  // Who is about to leave has stopped reading; who has left opens one in fifty.
  const interest = hasLeft(life, sentAtMs) ? 0.02 : life.decidedAtMs !== undefined ? 0.35 : 1;
  if (!rng.chance(life.person.drives.opensMail * interest)) return undefined;
  const openedAtMs = sentAtMs + rng.exponential(9 * hourMs);
  track(life.scribe, 'newsletter', who, 'Email Opened', properties, openedAtMs, 'batch');
  if (!rng.chance(newsletterRates.clickedOfOpened)) return undefined;
  const clickedAtMs = openedAtMs + rng.between(5, 300) * 1000;
  track(
    life.scribe,
    'newsletter',
    who,
    'Email Link Clicked',
    { ...properties, url: 'https://shop.morninglight.example/sale' },
    clickedAtMs,
    'batch',
  );
  return hasLeft(life, clickedAtMs) ? undefined : { atMs: clickedAtMs + 20_000, campaign };
}
