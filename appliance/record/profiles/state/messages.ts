// Messages a customer was sent and what they did with them, per channel: counters and the latest ones.

import type { Event } from '../../../core/model/event.ts';
import { asText, dictionary, insertLatest, mergeLatest, type Stamp } from './stamp.ts';

export const messageLimits = { recent: 50 } as const;

export type MessageStep = Stamp & { channel: string; step: string; campaign?: string };
export type MessagesState = {
  counts: { [channelAndStep: string]: number };
  /** Latest first. */
  recent: MessageStep[];
};

/** Event names such as `Email Opened`, `SMS Delivered`, `Push Notification Received`. */
const shape =
  /^(Email|SMS|Push Notification|WeChat Message|Message|In-App Message) (Sent|Delivered|Received|Opened|Link Clicked|Tapped|Bounced|Replied|Marked as Spam|Failed)$/;

export const messages = {
  empty: (): MessagesState => ({ counts: dictionary(), recent: [] }),

  fold(state: MessagesState, event: Event, stamp: Stamp): void {
    const found = event.name === undefined ? null : shape.exec(event.name);
    if (!found) return;
    const channel = found[1]!.toLowerCase();
    const step = found[2]!.toLowerCase();
    const name = `${channel} ${step}`;
    state.counts[name] = (state.counts[name] ?? 0) + 1;
    const campaign = asText(event.properties?.campaign ?? event.properties?.campaign_name);
    const message = { ...stamp, channel, step, ...(campaign !== undefined && { campaign }) };
    insertLatest(state.recent, message, messageLimits.recent);
  },

  combine(left: MessagesState, right: MessagesState): MessagesState {
    const counts = dictionary(left.counts);
    for (const [name, count] of Object.entries(right.counts)) counts[name] = (counts[name] ?? 0) + count;
    return { counts, recent: mergeLatest(left.recent, right.recent, messageLimits.recent) };
  },
};
