// Importing a file: choose it, say what its columns mean, see what would become of its rows, and let them go to the node. The file stays in the page
// until the last of these.

import { Button, Flex, Steps } from 'antd';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { useSearchParams } from 'wouter';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { useQuery } from '../../parts/ask.ts';
import { Page } from '../../parts/page.tsx';
import { useHere } from '../../parts/session.ts';
import { Answer } from '../../parts/states.tsx';
import { useSay } from '../../words/words.ts';
import { ChooseFile, type Chosen } from './import-file.tsx';
import { MapColumns } from './import-map.tsx';
import { Preview } from './import-preview.tsx';
import { RunView } from './import-progress.tsx';
import { currentRun, startRun, watchRun } from './import-run.ts';
import { lackOf, type Mapping, mapOf } from './import-targets.ts';
import { byHandName } from './sources-sdks.ts';

const words = {
  title: { en: 'Import a file', zh: '导入文件' },
  about: {
    en: 'A table of customers or of what they did. It is read here in the page; rows leave it once you start.',
    zh: '客户或行为数据的表格。文件在本页读取，确认导入后才会发送。',
  },
  file: { en: 'File', zh: '文件' },
  columns: { en: 'Columns', zh: '列映射' },
  check: { en: 'Check', zh: '检查' },
  run: { en: 'Import', zh: '导入' },
  back: { en: 'Back', zh: '上一步' },
  next: { en: 'Next', zh: '下一步' },
  start: { en: 'Start the import', zh: '开始导入' },
} as const;

const steps = ['file', 'columns', 'check', 'run'] as const;
type Step = (typeof steps)[number];

export const useImportable = () =>
  useQuery({
    queryKey: ['sources'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/sources', { signal })),
    select: ({ sources }) => sources.filter(({ name, disabledAtMs }) => name !== byHandName && disabledAtMs === undefined),
  });

export default function Import() {
  return (
    <Page title={words.title} about={words.about}>
      <Importer />
    </Page>
  );
}

/** @param done told when an import came to its end */
export function Importer({ done }: { done?: () => void }) {
  const { person } = useHere();
  const sources = useImportable();
  const run = useSyncExternalStore(watchRun, () => currentRun(person.id));
  useEffect(() => {
    if (!run) return;
    // A page that is left takes a running import with it: the browser asks first.
    const hold = (event: BeforeUnloadEvent) => {
      if (!run.over) event.preventDefault();
    };
    globalThis.addEventListener('beforeunload', hold);
    return () => globalThis.removeEventListener('beforeunload', hold);
  }, [run]);
  return (
    <Answer of={sources}>{(list) => (run ? <Running run={run} {...(done && { done })} /> : <Prepare sources={list} />)}</Answer>
  );
}

function Bar({ step }: { step: Step }) {
  const say = useSay();
  return (
    <Steps
      size="small"
      current={steps.indexOf(step)}
      items={steps.map((one) => ({ title: say(words[one]) }))}
      style={{ marginBottom: space.large }}
    />
  );
}

function Running({ run, done }: { run: NonNullable<ReturnType<typeof currentRun>>; done?: () => void }) {
  return (
    <>
      <Bar step="run" />
      <RunView run={run} {...(done && { done })} />
    </>
  );
}

export type ImportSource = { readonly id: number; readonly name: string; readonly kind: string };

function Prepare({ sources }: { sources: readonly ImportSource[] }) {
  const say = useSay();
  const { person } = useHere();
  const [search, setSearch] = useSearchParams();
  const [step, setStep] = useState<Exclude<Step, 'run'>>('file');
  const [chosen, setChosen] = useState<Chosen>();
  const [mapping, setMapping] = useState<Mapping>();
  const wanted = Number(search.get('source'));
  const source = sources.find(({ id }) => id === wanted) ?? sources.find(({ kind }) => kind === 'file');
  const choose = (id: number) =>
    setSearch(
      (before) => {
        before.set('source', String(id));
        return before;
      },
      { replace: true },
    );
  const file = (next: Chosen | undefined) => {
    setChosen(next);
    setMapping(undefined);
  };
  const ready = chosen !== undefined && source !== undefined;
  const back = step === 'columns' ? ('file' as const) : ('columns' as const);
  const start = () => {
    if (!ready || !mapping) return;
    startRun({ ...chosen, source: source.id, sourceName: source.name, map: mapOf(mapping), person: person.id });
  };
  return (
    <>
      <Bar step={step} />
      {step === 'file' && <ChooseFile sources={sources} source={source} choose={choose} chosen={chosen} take={file} />}
      {step === 'columns' && ready && <MapColumns shape={chosen.shape} source={source} mapping={mapping} change={setMapping} />}
      {step === 'check' && ready && mapping && <Preview shape={chosen.shape} source={source} mapping={mapping} />}
      <Flex gap={space.small} justify="end" style={{ marginTop: space.large }}>
        {step !== 'file' && <Button onClick={() => setStep(back)}>{say(words.back)}</Button>}
        {step === 'file' && (
          <Button type="primary" disabled={!ready} onClick={() => setStep('columns')}>
            {say(words.next)}
          </Button>
        )}
        {step === 'columns' && (
          <Button type="primary" disabled={!mapping || lackOf(mapping) !== undefined} onClick={() => setStep('check')}>
            {say(words.next)}
          </Button>
        )}
        {step === 'check' && (
          <Button type="primary" onClick={start}>
            {say(words.start)}
          </Button>
        )}
      </Flex>
    </>
  );
}
