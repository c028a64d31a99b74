// What a walk over an answer leaves: nothing of what came from outside where nothing may be seen, all of it where everything may, and
// never a change in what it was given.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { dataClasses } from './classes.ts';
import type { Sight, View } from './decide.ts';
import { redact } from './redact.ts';

const all = (view: View) => Object.fromEntries(dataClasses.map((one) => [one, view])) as Sight;
const withSight = (sight: Sight) => ({ sight, pseudonym: (dataClass: string, value: string) => `${dataClass}-${value.length}` });

/** Needles in leaves of trees of any shape, under names that are known, unknown, and themselves somebody's. */
const names = fc.constantFrom(
  'phone',
  'name',
  'city',
  'value',
  'others',
  'kind',
  'id',
  'lines',
  'x',
  'decidedBy',
  'source',
  'where',
  'reason',
  'en',
  '13907312846',
  'a@b.cn',
  '__proto__',
);
const needle = fc.constantFrom('NEEDLE', 'NEEDLE@mail.cn', 'the NEEDLE in 13907312846');
const tree = fc.letrec((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    needle,
    fc.constantFrom(13907312846, true, null, ''),
    fc.array(tie('node'), { maxLength: 3 }),
    tie('object'),
  ),
  object: fc.dictionary(names, tie('node'), { maxKeys: 5 }),
}));
const outside = ['traits', 'properties', 'context', 'orders', 'cart', 'tickets', 'computed', 'totals', 'products'];

describe('redaction', () => {
  test('ids that the node has drawn are shown under its own names, whatever digits they hold; under others they are not', () => {
    const id = '8c13907312846d6625148fc2560ad29f';
    const sight = { ...all('hidden'), other: 'clear' } as Sight;
    const found = [{ match: id, partner: id, kind: 'phone' }];
    assert.deepEqual(redact({ found }, withSight(sight)), { found });
    assert.notDeepEqual(redact({ found: [{ x: id }] }, withSight(sight)), { found: [{ x: id }] });
  });

  test('an erasure is named in what became of a request, whatever digits its id holds; a number beside it, or in a path, is not', () => {
    const history = ['erased: eb426556471f933aa', 'erased: e1390731284600000', 'erased: 13907312846', 'corrected: x13907312846'];
    const where = 'e1390731284600000';
    const shown = redact({ where, history: history.map((what) => ({ what })) }, withSight(all('masked')));
    assert.deepEqual(shown, {
      where: '***',
      history: [{ what: history[0] }, { what: history[1] }, { what: '***' }, { what: '***' }],
    });
  });

  test('where nothing may be seen, nothing from outside is left, whatever its shape', () => {
    fc.assert(
      fc.property(fc.constantFrom(...outside), tree.object, fc.boolean(), (where, held, inProfile) => {
        const answer = { id: 'p1', [where]: held, ...(inProfile && { records: [], identifiers: [], households: [] }) };
        for (const view of ['hidden', 'masked'] as const) {
          const text = JSON.stringify(redact(answer, withSight(all(view))));
          // Lineage of a profile's traits is the node's own: which source, decided how.
          if (where === 'traits' && inProfile && text.includes('NEEDLE'))
            assert.ok('others' in (held as object) || hasLineage(held));
          else assert.ok(!text.includes('NEEDLE'), text);
          assert.ok(!text.includes('13907312846') || (where === 'traits' && inProfile), text);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('where everything may be seen, everything is as it was; and what was given stays', () => {
    fc.assert(
      fc.property(fc.constantFrom(...outside), tree.object, (where, held) => {
        const answer = { id: 'p1', [where]: held, reason: 'said so' };
        const before = JSON.stringify(answer);
        assert.equal(JSON.stringify(redact(answer, withSight(all('clear')))), before);
        redact(answer, withSight(all('hidden')));
        assert.equal(JSON.stringify(answer), before);
      }),
    );
  });

  test('what somebody typed is theirs to read again; what others typed is free text, and what came from outside signs nothing', () => {
    const sight = { ...all('masked'), other: 'clear' } as Sight;
    const told = (by: string) => ({ request: 1, by, note: 'letter of 3 May', history: [{ by, what: 'held', reason: 'a law' }] });
    const reader = { ...withSight(sight), reader: 'person 4' };
    assert.deepEqual(redact(told('person 4'), reader), told('person 4'));
    for (const [answer, who] of [
      [told('person 5'), reader],
      [told('person 4'), withSight(sight)],
    ] as const) {
      const text = JSON.stringify(redact(answer, who));
      assert.ok(!text.includes('letter') && !text.includes('a law'), text);
    }
    const outside = { properties: { by: 'person 4', note: 'NEEDLE', reason: 'NEEDLE' } };
    assert.ok(!JSON.stringify(redact(outside, reader)).includes('NEEDLE'));
  });

  test('a URL that carries what a form asked is no page like others', () => {
    const sight = { ...all('hidden'), other: 'clear' } as Sight;
    const pages = [
      { what: '/home' },
      { what: '/thanks?name=wang' },
      { what: '/u/wang%40mail.cn' },
      { what: '2026-01-01T10:00:00Z' },
    ];
    assert.deepEqual(redact({ pages }, withSight(sight)), {
      pages: [{ what: '/home' }, { what: '***' }, { what: '***' }, { what: '2026-01-01T10:00:00Z' }],
    });
  });

  test('an identifier is of the class of its kind; a number long enough to be somebody’s is no count', () => {
    const sight = { ...all('hidden'), other: 'clear', phone: 'masked' } as Sight;
    const answer = {
      identifiers: [
        { kind: 'phone', value: '+8613907312846', records: [1] },
        { kind: 'custom:meter', value: 'M-1', records: [1] },
      ],
      properties: { total: 199.5, paid: true, ref: 13907312846, level: 'gold', memberLevel: 'gold' },
    };
    assert.deepEqual(redact(answer, withSight(sight)), {
      identifiers: [
        { kind: 'phone', value: '139****2846', records: [1] },
        { kind: 'custom:meter', value: '***', records: [1] },
      ],
      properties: { total: 199.5, paid: true, ref: null, level: 'gold', memberLevel: 'gold' },
    });
  });
});

/** A trait that looks like a lineage to whoever wrote it. */
function hasLineage(held: unknown): boolean {
  return (
    typeof held === 'object' &&
    held !== null &&
    Object.values(held).some((one) => Array.isArray((one as { others?: unknown } | null)?.others))
  );
}
