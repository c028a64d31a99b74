// Whether whoever verified knew the founder of the federation, as every report says it.

import { say } from '../../protocol/plain.ts';
import type { Words } from '../../protocol/words.ts';

export const founderWords = (founderCompared: boolean): Words =>
  founderCompared
    ? say(
        'The founder of the federation was compared with the fingerprint that our officers know.',
        '联盟创建方已与我方负责人掌握的指纹比对。',
      )
    : say('No fingerprint of the founder was at hand to compare with.', '没有可用于比对的创建方指纹。');
