// One text for one JSON value, whatever order a program keeps members in: what is signed of receipts. Members are sorted by UTF-16 code units and
// nothing stands between, as in RFC 8785; numbers and strings are as JSON.stringify writes them, which is what that asks for.

export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((inner) => canonicalJson(inner)).join(',')}]`;
  let text = '';
  // Sorts by UTF-16 code units where it is given no order.
  for (const name of Object.keys(value).sort()) {
    const inner = (value as Record<string, unknown>)[name];
    if (inner !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${canonicalJson(inner)}`;
  }
  return `{${text}}`;
}
