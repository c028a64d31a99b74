// A line as small as a word: which way something went, beside the number that says it.

import { useContext } from 'react';
import { palettes } from '../../design/design.ts';
import { ModeContext } from '../../parts/settings.ts';

const [width, height, edge] = [72, 22, 2];

/** Hidden from who listens: the number beside it says the same. */
export function Spark({ values }: { values: readonly number[] }) {
  const { dark } = useContext(ModeContext);
  if (values.length < 2) return null;
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const x = (at: number) => edge + (at / (values.length - 1)) * (width - 2 * edge);
  const y = (value: number) =>
    most === least ? height / 2 : height - edge - ((value - least) / (most - least)) * (height - 2 * edge);
  const points = values.map((value, at) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
  return (
    <svg width={width} height={height} aria-hidden="true" focusable="false">
      <polyline points={points} fill="none" stroke={palettes[dark ? 'dark' : 'light'].series[0]} strokeWidth={1.5} />
    </svg>
  );
}
