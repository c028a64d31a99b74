// Proposing a change of the policies: the texts, what is wrong with them line by line, what differs, and the reason for whoever decides.

import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Card, Flex, Input, Select, Space } from 'antd';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { api, unwrap } from '../../../api/client.ts';
import { codeFonts, space } from '../../../design/design.ts';
import { Act } from '../../../parts/act.tsx';
import { Fault } from '../../../parts/fault.tsx';
import { Help } from '../../../parts/help.tsx';
import { Page } from '../../../parts/page.tsx';
import { to } from '../../../parts/screen.tsx';
import { useMay } from '../../../parts/session.ts';
import { Answer, Forbidden } from '../../../parts/states.tsx';
import { useProven } from '../../../parts/step-up.tsx';
import { Text } from '../../../parts/text.tsx';
import { plural, useSay } from '../../../words/words.ts';
import { PolicyDiff, type PolicyFile } from './policy-diff.tsx';
import { PolicyTabs, policiesKey, policyWords, usePolicies } from './tabs.tsx';

const words = {
  help: {
    en: 'Texts are Cedar. Each policy has an id, and says in English and Chinese what it means (@id, @en, @zh). Nothing is in force before a second person approves; what nobody could change back is refused.',
    zh: '策略以 Cedar 语言书写。每条须有编号，并以中英文说明含义（@id、@en、@zh）。经第二人批准后方可生效；会导致无人能改回的更改将被拒绝。',
  },
  file: { en: 'File', zh: '文件' },
  text: { en: 'Text of {file}', zh: '{file} 的内容' },
  add: { en: 'New file', zh: '新建文件' },
  addName: { en: 'Name, such as night-shift.cedar', zh: '文件名，如 night-shift.cedar' },
  remove: { en: 'Remove this file', zh: '删除此文件' },
  undo: { en: 'Undo changes of this file', zh: '撤销此文件的更改' },
  check: { en: 'Check', zh: '检查' },
  good: { en: 'They can be put in force: {count} policies.', zh: '可以启用：共 {count} 条策略。' },
  oneFlaw: { en: '{count} flaw', zh: '{count} 处问题' },
  manyFlaws: { en: '{count} flaws', zh: '{count} 处问题' },
  differs: { en: 'What differs', zh: '变化内容' },
  propose: { en: 'Propose', zh: '提议' },
  proposeAbout: {
    en: 'A second person sees the same difference and decides. Until then nothing changes.',
    zh: '第二人将看到相同的差异并作出决定，此前不会有任何变化。',
  },
  changed: { en: 'changed', zh: '已修改' },
} as const;

const fileName = /^[a-z][a-z0-9-]{0,62}\.cedar$/;

export default function PolicyChange() {
  const may = useMay();
  const asked = usePolicies();
  return (
    <Page title={policyWords.title} about={policyWords.about} actions={<Help about={words.help} />}>
      <PolicyTabs at="/policies/change">
        {may('policy.change') && may('approval.propose') ? (
          <Answer of={asked}>{({ files, version }) => <Editor key={version} from={version} old={files} />}</Answer>
        ) : (
          <Forbidden />
        )}
      </PolicyTabs>
    </Page>
  );
}

function Editor({ from, old }: { from: number; old: readonly PolicyFile[] }) {
  const say = useSay();
  const proven = useProven();
  const [, go] = useLocation();
  const [files, setFiles] = useState<readonly PolicyFile[]>(old);
  const [chosen, setChosen] = useState(old[0]?.name ?? '');
  const check = useMutation({
    mutationFn: (given: readonly PolicyFile[]) =>
      proven(() => unwrap(api.POST('/api/policies/check', { body: { files: [...given] } }))),
  });
  const oldText = (name: string) => old.find((file) => file.name === name)?.text;
  const differs = files.length !== old.length || files.some(({ name, text }) => oldText(name) !== text);
  const current = files.find(({ name }) => name === chosen);
  const change = (next: readonly PolicyFile[]) => {
    setFiles(next);
    check.reset();
  };
  const write = (name: string, text: string) => change(files.map((file) => (file.name === name ? { name, text } : file)));
  const remove = () => {
    const left = files.filter(({ name }) => name !== chosen);
    change(left);
    setChosen(left[0]?.name ?? '');
  };
  return (
    <Flex vertical gap={space.medium}>
      <Flex gap={space.small} wrap align="center">
        <Select
          aria-label={say(words.file)}
          value={chosen}
          onChange={setChosen}
          options={files.map(({ name, text }) => ({
            value: name,
            label: oldText(name) === text ? name : `${name} · ${say(words.changed)}`,
          }))}
          style={{ minWidth: 240 }}
        />
        <NewFile
          taken={files.map(({ name }) => name)}
          add={(name) => {
            change([...files, { name, text: '' }]);
            setChosen(name);
          }}
        />
        {current && oldText(chosen) !== undefined && oldText(chosen) !== current.text && (
          <Button onClick={() => write(chosen, oldText(chosen) ?? '')}>{say(words.undo)}</Button>
        )}
        {current && files.length > 1 && (
          <Button danger onClick={remove}>
            {say(words.remove)}
          </Button>
        )}
      </Flex>
      {current && (
        <Input.TextArea
          aria-label={say(words.text, { file: chosen })}
          value={current.text}
          onChange={({ target }) => write(chosen, target.value)}
          rows={14}
          spellCheck={false}
          style={{ fontFamily: codeFonts, fontSize: 12 }}
        />
      )}
      <Space wrap>
        <Button disabled={!differs} loading={check.isPending} onClick={() => check.mutate(files)}>
          {say(words.check)}
        </Button>
        {check.data?.ok && (
          <Act<{ reason: string }, { id: number }>
            name={words.propose}
            about={words.proposeAbout}
            type="primary"
            reason
            refresh={[['approvals'], policiesKey, ['home']]}
            onDone={({ id }) => go(to('/approvals/:id', { id }))}
            act={({ reason }) =>
              unwrap(
                api.POST('/api/approvals', { body: { kind: 'policy.change', payload: { files: [...files], from }, reason } }),
              )
            }
          />
        )}
      </Space>
      <Fault error={check.error} />
      {check.data && <Verdict of={check.data} open={setChosen} />}
      {differs && (
        <Card size="small" title={say(words.differs)}>
          <PolicyDiff old={old} now={files} />
        </Card>
      )}
    </Flex>
  );
}

type Flaw = { file: string; line: number; reason: string; place: string };

function Verdict({
  of: { ok, flaws, policies = 0 },
  open,
}: {
  of: { ok: boolean; flaws: Flaw[]; policies?: number };
  open(file: string): void;
}) {
  const say = useSay();
  if (ok) return <Alert type="success" showIcon role="status" title={say(words.good, { count: policies })} />;
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      title={say(plural(flaws.length, words.oneFlaw, words.manyFlaws), { count: flaws.length })}
      description={
        <ul style={{ margin: 0, paddingInlineStart: 20 }}>
          {flaws.map(({ file, line, reason, place }) => (
            <li key={place}>
              <Button type="link" size="small" onClick={() => open(file)}>
                {file}:{line}
              </Button>
              <Text className="hf-break">{reason}</Text>
            </li>
          ))}
        </ul>
      }
    />
  );
}

function NewFile({ taken, add }: { taken: readonly string[]; add(name: string): void }) {
  const say = useSay();
  const [name, setName] = useState('');
  const good = fileName.test(name) && !taken.includes(name);
  const make = () => {
    if (!good) return;
    add(name);
    setName('');
  };
  return (
    <Space.Compact>
      <Input
        aria-label={say(words.addName)}
        placeholder={say(words.addName)}
        value={name}
        onChange={({ target }) => setName(target.value.trim())}
        onPressEnter={make}
        style={{ width: 240 }}
      />
      <Button disabled={!good} onClick={make}>
        {say(words.add)}
      </Button>
    </Space.Compact>
  );
}
