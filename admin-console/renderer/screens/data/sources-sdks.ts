// How a program sends its events here, client by client: those that the node's own tests run against it, with nothing to change but address and key.

import type { Words } from '../../words/words.ts';

export type SourceKind = 'website' | 'app' | 'server' | 'file' | 'connector';
export const kindWords: { readonly [kind in SourceKind]: Words } = {
  website: { en: 'Website', zh: '网站' },
  app: { en: 'App', zh: '应用' },
  server: { en: 'Server', zh: '服务器' },
  file: { en: 'Files', zh: '文件' },
  connector: { en: 'Connector', zh: '连接器' },
};
export const isKind = (kind: string): kind is SourceKind => kind in kindWords;

/** The source that stands for what people type in. It has no key to hand out. */
export const byHandName = 'by hand';

/** Stands where the key would, once nobody can see it any more. */
export const keyPlace = 'WRITE_KEY';

export type Sdk = {
  readonly key: string;
  readonly name: Words;
  readonly kinds: readonly SourceKind[];
  /** What to install first, as one command. */
  readonly install?: string;
  readonly note?: Words;
  code(url: string, key: string): string;
};

const plain = (name: string): Words => ({ en: name, zh: name });

export const sdks: readonly Sdk[] = [
  {
    key: 'segment-browser',
    name: { en: 'Browser (Segment)', zh: '浏览器（Segment）' },
    kinds: ['website', 'app'],
    install: 'npm install @segment/analytics-next',
    code: (url, key) => `import { AnalyticsBrowser } from '@segment/analytics-next';

const analytics = AnalyticsBrowser.load({
  writeKey: '${key}',
  cdnURL: '${url}',
});
analytics.identify('u-1001', { name: '王小明', phone: '138 0013 8001' });
analytics.track('Product Viewed', { sku: 'SKU-1', price: 129.5 });
`,
  },
  {
    key: 'rudder-browser',
    name: { en: 'Browser (RudderStack)', zh: '浏览器（RudderStack）' },
    kinds: ['website', 'app'],
    install: 'npm install @rudderstack/analytics-js',
    note: {
      en: 'Take the bundled build: the other one fetches plugins from its maker.',
      zh: '请使用 bundled 版本；另一版本会从厂商处下载插件。',
    },
    code: (url, key) => `import { RudderAnalytics } from '@rudderstack/analytics-js/bundled';

const analytics = new RudderAnalytics();
analytics.load('${key}', '${url}', { configUrl: '${url}' });
analytics.identify('u-1001', { name: '王小明', phone: '138 0013 8001' });
analytics.track('Product Viewed', { sku: 'SKU-1', price: 129.5 });
`,
  },
  {
    key: 'segment-node',
    name: plain('Node.js (Segment)'),
    kinds: ['server', 'connector'],
    install: 'npm install @segment/analytics-node',
    code: (url, key) => `import { Analytics } from '@segment/analytics-node';

const analytics = new Analytics({ writeKey: '${key}', host: '${url}' });
analytics.identify({ userId: 'u-1001', traits: { name: '王小明', phone: '138 0013 8001' } });
analytics.track({ userId: 'u-1001', event: 'Order Completed', properties: { total: 129.5 } });
await analytics.closeAndFlush();
`,
  },
  {
    key: 'rudder-node',
    name: plain('Node.js (RudderStack)'),
    kinds: ['server', 'connector'],
    install: 'npm install @rudderstack/rudder-sdk-node',
    code: (url, key) => `import Analytics from '@rudderstack/rudder-sdk-node';

const analytics = new Analytics('${key}', { dataPlaneUrl: '${url}' });
analytics.track({ userId: 'u-1001', event: 'Order Completed', properties: { total: 129.5 } });
analytics.flush();
`,
  },
  {
    key: 'python',
    name: plain('Python'),
    kinds: ['server', 'connector'],
    note: { en: 'The standard library is enough.', zh: '仅需标准库。' },
    code: (url, key) => `import base64, json, urllib.request

def track(message):
    request = urllib.request.Request(
        "${url}/v1/track",
        data=json.dumps(message).encode(),
        headers={
            "Content-Type": "application/json",
            "Authorization": "Basic " + base64.b64encode(b"${key}:").decode(),
        },
    )
    return urllib.request.urlopen(request).status

track({
    "messageId": "order-77",
    "userId": "u-1001",
    "event": "Order Completed",
    "properties": {"total": 129.5},
})
`,
  },
  {
    key: 'curl',
    name: plain('curl'),
    kinds: ['website', 'app', 'server', 'file', 'connector'],
    code: (url, key) => `curl ${url}/v1/track -u ${key}: \\
  -H 'content-type: application/json' \\
  -d '{"messageId":"order-77","userId":"u-1001","event":"Order Completed","properties":{"total":129.5}}'
`,
  },
  {
    key: 'jitsu',
    name: plain('Jitsu'),
    kinds: ['website', 'app', 'server', 'connector'],
    install: 'npm install @jitsu/js',
    code: (url, key) => `import { jitsuAnalytics } from '@jitsu/js';

const analytics = jitsuAnalytics({ host: '${url}', writeKey: '${key}' });
await analytics.identify('u-1001', { name: '王小明' });
await analytics.track('Order Completed', { total: 129.5 });
`,
  },
  {
    key: 'dittofeed',
    name: plain('Dittofeed'),
    kinds: ['server', 'connector'],
    install: 'npm install @dittofeed/sdk-node',
    code: (url, key) => `import { DittofeedSdk } from '@dittofeed/sdk-node';

await DittofeedSdk.init({ writeKey: '${key}', host: '${url}' });
DittofeedSdk.track({ userId: 'u-1001', event: 'Order Completed', properties: { total: 129.5 } });
await DittofeedSdk.flush();
`,
  },
];

/** Those of the kind first: the likeliest stands in front. */
export function sdksFor(kind: SourceKind): readonly Sdk[] {
  return [...sdks.filter(({ kinds }) => kinds.includes(kind)), ...sdks.filter(({ kinds }) => !kinds.includes(kind))];
}
