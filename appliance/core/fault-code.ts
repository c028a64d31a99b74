// What a log says of a fault that nobody asked for.

/** Its code, or what kind of error it is; its message may quote a value. */
export function codeOf(error: unknown): string {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  return typeof code === 'string' ? code : String(name ?? 'Error');
}
