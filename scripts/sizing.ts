// npm run sizing -- --customers 10000000 --events 5000 [--days 90] [--peak 3]: what that takes by the model, and which limits it meets.

import { parseArgs } from 'node:util';
import { hours, sizeOf, usual, verdictsOf } from './sizing-model.ts';

const { values } = parseArgs({
  options: {
    customers: { type: 'string', default: '1000000' },
    events: { type: 'string', default: '1000' },
    days: { type: 'string', default: String(usual.retentionDays) },
    peak: { type: 'string', default: String(usual.peakOfMean) },
    json: { type: 'boolean', default: false },
  },
});

function positive(name: 'customers' | 'events' | 'days' | 'peak'): number {
  const value = Number(values[name]);
  if (!(value > 0 && Number.isFinite(value))) throw new RangeError(`--${name}: expected a number above 0, got ${values[name]}`);
  return value;
}

const wanted = {
  customers: positive('customers'),
  eventsPerS: positive('events'),
  retentionDays: positive('days'),
  peakOfMean: positive('peak'),
};
const size = sizeOf(wanted);
const verdicts = verdictsOf(wanted);
if (values.json) process.stdout.write(`${JSON.stringify({ ...wanted, ...size, verdicts })}\n`);
else {
  const { customers, eventsPerS, retentionDays, peakOfMean } = wanted;
  process.stdout.write(
    `${[
      `${customers.toLocaleString('en')} customers, ${eventsPerS.toLocaleString('en')} events/s in the busiest hour (${peakOfMean} times the mean), kept ${retentionDays} days`,
      `${Math.round(size.storedEvents / 1_000_000).toLocaleString('en')} million events stored; the lead follows everybody ${hours(size.followS)} after its start`,
      '',
      ...verdicts.map(({ limit, verdict, says }) => `  ${verdict.padEnd(7)} ${limit.padEnd(30)} ${says}`),
      '',
      'ok: within what was measured. beyond: a straight line from there, never tried. no: not with this design. See docs/sizing.md.',
    ].join('\n')}\n`,
  );
}
