// `@rudderstack/analytics-js` in Chromium, in its three ways of sending.

import { deliverByRudderBrowser } from './browser-clients.ts';
import { browserTest, rounds, testBrowserClient, until } from './browser-suite.ts';
import { assertDelivered, openMemoryTarget } from './harness.ts';

testBrowserClient('@rudderstack/analytics-js', deliverByRudderBrowser);

// Chromium takes 64 KB of beacons at a time and the package drops what is beyond, so few calls go by beacon.
for (const [mode, count] of [
  ['batch', rounds],
  ['beacon', 4],
] as const) {
  browserTest(`@rudderstack/analytics-js delivers everything once by ${mode}`, async (t) => {
    const target = await openMemoryTarget();
    t.after(() => target.close());
    const expected = await deliverByRudderBrowser(until(target), mode)(target, count);
    assertDelivered(target.events, expected);
  });
}
