// What a training found, on one page in parts: how good the version is, its curves, where to draw the line, what it goes by, whether it treats groups
// alike, and its card as a document.

import { Button, Flex, Space, Tabs } from 'antd';
import { useMemo } from 'react';
import { useLocation, useParams } from 'wouter';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { download, downloadJson } from '../../parts/download.ts';
import { Mark } from '../../parts/mark.tsx';
import { Page } from '../../parts/page.tsx';
import { to } from '../../parts/screen.tsx';
import { Answer } from '../../parts/states.tsx';
import { useLanguage, useSay } from '../../words/words.ts';
import { Promote } from './acts.tsx';
import { isWhole, type Report, useModel, useReport, type Version, type WholeReport } from './asked.ts';
import { CurveCards } from './curve-cards.tsx';
import { Decision } from './decision.tsx';
import { Groups } from './groups.tsx';
import { Features } from './importance.tsx';
import { stateTones, stateWords } from './shared-words.ts';
import { Summary, Together } from './summary.tsx';
import { Trail } from './trail.tsx';

const words = {
  title: { en: '{model}, version {version}', zh: '{model}：版本 {version}' },
  models: { en: 'Models', zh: '模型' },
  version: { en: 'version {version}', zh: '版本 {version}' },
  summary: { en: 'Summary', zh: '概要' },
  curves: { en: 'Curves', zh: '曲线' },
  decision: { en: 'Threshold', zh: '阈值' },
  features: { en: 'Features', zh: '特征' },
  groups: { en: 'Groups', zh: '群体' },
  card: { en: 'Model card', zh: '模型卡' },
  cardTitle: { en: 'Model card of {name}', zh: '{name} 的模型卡' },
  downloadCard: { en: 'Download the card', zh: '下载模型卡' },
  downloadReport: { en: 'Report as data', zh: '报告数据' },
  onnx: { en: 'ONNX file', zh: 'ONNX 文件' },
} as const;

export default function ReportPage() {
  const say = useSay();
  const language = useLanguage();
  const { name = '', version: given = '' } = useParams<{ name: string; version: string }>();
  const number = Number(given);
  const model = useModel(name);
  const report = useReport(name, number, Number.isSafeInteger(number));
  const version = model.data?.versions.find((one) => one.number === number);
  const title = model.data?.title[language] ?? name;
  return (
    <Page
      title={say(words.title, { model: title, version: given })}
      actions={
        <Space wrap>
          {version && <Mark tone={stateTones[version.state]}>{say(stateWords[version.state])}</Mark>}
          {report.data && <Downloads name={name} number={number} report={report.data} />}
          {version && version.state !== 'champion' && <Promote name={name} number={number} primary />}
        </Space>
      }
    >
      <Trail
        steps={[[say(words.models), '/models'], [title, to('/models/:name', { name })], [say(words.version, { version: given })]]}
      />
      <Answer of={report}>{(found) => <Parts name={name} number={number} report={found} version={version} />}</Answer>
    </Page>
  );
}

function Parts(props: { name: string; number: number; report: Report; version: Version | undefined }) {
  const { name, number, report, version } = props;
  const say = useSay();
  const [, go] = useLocation();
  const { part = 'summary' } = useParams<{ part?: string }>();
  const at = { name, version: number };
  const card = { key: 'card', label: say(words.card), children: <Card name={name} number={number} /> };
  const items = isWhole(report)
    ? [
        { key: 'summary', label: say(words.summary), children: <Summary report={report} version={version} /> },
        { key: 'curves', label: say(words.curves), children: <Curves report={report} name={`${name}-${number}`} /> },
        { key: 'decision', label: say(words.decision), children: <Decision report={report} /> },
        { key: 'features', label: say(words.features), children: <Features report={report} /> },
        { key: 'groups', label: say(words.groups), children: <Groups report={report} /> },
        card,
      ]
    : [{ key: 'summary', label: say(words.summary), children: <Together version={version} /> }, card];
  return (
    <Tabs
      activeKey={items.some(({ key }) => key === part) ? part : 'summary'}
      destroyOnHidden
      items={items}
      onChange={(key) =>
        go(
          key === 'summary'
            ? to('/models/:name/versions/:version', at)
            : to('/models/:name/versions/:version/:part', { ...at, part: key }),
        )
      }
    />
  );
}

function Curves({ report, name }: { report: WholeReport; name: string }) {
  const drawn = useMemo(() => [{ name, report }], [name, report]);
  return <CurveCards drawn={drawn} />;
}

function Downloads({ name, number, report }: { name: string; number: number; report: Report }) {
  const say = useSay();
  const path = { name, version: number };
  const saveCard = async () => {
    const page = await unwrap(api.GET('/api/models/{name}/versions/{version}/card', { params: { path }, parseAs: 'text' }));
    download(`${name}-${number}.html`, page, 'text/html');
  };
  return (
    <Space wrap>
      <Button onClick={() => void saveCard()}>{say(words.downloadCard)}</Button>
      <Button onClick={() => downloadJson(`${name}-${number}.json`, report)}>{say(words.downloadReport)}</Button>
      <Button href={`/api${to('/models/:name/versions/:version/onnx', path)}`} download={`${name}-${number}.onnx`}>
        {say(words.onnx)}
      </Button>
    </Space>
  );
}

/** A document of its own that runs no script: its frame may do nothing at all. */
function Card({ name, number }: { name: string; number: number }) {
  const say = useSay();
  return (
    <Flex vertical gap={space.small}>
      <iframe
        title={say(words.cardTitle, { name: `${name}-${number}` })}
        src={`/api${to('/models/:name/versions/:version/card', { name, version: number })}`}
        sandbox=""
        style={{ width: '100%', height: '75vh', border: 0, borderRadius: 6, background: 'white' }}
      />
    </Flex>
  );
}
