// What the guides of the roles show: for each role its pictures in the order of the guide, how to get there by clicking, and what must be seen.

import type { Locator, Page } from 'playwright-core';
import type { Role } from '../../core/model/principal.ts';
import type { Prepared } from './testing-guide-prepared.ts';
import type { GuideSeat } from './testing-guides.ts';

type Shown = GuideSeat & {
  readonly page: Page;
  readonly prepared: Prepared;
  say(english: string, chinese: string): string;
  /** Goes to an address of the console and waits for its heading. */
  open(path: string): Promise<void>;
};
export type Picture = { readonly name: string; readonly height?: number; show(shown: Shown): Promise<void> };

/** By its words: an icon before them has a name of its own, and two Chinese characters are drawn with a space between them. */
function button(page: Page | Locator, name: string): Locator {
  const words = [...name].length === 2 ? [...name].join(' ?') : name;
  return page.getByRole('button', { name: new RegExp(`^([a-z-]+ )?${words}$`) }).first();
}

const text = (page: Page, words: string | RegExp) => page.getByText(words).filter({ visible: true }).first().waitFor();
const row = (page: Page) => page.locator('tbody tr.ant-table-row').first().waitFor();

const homePicture: Picture = {
  name: 'home',
  async show({ page, open, say }) {
    await open('/');
    await text(page, say('Good to see you', '您好'));
  },
};

const members = `客户号,姓名,手机号,城市,会员等级
M1001,林晓,13900000001,长沙,金卡
M1002,何静,13900000002,上海,银卡
M1003,郭强,13900000003,北京,银卡
M1004,马超,1390000,杭州,普通
`;

export const guidePictures: { readonly [role in Role]: readonly Picture[] } = {
  administrator: [
    homePicture,
    {
      name: 'invite',
      async show({ page, open, say }) {
        await open('/people');
        await row(page);
        await button(page, say('Invite', '邀请')).click();
        await page.locator('#name').fill(say('Julia Meyer', '林芳'));
        await page.locator('#login').fill(say('julia.meyer', 'lin.fang'));
        await page.locator('#roles').click();
        await page.locator('.ant-select-dropdown:visible').getByText(say('agent', '客服'), { exact: true }).click();
        await page.locator('#login').click();
        await page.locator('.ant-select-dropdown').waitFor({ state: 'hidden' });
      },
    },
    {
      name: 'sources',
      async show({ page, open }) {
        await open('/data/sources');
        await row(page);
      },
    },
    {
      name: 'import',
      async show({ page, open, say, prepared }) {
        await open(`/data/import?source=${prepared.source}`);
        const file = { name: say('members.csv', '会员名单.csv'), mimeType: 'text/csv', buffer: Buffer.from(members) };
        await page.locator('input[type=file]').setInputFiles(file);
        await page.getByRole('cell', { name: '林晓' }).waitFor();
        await button(page, say('Next', '下一步')).click();
        await page.locator('[data-target="traits.phone"]').getByText('手机号').first().waitFor();
      },
    },
    {
      name: 'health',
      async show({ page, open }) {
        await open('/health');
        await text(page, 'synchronous');
      },
    },
  ],
  compliance: [
    homePicture,
    {
      name: 'approval',
      async show({ page, open, prepared, language, say }) {
        await open(`/approvals/${prepared.approval[language]}`);
        await button(page, say('Approve', '批准')).waitFor();
      },
    },
    {
      name: 'access-review',
      async show({ page, open, say }) {
        await open('/access-review');
        await page.getByRole('radiogroup', { name: say('Verdict', '结论') }).waitFor();
      },
    },
    {
      name: 'request',
      async show({ page, open, prepared, language, say }) {
        await open(`/requests/${prepared.request[language]}`);
        await button(page, say('Record the check of the identity', '登记身份核验')).waitFor();
      },
    },
    {
      name: 'audit',
      async show({ page, open, say }) {
        await open('/audit?action=profile.read');
        await page.locator('tbody a').first().waitFor();
        await page
          .getByRole('link', { name: say('Entry', '条目') })
          .first()
          .click();
        await text(page, say('It is in the log: computed here', '已在本页核验'));
      },
    },
    {
      name: 'policies',
      async show({ page, open, say }) {
        await open('/policies/table');
        await text(page, say('find customers', '查找客户'));
      },
    },
  ],
  'data-scientist': [
    {
      name: 'features',
      async show({ page, open }) {
        await open('/features');
        await row(page);
      },
    },
    {
      name: 'training',
      async show({ page, open, say }) {
        await open('/trainings/new?question=churn');
        await button(page, say('Continue', '继续')).click();
        await text(page, say('Who is learned from', '使用哪些客户'));
      },
    },
    {
      name: 'report',
      async show({ page, open, say }) {
        await open('/models/churn/versions/1');
        await text(page, say('AUC on the newest customers', 'AUC'));
      },
    },
    {
      name: 'curves',
      async show({ page, open }) {
        await open('/models/churn/versions/1/curves');
        await page.locator('main svg').nth(1).waitFor();
      },
    },
    {
      name: 'why',
      async show({ page, open, say }) {
        await open('/models/churn/top');
        await page.locator('table a').first().click();
        await text(page, say('What each feature adds', '各特征的贡献'));
      },
    },
    {
      name: 'models',
      async show({ page, open }) {
        await open('/models');
        await page.locator('main table a').first().waitFor();
      },
    },
  ],
  marketer: [
    {
      name: 'segments',
      async show({ page, open }) {
        await open('/segments');
        await row(page);
      },
    },
    {
      name: 'builder',
      async show({ page, open, say }) {
        await open('/segments/new');
        await page.getByText(say('Write', '文字编写'), { exact: true }).click();
        await page
          .getByRole('textbox', { name: say('Rule in words', '规则文本') })
          .fill(say('spend > 1000 and active in 90 days', '消费 > 1000 且 90天内活跃'));
        await page.getByRole('status', { name: say('Who fits', '符合人数') }).waitFor();
        await text(page, say('A few of them', '部分客户'));
      },
    },
    {
      name: 'segment',
      async show({ page, open, prepared, say }) {
        await open(`/segments/${prepared.segment}`);
        await text(page, say('Size by day', '每日规模'));
      },
    },
    {
      name: 'members',
      async show({ page, open, prepared }) {
        await open(`/segments/${prepared.segment}?tab=members`);
        await page.locator('.ant-table-row').first().waitFor();
      },
    },
    {
      name: 'rfm',
      async show({ page, open, say }) {
        await open('/rfm?field=5-5');
        await page.getByRole('status', { name: say('Who fits', '符合人数') }).waitFor();
      },
    },
    {
      name: 'export',
      async show({ page, open, prepared, say }) {
        await open(`/segments/${prepared.segment}?tab=export`);
        await text(page, say('Waits for a second person', '等待他人'));
      },
    },
  ],
  supervisor: [
    homePicture,
    {
      name: 'customers',
      async show({ page, open }) {
        await open('/customers');
        await row(page);
      },
    },
    {
      name: 'customer',
      height: 1000,
      async show({ page, open, prepared }) {
        await open(`/customers/${prepared.customer}`);
        await page.locator('.ant-timeline').first().waitFor();
      },
    },
    {
      name: 'pairs',
      async show({ page, open, say }) {
        await open('/identity/reviews');
        await text(page, say('likely to be one person', '为同一人的可能性'));
        await page.locator('main svg').first().waitFor();
      },
    },
    {
      name: 'merge',
      async show({ page, open, prepared, say }) {
        await open(`/customers/merge/${prepared.pair.join('/')}`);
        await text(page, say('As one', '合并后'));
      },
    },
    {
      name: 'break-glass',
      async show({ page, open, say }) {
        await open('/break-glass');
        await button(page, say('Break the glass', '启用紧急访问')).click();
        await page.locator('#reason').waitFor();
      },
    },
  ],
  agent: [
    {
      name: 'search',
      async show({ page, open, prepared }) {
        await open('/customers');
        await page.locator('.ant-input-search input').fill(prepared.phone);
        await page.keyboard.press('Enter');
        await page.locator('table a').first().waitFor();
      },
    },
    {
      name: 'customer',
      height: 1000,
      async show({ page, open, prepared }) {
        await open(`/customers/${prepared.customer}`);
        await page.locator('.ant-timeline').first().waitFor();
      },
    },
    {
      name: 'unmask',
      async show({ page, open, prepared, say }) {
        await open(`/customers/${prepared.customer}`);
        await page.getByRole('button', { name: say('Show Loyalty card in the clear', '查看会员卡明文') }).click();
        await page.locator('#reason').fill(say('Caller asks which card is on file', '来电核对会员卡'));
      },
    },
    {
      name: 'consent',
      async show({ page, open, prepared, say }) {
        await open(`/customers/${prepared.customer}/consents`);
        await button(page, say('Write down what they said', '登记客户表态')).click();
        await page.locator('#purpose').waitFor();
      },
    },
    {
      name: 'request',
      async show({ page, open, prepared, say }) {
        await open(`/customers/${prepared.customer}/rights`);
        await button(page, say('Write down a request', '登记请求')).click();
        await page.locator('#kind').waitFor();
      },
    },
  ],
  auditor: [
    homePicture,
    {
      name: 'audit',
      async show({ page, open }) {
        await open('/audit?action=profile.read');
        await row(page);
      },
    },
    {
      name: 'entry',
      async show({ page, open, say }) {
        await open('/audit?action=profile.read');
        await page
          .getByRole('link', { name: say('Entry', '条目') })
          .first()
          .click();
        await text(page, say('It is in the log: computed here', '已在本页核验'));
      },
    },
    {
      name: 'who-read',
      async show({ page, open, prepared }) {
        await open(`/who-read/customer/${prepared.customer}`);
        await row(page);
      },
    },
    {
      name: 'heads',
      async show({ page, open, say }) {
        await open('/audit/heads');
        await text(page, say('Signed by the node’s key: computed here', '已在本页核验'));
      },
    },
    {
      name: 'register',
      async show({ page, open }) {
        await open('/register');
        await page.locator('main .ant-card, main h2, main h3').first().waitFor();
      },
    },
  ],
};
