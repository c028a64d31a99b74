// A few words with a look of their own: beside the point, heavy, wrong, or to be typed as they stand. Elements and no component of the library, for the
// reason of parts/mark.tsx; what can be copied or is cut short is the library's.

import type { CSSProperties, ReactNode } from 'react';

type Look = { type?: 'secondary' | 'danger' | undefined; strong?: boolean; code?: boolean };
type Rest = {
  className?: string;
  style?: CSSProperties;
  id?: string;
  title?: string;
  lang?: string;
  role?: 'status' | 'alert';
  'aria-live'?: 'polite';
  'data-testid'?: string;
  children: ReactNode;
};

export function Text({ type, strong, code, className, children, ...rest }: Look & Rest) {
  return (
    <span {...rest} className={`hf-text ${type ? `hf-${type}` : ''} ${className ?? ''}`.trimEnd()}>
      {code ? <code className="hf-code">{children}</code> : strong ? <strong>{children}</strong> : children}
    </span>
  );
}
