// Home: what waits for the reader, by what they may do, and how the node is.

import { Card, Col, Row, Statistic, Tooltip, Typography } from 'antd';
import { Link } from 'wouter';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { useQuery } from '../../parts/ask.ts';
import { FigureCharts, type FigureName } from '../../parts/figures.tsx';
import { Page } from '../../parts/page.tsx';
import { useHere, useMay } from '../../parts/session.ts';
import { Nothing } from '../../parts/states.tsx';
import { useSay, type Words } from '../../words/words.ts';
import { FirstRunOffer } from '../first-run/offer.tsx';
import { useTour } from './tour.tsx';

const words = {
  title: { en: 'Good to see you, {name}', zh: '{name}，您好' },
  about: { en: 'What waits for you, and how the node is.', zh: '待您处理的事项与节点状况。' },
  waits: { en: 'Waits for you', zh: '待处理' },
  node: { en: 'The node, over the last week', zh: '节点近一周情况' },
  nothing: { en: 'Nothing waits for you', zh: '没有待处理事项' },
} as const;

type Tile = {
  readonly needs: string;
  readonly name: Words;
  readonly to?: string;
  readonly count: (may: (action: string) => boolean) => Promise<number>;
};
type Listed = Record<string, unknown>;
const lengthOf = (answer: unknown, name: string): number => ((answer as Listed)[name] as unknown[] | undefined)?.length ?? 0;

const waiting: readonly Tile[] = [
  {
    needs: 'approval.list',
    name: { en: 'Approvals', zh: '待审批' },
    to: '/approvals',
    count: async () =>
      lengthOf(await unwrap(api.GET('/api/approvals', { params: { query: { state: 'waiting' } } })), 'approvals'),
  },
  {
    needs: 'alarms.list',
    name: { en: 'Open alarms', zh: '未确认告警' },
    to: '/alarms',
    count: async () => Number(((await unwrap(api.GET('/api/alarms'))) as { open?: number }).open ?? 0),
  },
  {
    needs: 'access-review.read',
    name: { en: 'Unusual access to judge', zh: '待复核的异常访问' },
    to: '/access-review',
    count: async () => Number(((await unwrap(api.GET('/api/access-review'))) as { open?: number }).open ?? 0),
  },
  {
    needs: 'request.list',
    name: { en: 'Requests of customers', zh: '客户权利请求' },
    to: '/requests',
    count: async () => lengthOf(await unwrap(api.GET('/api/subject-requests')), 'requests'),
  },
  {
    needs: 'review.list',
    name: { en: 'Pairs to decide', zh: '待判定的记录对' },
    to: '/identity/reviews',
    // A list gives a page of them; whoever may see how matching goes is told of all.
    count: async (may) =>
      may('identity.quality')
        ? (await unwrap(api.GET('/api/identity/quality', { params: { query: { days: 1 } } }))).waiting
        : lengthOf(await unwrap(api.GET('/api/identity/reviews')), 'reviews'),
  },
];

/** How the node was, for whoever has to do with it. */
const charts: readonly { readonly needs: string; readonly figures: readonly FigureName[] }[] = [
  { needs: 'source.list', figures: ['events', 'quarantined'] },
  { needs: 'profile.find', figures: ['customers', 'records'] },
  { needs: 'review.list', figures: ['reviews'] },
  { needs: 'segment.list', figures: ['segments'] },
  { needs: 'model.list', figures: ['models'] },
  { needs: 'round.list', figures: ['rounds', 'matches'] },
  { needs: 'alarms.list', figures: ['alarms'] },
  { needs: 'log.read', figures: ['memoryMb'] },
];

export default function Home() {
  const say = useSay();
  const may = useMay();
  const { person } = useHere();
  const tour = useTour();
  const mine = waiting.filter(({ needs }) => may(needs));
  const shown = [...new Set(charts.flatMap(({ needs, figures }) => (may(needs) ? figures : [])))];
  return (
    <Page title={say(words.title, { name: person.name })} about={words.about}>
      <FirstRunOffer />
      {tour.top}
      {mine.length > 0 ? <Tiles title={words.waits} tiles={mine} /> : <Nothing what={words.nothing} />}
      {shown.length > 0 && may('node.look') && (
        <section>
          <Typography.Title level={2} style={{ fontSize: 16 }}>
            {say(words.node)}
          </Typography.Title>
          <FigureCharts names={shown} days={7} />
        </section>
      )}
      {tour.foot}
    </Page>
  );
}

function Tiles({ title, tiles }: { title: Words; tiles: readonly Tile[] }) {
  const say = useSay();
  return (
    <section style={{ marginBottom: space.large }}>
      <Typography.Title level={2} style={{ fontSize: 16 }}>
        {say(title)}
      </Typography.Title>
      <Row gutter={[space.medium, space.medium]}>
        {tiles.map((tile) => (
          <Col key={tile.needs} xs={24} sm={12} lg={8} xl={6}>
            <TileCard tile={tile} />
          </Col>
        ))}
      </Row>
    </section>
  );
}

function TileCard({ tile: { needs, name, to, count } }: { tile: Tile }) {
  const say = useSay();
  const may = useMay();
  const asked = useQuery({ queryKey: ['home', needs], queryFn: () => count(may), refetchInterval: 30_000 });
  const card = (
    <Card size="small" hoverable={to !== undefined}>
      <Tooltip title={asked.error instanceof Error ? asked.error.message : undefined}>
        <Statistic title={say(name)} loading={asked.isPending} value={asked.data ?? '–'} />
      </Tooltip>
    </Card>
  );
  return to === undefined ? card : <Link href={to}>{card}</Link>;
}
