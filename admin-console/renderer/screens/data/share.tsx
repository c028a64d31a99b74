// A share of one, as a bar and in figures.

import { Progress } from 'antd';
import { useContext } from 'react';
import { palettes } from '../../design/design.ts';
import { ModeContext } from '../../parts/settings.ts';
import { useFormats } from '../../words/words.ts';

export function Share({ of, label, width }: { of: number; label: string; width?: number }) {
  const formats = useFormats();
  const { dark } = useContext(ModeContext);
  return (
    <Progress
      size="small"
      status="normal"
      strokeColor={palettes[dark ? 'dark' : 'light'].series[0]}
      percent={Math.round(of * 1000) / 10}
      format={() => formats.percent(of)}
      aria-label={label}
      {...(width !== undefined && { style: { width } })}
    />
  );
}
