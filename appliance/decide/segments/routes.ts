// Segments over HTTP: keeping them, trying a rule, who is in one and why, who enters and leaves, overlaps, snapshots, and members for somebody
// outside. What is about customers is written to the audit log for each of them, before it is read.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Fault, type Words } from '../../core/errors.ts';
import { chooseLanguage } from '../../core/http/answer.ts';
import type { Asked } from '../../core/http/audited.ts';
import { Watchers } from '../../core/http/watchers.ts';
import type { Json } from '../../core/model/event.ts';
import type { PersonFacts } from '../../record/profiles/profiles.ts';
import { csvHeader, csvLine, type ExportAsked, type ExportParts, type ExportRow, exportLimits, exportRows } from './export.ts';
import { languageRoutes } from './language-routes.ts';
import type { MemberChange } from './live/ledger.ts';
import { type Segments, segmentLimits, type Why } from './live/live.ts';
import { print } from './rules/print.ts';
import type { Condition } from './rules/rule.ts';
import { type Given, givenRule } from './schema-parts.ts';
import { schemas } from './schemas.ts';
import { type ValueRoutesParts, valueRoutes } from './value-routes.ts';

export type SegmentRoutesParts = ExportParts &
  Pick<ValueRoutesParts, 'customers' | 'allowed' | 'nowMs'> & {
    /** Throws `sealed` while there are none. */
    segments(): Segments;
    parseId(text: string): number | undefined;
    /** Whose an id is: any of a person's records leads to them. @throws {Fault} `not_found` */
    personOf(id: number): Promise<number>;
    actorOf(request: FastifyRequest): string;
    /** As the caller may see it. */
    shownTo(request: FastifyRequest): <Item>(item: Item) => Item;
    /** @throws {Fault} `approval_needed`, `step_up_needed`, `forbidden` */
    demandExport(request: FastifyRequest, wanted: { segment: number; purpose: string; channel?: string }): Promise<void>;
  };

type BySegment = { Params: { segment: number } };
type ById = { Params: { id: string } };
type Draft = Given & { name?: string; purpose: string; label?: Words; description?: string };

/** Counting everybody, and asking whom no column tells, takes seconds for millions; a whole file takes longer. */
const countingMs = 120_000;
const exportMs = 1_800_000;
/** Rows of changes that are looked at for one page of a single segment. */
const changesRead = 20;

/** Mount it inside a scope that has checked the caller. */
export function segmentRoutes(http: FastifyInstance, parts: SegmentRoutesParts): void {
  bookRoutes(http, parts);
  languageRoutes(http, parts.segments);
  valueRoutes(http, parts);
  memberRoutes(http, parts);
  changeRoutes(http, parts);
  snapshotRoutes(http, parts);
  exportRoute(http, parts);
}

/** Why rules need no masking. */
const rulesOnly = 'rules, their authors and counts, which say nothing of a single customer';

const languageOf = (request: FastifyRequest) => chooseLanguage(request.headers['accept-language']);

function bookRoutes(http: FastifyInstance, { segments, actorOf }: SegmentRoutesParts): void {
  const reading = { audit: { action: 'segment.read' }, shownClear: rulesOnly };
  http.get('/api/segments', { schema: schemas.list, config: { ...reading, audit: { action: 'segment.list' } } }, async () => ({
    segments: await segments().list(),
  }));
  http.get<BySegment>('/api/segments/:segment', { schema: schemas.read, config: reading }, ({ params }) =>
    segments().get(params.segment),
  );
  http.get<BySegment>('/api/segments/:segment/versions', { schema: schemas.versions, config: reading }, async ({ params }) => {
    const words = await segments().vocabulary();
    const said = (when: Condition) => ({ en: print({ when }, words, 'en'), zh: print({ when }, words, 'zh') });
    return { versions: (await segments().versions(params.segment)).map((one) => ({ ...one, text: said(one.when) })) };
  });
  http.post<{ Body: Draft }>(
    '/api/segments',
    { schema: schemas.add, config: { audit: { action: 'segment.add', change: true }, shownClear: rulesOnly } },
    async (request) => {
      const { text: _text, when: _when, ...rest } = request.body;
      const rule = await segments().read(givenRule(request.body), languageOf(request));
      const name = rest.name ?? rule.name;
      if (name === undefined) throw new Fault('bad_request', 'name: say one, or end the rule with "= name"');
      const added = await segments().add({ ...rest, name, when: rule.when }, actorOf(request));
      request.auditTarget(`segment ${added.id}`);
      return { ...added, findings: rule.findings };
    },
  );
  http.put<BySegment & { Body: Partial<Draft> }>(
    '/api/segments/:segment',
    { schema: schemas.change, config: { audit: { action: 'segment.change', change: true }, shownClear: rulesOnly } },
    async (request) => {
      const { text, when, ...rest } = request.body;
      const given =
        text === undefined && when === undefined ? undefined : givenRule({ ...(text !== undefined && { text }), when });
      const rule = given && (await segments().read(given, languageOf(request)));
      const changes = { ...rest, ...(rule && { when: rule.when }) };
      const changed = await segments().change(request.params.segment, changes, actorOf(request));
      return { ...changed, findings: rule?.findings ?? [] };
    },
  );
  http.delete<BySegment>(
    '/api/segments/:segment',
    { schema: schemas.remove, config: { audit: { action: 'segment.remove', change: true } } },
    async ({ params }) => {
      await segments().remove(params.segment);
      return { removed: true };
    },
  );
  http.get<{ Querystring: { segments?: string } }>(
    '/api/segments/overlaps',
    { schema: schemas.overlaps, config: { audit: { action: 'segment.overlaps' } } },
    async ({ query }) => {
      const all = (await segments().list()).map(({ id }) => id).slice(0, segmentLimits.overlaps);
      const asked = query.segments === undefined ? all : [...new Set(query.segments.split(',').map(Number))];
      return { overlaps: segments().overlaps(asked) };
    },
  );
}

/** Of whom a sample is shown, these. */
const sampleTraits = ['name', 'gender', 'birthday', 'province', 'city', 'memberLevel', 'points', 'language'] as const;

function someTraits(facts: PersonFacts): { [trait: string]: Json } {
  const told = sampleTraits.flatMap((trait) => {
    const value = facts.trait(trait);
    return value === undefined ? [] : [[trait, value] as const];
  });
  return Object.fromEntries(told);
}

function memberRoutes(http: FastifyInstance, parts: SegmentRoutesParts): void {
  const { segments, parseId, personOf, factsOf } = parts;
  const byId = ({ params }: Asked) => [parseId(String(params.id))];
  const about = { subjects: byId, fields: () => ['segments'] };
  http.post<{ Body: Given & { purpose: string } }>(
    '/api/segments/preview',
    { schema: schemas.preview, config: { audit: { action: 'segment.preview' } }, handlerTimeout: countingMs },
    async (request) => {
      const { purpose } = request.body;
      const found = await segments().preview({ ...givenRule(request.body), purpose }, languageOf(request));
      if (found.sample.length > 0) await request.auditSubjects(found.sample, ['traits']);
      const facts = await factsOf(found.sample);
      const sample = found.sample.flatMap((person) => {
        const own = facts.get(person);
        return own ? [{ id: `p${person}`, traits: someTraits(own) }] : [];
      });
      return { ...found, share: found.of === 0 ? 0 : found.count / found.of, sample };
    },
  );
  http.get<BySegment & { Querystring: { after?: string; limit?: number; traits: boolean } }>(
    '/api/segments/:segment/members',
    { schema: schemas.members, config: { audit: { action: 'segment.members' } }, handlerTimeout: countingMs },
    async (request) => {
      const { after, limit, traits } = request.query;
      const page = await segments().members(request.params.segment, after === undefined ? -1 : parseId(after), limit);
      if (page.members.length > 0)
        await request.auditSubjects(
          page.members.map(({ person }) => person),
          traits ? ['segments', 'traits'] : ['segments'],
        );
      const facts = traits ? await factsOf(page.members.map(({ person }) => person)) : undefined;
      return {
        members: page.members.map(({ person, ...rest }) => {
          const own = facts?.get(person);
          return { id: `p${person}`, ...rest, ...(own && { traits: someTraits(own) }) };
        }),
        ...(page.next !== undefined && { next: `p${page.next}` }),
      };
    },
  );
  http.get<ById>(
    '/api/profiles/:id/segments',
    { schema: schemas.of, config: { audit: { action: 'segment.of', ...about } } },
    async ({ params }) => ({ segments: await segments().decided(await personOf(idOf(params.id, parseId))) }),
  );
  http.get<{ Params: { id: string; segment: number } }>(
    '/api/profiles/:id/segments/:segment',
    { schema: schemas.why, config: { audit: { action: 'segment.why', ...about } }, handlerTimeout: countingMs },
    async ({ params }) => whyView(await segments().why(params.segment, await personOf(idOf(params.id, parseId)))),
  );
}

function idOf(text: string, parseId: SegmentRoutesParts['parseId']): number {
  const id = parseId(text);
  if (id === undefined) throw new Fault('not_found', 'a profile id is p and a number, such as p42');
  return id;
}

/** A customer's own trait stands under its name, so that it is masked as everywhere; what was counted or summed identifies nobody. */
function whyView({ lines, ...why }: Why): object {
  return {
    ...why,
    lines: lines.en.map(({ depth, member, text, found, untilMs, trait, value }, at) => {
      const zh = lines.zh[at]!;
      const shown =
        trait === undefined
          ? found !== undefined && { found: { en: found, zh: zh.found } }
          : { traits: { [trait]: (value ?? null) as Json } };
      return { depth, member, rule: { en: text, zh: zh.text }, ...shown, ...(untilMs !== undefined && { untilMs }) };
    }),
  };
}

function changeRoutes(http: FastifyInstance, { segments, shownTo }: SegmentRoutesParts): void {
  const view = ({ person, into, ...change }: MemberChange) => ({
    ...change,
    id: `p${person}`,
    name: segments().nameOf(change.segment),
    ...(into !== undefined && { into: `p${into}` }),
  });
  http.get<{ Querystring: { after?: number; limit?: number; segment?: number } }>(
    '/api/segments/changes',
    { schema: schemas.changes, config: { audit: { action: 'segment.changes' } } },
    async (request) => {
      const { after = -1, limit = 100, segment } = request.query;
      const found: MemberChange[] = [];
      let at = { next: after, more: true };
      // What a row is about is sealed: of one segment's changes others are read and left out.
      for (let read = 0; read < changesRead && at.more && found.length === 0; read += 1) {
        const page = await segments().changes(at.next, limit);
        found.push(...page.changes.filter((one) => segment === undefined || one.segment === segment));
        at = page;
      }
      if (found.length > 0)
        await request.auditSubjects(
          found.map(({ person }) => person),
          ['segments'],
        );
      return { changes: found.map(view), next: at.next, more: at.more };
    },
  );
  const watchers = new Watchers('watchers of segments');
  http.addHook('preClose', async () => watchers.end());
  http.get(
    '/api/segments/live',
    { schema: schemas.live, config: { ungated: true, audit: { action: 'segment.watch' } } },
    (request, reply) => {
      const shown = shownTo(request);
      watchers.add(request, reply, (send) =>
        segments().listen((changes) => {
          for (const change of changes) send('change', shown(view(change)));
        }),
      );
    },
  );
}

function snapshotRoutes(http: FastifyInstance, { segments, actorOf }: SegmentRoutesParts): void {
  const reading = { audit: { action: 'segment.snapshots' }, shownClear: rulesOnly };
  const changing = (action: string) => ({ audit: { action, change: true as const }, shownClear: rulesOnly });
  http.get<{ Querystring: { segment?: number } }>(
    '/api/segments/snapshots',
    { schema: schemas.snapshots, config: reading },
    async ({ query }) => ({ snapshots: await segments().snapshots.list(query.segment) }),
  );
  http.get<{ Querystring: { from?: number; to?: number } }>(
    '/api/segments/snapshots/compare',
    { schema: schemas.compare, config: reading },
    async ({ query: { from, to } }) => {
      if (from === undefined || to === undefined) throw new Fault('bad_request', 'from and to: numbers of two snapshots');
      return segments().snapshots.compare(from, to);
    },
  );
  http.post<BySegment & { Body: { name: string } }>(
    '/api/segments/:segment/snapshots',
    { schema: schemas.snapshot, config: changing('segment.snapshot'), handlerTimeout: countingMs },
    (request) => segments().snapshot(request.params.segment, request.body.name, actorOf(request)),
  );
  http.delete<{ Params: { snapshot: number } }>(
    '/api/segments/snapshots/:snapshot',
    { schema: schemas.removeSnapshot, config: changing('segment.snapshot') },
    async ({ params }) => {
      await segments().snapshots.remove(params.snapshot);
      return { removed: true };
    },
  );
}

type ExportBody = ExportAsked & { format?: 'json' | 'csv'; after?: string };

function exportRoute(http: FastifyInstance, parts: SegmentRoutesParts): void {
  const { segments, parseId, shownTo, demandExport } = parts;
  http.post<BySegment & { Body: ExportBody }>(
    '/api/segments/:segment/export',
    {
      schema: schemas.export,
      handlerTimeout: exportMs,
      config: {
        audit: { action: 'segment.package', change: true },
        shownClear: 'each row is shown to its reader before it becomes a line of a file',
      },
    },
    async (request, reply) => {
      const { params, body } = request;
      const { purpose, channel, traits } = body;
      await demandExport(request, { segment: params.segment, purpose, ...(channel !== undefined && { channel }) });
      request.auditTarget(`segment ${params.segment} for ${purpose}${channel === undefined ? '' : ` by ${channel}`}`);
      const all = segments().personsOf(params.segment);
      const shown = shownTo(request);
      const after = body.after === undefined ? -1 : (parseId(body.after) ?? -1);
      const page = async (from: number): Promise<{ rows: ExportRow[]; persons: number }> => {
        const persons = [...all.subarray(from, from + exportLimits.rows)];
        const rows = await exportRows(parts, persons, body, (may) => request.auditSubjects(may, traits));
        return {
          rows: rows.map(({ clear, tokens }) => {
            const row = shown(clear);
            return { ...row, traits: { ...row.traits, ...tokens } };
          }),
          persons: persons.length,
        };
      };
      if (body.format === 'csv') return csvFile(reply, all.length, traits, page);
      const begin = all.findIndex((person) => person > after);
      if (begin < 0) return { rows: [], withheld: 0 };
      const { rows, persons } = await page(begin);
      const more = begin + persons < all.length;
      return { rows, withheld: persons - rows.length, ...(more && { next: `p${all[begin + persons - 1]}` }) };
    },
  );
}

async function csvFile(
  reply: FastifyReply,
  members: number,
  traits: readonly string[],
  page: (from: number) => Promise<{ rows: ExportRow[] }>,
): Promise<string> {
  if (members > exportLimits.all) throw new Fault('limit_reached', `exportLimits.all: ${exportLimits.all} members in one file`);
  const lines = [csvHeader(traits)];
  for (let from = 0; from < members; from += exportLimits.rows)
    for (const row of (await page(from)).rows) lines.push(csvLine(row, traits));
  reply.type('text/csv; charset=utf-8');
  return lines.join('');
}
