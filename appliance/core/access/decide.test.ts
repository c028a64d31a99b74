// The policies a node comes with, and that a kept answer is the fresh one. The table of everything is tested in appliance/policies.test.ts.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import fc from 'fast-check';
import { roles } from '../model/principal.ts';
import { dataClasses } from './classes.ts';
import { type About, type Asked, nothingKnown, PolicyEngine, theNode, type Who } from './decide.ts';
import { checkedFile, checkedHash, defaultFiles, readPolicies, readSchema, schemaText, validate } from './policies.ts';
import { canBeChanged, defaultPolicies } from './policy-book.ts';

const engine = new PolicyEngine(defaultPolicies());
const person = (...held: Who['roles'][number][]): Who => ({ kind: 'person', roles: held });
const asked = (more: Partial<Asked> = {}): Asked => ({ ...nothingKnown, ...more });

const actions = [...readSchema().keys(), 'an.action.nobody.declared'];
const questions = fc.record({
  who: fc.record({ kind: fc.constantFrom('operator', 'person', 'key'), roles: fc.subarray([...roles]) }) as fc.Arbitrary<Who>,
  action: fc.constantFrom(...actions),
  about: fc.oneof(
    fc.constant<About>(theNode),
    fc.constantFrom(...dataClasses).map((id): About => ({ type: 'DataClass', id })),
    fc.constantFrom('policy.change', 'keys.rotate', 'anything').map((id): About => ({ type: 'Act', id })),
  ),
  asked: fc.record({
    purpose: fc.constantFrom('', 'customer_service', 'marketing', 'marketing_sms', 'model_training', 'nothing'),
    consent: fc.constantFrom('allowed', 'denied', 'unasked'),
    breakGlass: fc.boolean(),
    steppedUp: fc.boolean(),
    approved: fc.boolean(),
    fourEyes: fc.constantFrom('people', 'always'),
    source: fc.constantFrom('any', 'own', 'other'),
  }) as fc.Arbitrary<Asked>,
});

describe('decisions', () => {
  test('a kept answer is the fresh one, whatever is asked, also after the policies changed', () => {
    const kept = new PolicyEngine(defaultPolicies());
    const fewer = readPolicies(defaultFiles().filter(({ name }) => name !== 'agent.cedar'));
    assert.ok('set' in fewer);
    for (const set of [defaultPolicies(), fewer.set, defaultPolicies()]) {
      kept.use(set);
      fc.assert(
        fc.property(questions, ({ who, action, about, asked: known }) => {
          const first = kept.decide(who, action, about, known);
          assert.deepEqual(first, kept.decideAnew(who, action, about, known));
          assert.equal(kept.decide(who, action, about, known), first);
          const again = { ...who, roles: [...who.roles].reverse() };
          assert.equal(kept.decide(again, action, about, known), first, 'the order of roles does not matter');
        }),
        { numRuns: 400 },
      );
    }
  });

  test('an action is asked about as the schema has it', () => {
    const set = defaultPolicies();
    assert.equal(cedar.preparseSchema('the schema', schemaText).type, 'success');
    assert.equal(cedar.preparsePolicySet('the policies', { staticPolicies: { ...set.texts } }).type, 'success');
    const typeOf = { operator: 'Operator', person: 'Person', key: 'Key' } as const;
    let allowed = 0;
    fc.assert(
      fc.property(questions, ({ who, action, about, asked: known }) => {
        const principal = { type: typeOf[who.kind as keyof typeof typeOf], id: 'one' };
        const held = who.kind === 'operator' ? [] : who.roles;
        const answer = cedar.statefulIsAuthorized({
          ...{ principal, action: { type: 'Action', id: action }, context: { ...known }, preparsedPolicySetId: 'the policies' },
          resource: { type: about.type, id: 'id' in about ? about.id : 'node' },
          ...(readSchema().has(action) && { preparsedSchemaName: 'the schema' }),
          validateRequest: false,
          entities: [{ uid: principal, attrs: {}, parents: held.map((id) => ({ type: 'Role', id })) }],
        });
        assert.ok(answer.type === 'success');
        const { decision, diagnostics } = answer.response;
        const { allowed: isAllowed, policy } = engine.decideAnew(who, action, about, known);
        assert.deepEqual(
          { decision, policies: diagnostics.reason.toSorted().join('+') },
          { decision: isAllowed ? 'allow' : 'deny', policies: policy },
        );
        allowed += Number(isAllowed);
      }),
      { numRuns: 1_000 },
    );
    assert.ok(allowed > 50, 'some of it is allowed');
  });

  test('more roles never take away what one of them gives', () => {
    fc.assert(
      fc.property(questions, fc.constantFrom(...roles), ({ who, action, about, asked: known }, role) => {
        if (!engine.decideAnew(who, action, about, known).allowed) return;
        const more = { ...who, roles: [...who.roles, role] };
        assert.ok(engine.decideAnew(more, action, about, known).allowed);
      }),
      { numRuns: 400 },
    );
  });

  test('forbidding wins: a refused consent closes what a role opens, and is named', () => {
    const service = asked({ purpose: 'customer_service' });
    assert.deepEqual(engine.decide(person('agent'), 'profile.read', theNode, service), { allowed: true, policy: 'agent-serves' });
    const refused = engine.decide(person('agent'), 'profile.read', theNode, { ...service, consent: 'denied' });
    assert.deepEqual(refused, { allowed: false, policy: 'consent-refused' });
  });

  test('a refusal says what would lift it, and only what does', () => {
    const rotate = (who: Who, more: Partial<Asked>) => engine.decide(who, 'keys.rotate', theNode, asked(more));
    assert.equal(rotate(person('administrator'), {}).needs, 'step_up_needed');
    assert.equal(rotate(person('administrator'), { steppedUp: true }).needs, 'approval_needed');
    assert.equal(rotate(person('administrator'), { steppedUp: true, approved: true }).allowed, true);
    assert.equal(rotate(person('agent'), {}).needs, undefined);
    assert.equal(rotate({ kind: 'operator', roles: [] }, {}).allowed, true);
    assert.equal(rotate({ kind: 'operator', roles: [] }, { fourEyes: 'always' }).needs, 'approval_needed');
  });

  test('a key of one source stays there', () => {
    const key: Who = { kind: 'key', roles: ['administrator'] };
    assert.equal(engine.decide(key, 'import.batch', theNode, asked({ source: 'own' })).allowed, true);
    assert.equal(engine.decide(key, 'import.batch', theNode, asked({ source: 'other' })).policy, 'key-stays-at-its-source');
    assert.equal(engine.decide({ kind: 'key', roles: [] }, 'import.batch', theNode, asked({ source: 'own' })).allowed, true);
    assert.equal(engine.decide(key, 'approval.decide', theNode, asked({ steppedUp: true })).allowed, false);
  });

  test('an action that the schema lacks is the operator’s alone', () => {
    for (const role of roles) assert.equal(engine.decide(person(role), 'new.thing').allowed, false, role);
    assert.equal(engine.decide({ kind: 'operator', roles: [] }, 'new.thing').allowed, true);
  });

  test('sight, class by class', () => {
    const service = asked({ purpose: 'customer_service' });
    assert.equal(engine.sight(person('agent'), service).phone, 'clear');
    assert.equal(engine.sight(person('agent'), service)['national-id'], 'masked');
    assert.equal(engine.sight(person('agent'), asked()).phone, 'masked');
    assert.equal(engine.sight(person('data-scientist'), asked()).phone, 'pseudonym');
    assert.equal(engine.sight(person('data-scientist'), asked())['free-text'], 'hidden');
    assert.equal(engine.sight(person('auditor'), asked()).other, 'masked');
    assert.deepEqual(new Set(Object.values(engine.sight(person('administrator'), asked()))), new Set(['hidden']));
    assert.deepEqual(
      new Set(Object.values(engine.sight(person('administrator'), asked({ breakGlass: true })))),
      new Set(['clear']),
    );
    assert.equal(engine.sight(person('administrator', 'agent'), service).phone, 'clear');
  });

  test('the memory of Cedar does not grow with questions and changes', async () => {
    // The build for Node keeps its memory to itself: the first instance made is its own.
    const before = await memoryOfCedar();
    for (let i = 0; i < 3_000; i += 1) engine.decideAnew(person('agent'), 'profile.read', theNode, asked({ purpose: `p${i}` }));
    for (let i = 0; i < 50; i += 1) engine.use(defaultPolicies());
    const warm = await memoryOfCedar();
    for (let i = 0; i < 6_000; i += 1) engine.decideAnew(person('agent'), 'profile.read', theNode, asked({ purpose: `q${i}` }));
    for (let i = 0; i < 100; i += 1) engine.use(defaultPolicies());
    const after = await memoryOfCedar();
    assert.ok(before > 0);
    assert.equal(after, warm);
  });
});

/** Bytes of the module's linear memory, through a debugger's eyes: nothing exports it. */
async function memoryOfCedar(): Promise<number> {
  const { Session } = await import('node:inspector/promises');
  const session = new Session();
  session.connect();
  try {
    const { result } = await session.post('Runtime.evaluate', { expression: 'WebAssembly.Memory.prototype' });
    const { objects } = await session.post('Runtime.queryObjects', { prototypeObjectId: result.objectId! });
    const { result: sizes } = await session.post('Runtime.callFunctionOn', {
      objectId: objects.objectId!,
      functionDeclaration: 'function () { return Math.max(...this.map((memory) => memory.buffer.byteLength)); }',
      returnByValue: true,
    });
    return sizes.value as number;
  } finally {
    session.disconnect();
  }
}

describe('policy texts', () => {
  const files = defaultFiles();
  const edited = (name: string, change: (text: string) => string) =>
    readPolicies(files.map((file) => (file.name === name ? { name, text: change(file.text) } : file)));
  const flawOf = (name: string, change: (text: string) => string) => {
    const read = edited(name, change);
    assert.ok('flaws' in read);
    return read.flaws[0]!;
  };

  test('the node’s own have no flaw, and what it need not check again at each start is noted of these files and this schema', () => {
    assert.deepEqual(files.flatMap(validate), []);
    const kept = readFileSync(checkedFile, 'utf8').trim();
    assert.equal(kept, checkedHash(files), 'run `npm run docs:who-may-what` after a change of policies');
    const changed = edited('agent.cedar', (text) => `${text}\n// as it was`);
    assert.ok('set' in changed);
    assert.notEqual(checkedHash(changed.set.files), kept);
  });

  test('a policy that begins in one file and ends in the next is none', () => {
    const torn = readPolicies([
      { name: 'a.cedar', text: '@id("torn") @en("x") @zh("x") permit (principal, action == Action::"profile.read",' },
      { name: 'b.cedar', text: ' resource);' },
    ]);
    assert.ok('flaws' in torn);
    assert.deepEqual(new Set(torn.flaws.map(({ file }) => file)), new Set(['a.cedar', 'b.cedar']));
  });

  test('a broken one is refused with line and reason', () => {
    const lineOf = (name: string, part: string) =>
      files
        .find((file) => file.name === name)!
        .text.split('\n')
        .findIndex((line) => line.includes(part)) + 1;
    const syntax = flawOf('agent.cedar', (text) =>
      text.replace('permit (principal in Role::"agent", action == ', 'permt (principal in Role::"agent", action == '),
    );
    assert.deepEqual([syntax.file, syntax.line], ['agent.cedar', lineOf('agent.cedar', 'action == Action::"see.clear"')]);
    assert.match(syntax.reason, /permt/);
    const role = flawOf('auditor.cedar', (text) => text.replace('Role::"auditor"', 'Role::"auditr"'));
    assert.equal(role.line, lineOf('auditor.cedar', 'Role::"auditor"'));
    const action = flawOf('marketer.cedar', (text) => text.replace('"timeline.read"', '"timeline.reed"'));
    assert.equal(action.line, lineOf('marketer.cedar', '"timeline.read"'));
    assert.match(action.reason, /timeline\.read/);
    const attribute = flawOf('agent.cedar', (text) => text.replace('context.purpose', 'context.propose'));
    assert.match(attribute.reason, /propose/);
  });

  test('every policy has an id of its own, and says in words what it means', () => {
    assert.match(flawOf('operator.cedar', (text) => text.replace('@id("operator")', '')).reason, /@id/);
    assert.match(flawOf('operator.cedar', (text) => text.replace('@id("operator")', '@id("auditor-reads")')).reason, /twice/);
    assert.match(flawOf('operator.cedar', (text) => text.replace(/@zh\(.*\)\n/, '')).reason, /@zh/);
    assert.match(flawOf('everybody.cedar', (text) => text.replace('"step_up_needed"', '"a_smile"')).reason, /@needs/);
    assert.match(
      flawOf('operator.cedar', (text) => text.replace('principal is Operator', 'principal == ?principal')).reason,
      /\S/,
    );
  });

  test('a file too many, too long or misnamed is refused before it is read', () => {
    assert.ok('flaws' in readPolicies([]));
    assert.ok('flaws' in readPolicies([{ name: '../x.cedar', text: '' }]));
    assert.ok('flaws' in readPolicies([{ name: 'a.cedar', text: ' '.repeat(70_000) }]));
    assert.ok('flaws' in readPolicies(Array.from({ length: 51 }, (_, at) => ({ name: `f${at}.cedar`, text: '' }))));
  });

  test('whether somebody can change them again depends on who is here', () => {
    const all = defaultPolicies();
    const withoutOperator = readPolicies(files.filter(({ name }) => name !== 'operator.cedar'));
    assert.ok('set' in withoutOperator);
    const operator = { actor: 'operator', kind: 'operator', id: 0, roles: [] } as const;
    const administrator = { actor: 'person 1', kind: 'person', id: 1, roles: ['administrator'] } as const;
    const officer = { actor: 'person 2', kind: 'person', id: 2, roles: ['compliance'] } as const;
    const marketer = { actor: 'person 3', kind: 'person', id: 3, roles: ['marketer'] } as const;
    assert.equal(canBeChanged(all, [operator], 'people'), true);
    assert.equal(canBeChanged(all, [operator], 'always'), false);
    assert.equal(canBeChanged(all, [operator, officer], 'always'), true);
    assert.equal(canBeChanged(withoutOperator.set, [operator], 'people'), false);
    assert.equal(canBeChanged(withoutOperator.set, [operator, officer], 'people'), false, 'one person is not two');
    assert.equal(canBeChanged(withoutOperator.set, [administrator, officer], 'people'), true);
    assert.equal(canBeChanged(withoutOperator.set, [administrator, marketer], 'people'), false);
  });
});
