// A difference of two texts to look at: lines that went and came with what stands around them, each with a sign and a colour.

import { useContext } from 'react';
import { codeFonts, tones } from '../design/design.ts';
import { useSay, type Words } from '../words/words.ts';
import { type Line, nearChanges } from './line-diff.ts';
import { ModeContext } from './settings.ts';

const words = {
  added: { en: 'added', zh: '新增' },
  removed: { en: 'removed', zh: '删除' },
} as const;

/** @param gone and `fresh`: what lines of one side alone are called, where not removed and added */
export function LineDiff({
  of,
  label,
  gone = words.removed,
  fresh = words.added,
}: {
  of: readonly Line[];
  label: string;
  gone?: Words;
  fresh?: Words;
}) {
  const say = useSay();
  const { dark } = useContext(ModeContext);
  const mode = dark ? 'dark' : 'light';
  const looks = {
    same: { sign: ' ', style: {}, name: undefined },
    gone: { sign: '−', style: { background: tones.bad[mode][1], color: tones.bad[mode][0] }, name: gone },
    new: { sign: '+', style: { background: tones.good[mode][1], color: tones.good[mode][0] }, name: fresh },
  } as const;
  return (
    <section aria-label={label} style={{ fontFamily: codeFonts, fontSize: 12, lineHeight: 1.6 }}>
      {nearChanges(of).map((line, at) => {
        if (!line)
          return (
            <div key={`gap ${String(at)}`} aria-hidden="true">
              ⋯
            </div>
          );
        const { sign, style, name } = looks[line.kind];
        return (
          <div
            key={`${line.kind} ${line.old ?? ''} ${line.now ?? ''}`}
            style={{ ...style, display: 'grid', gridTemplateColumns: '48px 16px 1fr', whiteSpace: 'pre-wrap' }}
          >
            <span>{line.now ?? line.old}</span>
            <span title={name && say(name)}>{sign}</span>
            <span className="hf-break">{line.text}</span>
          </div>
        );
      })}
    </section>
  );
}
