// A share of one, as a bar and in figures. Lists have one in each row, so it is elements and no component with states of its own.

import { useContext } from 'react';
import { palettes } from '../../design/design.ts';
import { ModeContext } from '../../parts/settings.ts';
import { useFormats } from '../../words/words.ts';

export function Share({ of, label, width }: { of: number; label: string; width?: number }) {
  const formats = useFormats();
  const { dark } = useContext(ModeContext);
  const percent = Math.min(100, Math.round(of * 1000) / 10);
  const { series, faint } = palettes[dark ? 'dark' : 'light'];
  return (
    <span className="hf-share" title={label} {...(width !== undefined && { style: { width } })}>
      <span aria-hidden="true" style={{ background: faint }}>
        <span style={{ background: series[0], width: `${percent}%` }} />
      </span>
      {formats.percent(of)}
    </span>
  );
}
