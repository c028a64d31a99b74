// The keys that count on the page one stands on, listed by `?` or from the reader's own menu; those that count everywhere are here.

import { Flex, Modal, Switch, Typography } from 'antd';
import { Fragment, useEffect, useState } from 'react';
import { space } from '../design/design.ts';
import { useSay, type Words } from '../words/words.ts';
import { hearKeys, type Key, keysAreOn, keysNow, turnKeys, useKeys } from './keys.ts';
import { Text } from './text.tsx';

const words = {
  title: { en: 'Keyboard', zh: '键盘操作' },
  here: { en: 'On this page', zh: '本页' },
  everywhere: { en: 'Everywhere', zh: '通用' },
  goTo: { en: 'Go to', zh: '前往' },
  noneHere: { en: 'This page has no keys of its own.', zh: '本页没有专用快捷键。' },
  list: { en: 'this list', zh: '显示此列表' },
  search: { en: 'to the search', zh: '跳到搜索框' },
  next: { en: 'to the next or the one before', zh: '移到下一个或上一个控件' },
  close: { en: 'close a dialog or a list', zh: '关闭对话框或列表' },
  after: { en: 'then', zh: '再按' },
  or: { en: 'or', zh: '或' },
  on: { en: 'Single keys act', zh: '启用单键快捷键' },
  onAbout: {
    en: 'Turn it off where you speak to the computer or press keys by accident. Tab, Enter and Escape work all the same.',
    zh: '使用语音输入或容易误触时可关闭。Tab、回车与 Esc 不受影响。',
  },
  space: { en: 'Space', zh: '空格' },
} as const;

/** What is written on a key. */
const caps: { readonly [stroke: string]: Words } = {
  ' ': words.space,
  arrowup: { en: '↑', zh: '↑' },
  arrowdown: { en: '↓', zh: '↓' },
  tab: { en: 'Tab', zh: 'Tab' },
  'shift tab': { en: 'Shift Tab', zh: 'Shift Tab' },
  escape: { en: 'Esc', zh: 'Esc' },
};

export type Place = { readonly letter: string; readonly name: Words; readonly go: () => void };

/** Where one types to find something on the page that is shown. */
const searchField = () =>
  [
    ...document.querySelectorAll<HTMLElement>('main input[type=search], main .ant-input-search input, main [role=search] input'),
  ].find((field) => field.checkVisibility());

/** Hears the keys of all screens and those that count everywhere. @param find where to search when the page has no search of its own */
export function Shortcuts({
  places,
  find,
  open,
  setOpen,
}: {
  places: readonly Place[];
  find: (() => void) | undefined;
  open: boolean;
  setOpen(open: boolean): void;
}) {
  useEffect(hearKeys, []);
  const everywhere: readonly Key[] = [
    { keys: ['?'], name: words.list, act: () => setOpen(true) },
    {
      keys: ['/'],
      name: words.search,
      act: () => {
        const field = searchField();
        if (field) field.focus();
        else find?.();
      },
    },
  ];
  const going: readonly Key[] = places.map(({ letter, name, go }) => ({ keys: [`g ${letter}`], name, act: go }));
  useKeys([...everywhere, ...going]);
  return open ? <List everywhere={everywhere} going={going} close={() => setOpen(false)} /> : null;
}

function List({ everywhere, going, close }: { everywhere: readonly Key[]; going: readonly Key[]; close(): void }) {
  const say = useSay();
  const [on, setOn] = useState(keysAreOn);
  const common = new Set([...everywhere, ...going].flatMap(({ keys }) => keys));
  // As it was when the dialog was opened: what stands behind it does not change.
  const [own] = useState(() => keysNow().filter(({ keys }) => !keys.some((one) => common.has(one))));
  const always = [
    { keys: ['tab', 'shift tab'], name: words.next },
    { keys: ['escape'], name: words.close },
  ];
  return (
    <Modal open title={say(words.title)} footer={null} onCancel={close} width={720}>
      <Flex vertical gap={space.medium}>
        <Part name={words.here} of={own} />
        <Part name={words.everywhere} of={[...everywhere, ...always]} />
        {going.length > 0 && <Part name={words.goTo} of={going} />}
        <Flex vertical gap={space.hair}>
          <Flex gap={space.small} align="center">
            <Switch
              id="single-keys"
              checked={on}
              onChange={(next) => {
                turnKeys(next);
                setOn(next);
              }}
            />
            <label htmlFor="single-keys">{say(words.on)}</label>
          </Flex>
          <Text type="secondary">{say(words.onAbout)}</Text>
        </Flex>
      </Flex>
    </Modal>
  );
}

function Part({ name, of }: { name: Words; of: readonly Pick<Key, 'keys' | 'name'>[] }) {
  const say = useSay();
  return (
    <section>
      <Typography.Title level={3} style={{ fontSize: 14, marginBlock: `0 ${space.small}px` }}>
        {say(name)}
      </Typography.Title>
      {of.length === 0 ? (
        <Text type="secondary">{say(words.noneHere)}</Text>
      ) : (
        <dl className="hf-keys">
          {of.map(({ keys, name: does }) => (
            <div key={keys.join()}>
              <dt>
                {keys.map((one, at) => (
                  <Fragment key={one}>
                    {at > 0 && ` ${say(words.or)} `}
                    <Strokes of={one} />
                  </Fragment>
                ))}
              </dt>
              <dd>{say(does)}</dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}

function Strokes({ of }: { of: string }) {
  const say = useSay();
  const strokes = caps[of] ? [of] : of.split(' ');
  return strokes.map((stroke, at) => (
    <Fragment key={stroke}>
      {at > 0 && ` ${say(words.after)} `}
      <Typography.Text keyboard>{caps[stroke] ? say(caps[stroke]) : stroke.toUpperCase()}</Typography.Text>
    </Fragment>
  ));
}
