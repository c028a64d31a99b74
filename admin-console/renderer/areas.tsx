// Every part of the console in the order of its menu. A slice brings its own screens; here they only stand together.

import { type Area, later, type Screen } from './parts/screen.tsx';
import { compliance } from './screens/compliance/area.tsx';
import { customers } from './screens/customers/area.tsx';
import { data } from './screens/data/area.tsx';
import { federation } from './screens/federation/area.tsx';
import { firstRun } from './screens/first-run/area.tsx';
import { home } from './screens/home/area.tsx';
import { identity } from './screens/identity/area.tsx';
import { models } from './screens/models/area.tsx';
import { segments } from './screens/segments/area.tsx';
import { system } from './screens/system/area.tsx';

export const areas: readonly Area[] = [home, customers, identity, data, segments, models, federation, compliance, system];

/** After G, to the first screen of an area that the reader may open. */
export const areaLetters: { readonly [key: string]: string } = {
  home: 'h',
  customers: 'c',
  identity: 'i',
  data: 'd',
  segments: 's',
  models: 'm',
  federation: 'f',
  compliance: 'o',
  system: 'y',
};

/** Not in the menu: where the desktop console sends the browser. */
const desktop: Screen = {
  path: '/desktop',
  name: { en: 'Desktop console', zh: '桌面控制台' },
  routes: [['/desktop', later(() => import('./screens/door/desktop.tsx'))]],
};

/** Not in the menu: under the reader's own name. */
const account: Screen = {
  path: '/account',
  name: { en: 'Your account', zh: '个人账户' },
  routes: [['/account', later(() => import('./screens/account/account.tsx'))]],
};

/** Not in the menu: under the reader's own name, offered on the first screen while a node is new, or where the desktop console leads. */
export const unlisted: readonly Screen[] = [account, firstRun, desktop];
