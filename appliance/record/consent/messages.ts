// The words of a request for consent, as they go to a customer's address.

import type { ShownText } from './texts.ts';

export function messageOf(
  shown: ShownText,
  controller: string,
  url: string,
  expiresAtMs: number,
): { subject: string; text: string } {
  const until = `${new Date(expiresAtMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const from = controller === '' ? '' : `${controller}${shown.language === 'zh' ? '：' : ': '}`;
  if (shown.language === 'zh')
    return {
      subject: `${from}请确认您的选择`,
      text: `${from}有人（可能是您本人）为此地址登记了以下事项：${shown.name}\n\n${shown.text}\n\n如您同意，请打开以下链接并点击确认。您不确认，我们就不会使用：\n${url}\n\n链接有效期至 ${until}。如非本人操作，请忽略本消息。`,
    };
  return {
    subject: `${from}please confirm your choice`,
    text: `${from}somebody, most likely you, asked at this address for: ${shown.name}\n\n${shown.text}\n\nIf you agree, open this link and press the button. Until you do, nothing of it happens:\n${url}\n\nThe link holds until ${until}. If it was not you, do nothing.`,
  };
}
