// Ways to reach a customer, in words. One that an organisation declared under a name of its own is shown by that.

import type { Words } from './words.ts';

const known: { readonly [channel: string]: Words } = {
  '*': { en: 'all channels', zh: '全部渠道' },
  email: { en: 'e-mail', zh: '电子邮件' },
  sms: { en: 'text message', zh: '短信' },
  phone: { en: 'telephone', zh: '电话' },
  push: { en: 'push message', zh: '推送' },
  wechat: { en: 'WeChat', zh: '微信' },
  post: { en: 'post', zh: '邮寄' },
  mail: { en: 'post', zh: '邮寄' },
};

export const channelWords = (channel: string): Words =>
  Object.hasOwn(known, channel) ? known[channel]! : { en: channel, zh: channel };
