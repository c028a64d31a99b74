import { after, before, test } from 'node:test';
import { openPostgresStore } from '../../core/store/postgres/postgres.ts';
import { startTestPostgres, type TestPostgres } from '../../core/store/postgres/test-server.ts';
import { rounds } from './testing.ts';
import { recordCases } from './testing-cases.ts';
import { converges } from './testing-converge.ts';
import { reindexes } from './testing-reindex.ts';

let server: TestPostgres;
before(async () => {
  server = await startTestPostgres({ fsync: 'off' });
});
after(() => server.stop());
const open = async () => openPostgresStore({ url: await server.createDatabase() });

recordCases('postgres', open);

test('postgres: arrivals, decisions, restarts, kills and faults in any order show what the facts say', async () => {
  for (let round = 0; round < rounds(2); round += 1) await converges(await open(), 500 + round);
});

test('postgres: after a change of kinds or region, with facts, faults and kills meanwhile, all is as if declared from the start', async () => {
  for (let round = 0; round < rounds(2); round += 1) await reindexes(open, 950 + round);
});
