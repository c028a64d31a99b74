// The settings of the configuration as a flat list, made from its schema: each by its path, with the variable that sets it. A setting is what has no
// properties of its own in the schema; lists and tables by name are one setting each.

export type SchemaNode = {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: { readonly [name: string]: SchemaNode };
  readonly additionalProperties?: boolean | SchemaNode;
  readonly items?: SchemaNode;
  readonly [keyword: string]: unknown;
};
export type Setting = {
  /** `backup.everyMinutes`. */
  readonly path: string;
  readonly keys: readonly string[];
  /** `HOLDFAST_BACKUP__EVERY_MINUTES`. */
  readonly variable: string;
  readonly schema: SchemaNode;
};

/** The one rule of variables: capitals, `_` between the words of a name, `__` for each step down. */
export const variableOf = (keys: readonly string[]): string =>
  `HOLDFAST_${keys.map((key) => key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()).join('__')}`;

export function settingsOf(schema: SchemaNode, above: readonly string[] = []): Setting[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, node]) => {
    const keys = [...above, name];
    if (node.properties) return settingsOf(node, keys);
    return [{ path: keys.join('.'), keys, variable: variableOf(keys), schema: node }];
  });
}

export const isRecord = (value: unknown): value is { [name: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Own properties alone: a setting may be called like what every object has. */
export function valueAt(value: unknown, keys: readonly string[]): unknown {
  let at = value;
  for (const key of keys) {
    if (!isRecord(at) || !Object.hasOwn(at, key)) return undefined;
    at = at[key];
  }
  return at;
}

/** The part of the schema that a place of the configuration is checked by. */
export function schemaAt(schema: SchemaNode, keys: readonly string[]): SchemaNode | undefined {
  let at: SchemaNode | undefined = schema;
  for (const key of keys) {
    const inner: SchemaNode | boolean | undefined = at?.properties?.[key] ?? at?.items ?? at?.additionalProperties;
    at = typeof inner === 'object' ? inner : undefined;
  }
  return at;
}
