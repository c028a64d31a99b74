// The schema of an answer as its readers may get it: where masking can leave nothing of a number or a yes, the schema says that there may be
// nothing. A serializer writes nought where its schema expects a number and finds none, and a reader would take it for the customer's.

import type { FastifyInstance, RouteOptions } from 'fastify';
import { fieldWord } from './redact.ts';

type Schema = { readonly [word: string]: unknown };
/**
 * Where a part of an answer stands: the node has built it, it is what a customer did, whose times are shown, or it came from outside. Traits of a
 * golden record are shown but for their values.
 */
type Place = 'built' | 'lineages' | 'done' | 'outside';

/** The schema whose answers can be masked for some reader. @param schema of an answer before it is masked */
export function maskable(schema: unknown): unknown {
  return walk(schema, 'built');
}

/** Every route's answers from now on. @param isMasked whether they are masked for some readers */
export function declareMasked(http: FastifyInstance, isMasked: (route: RouteOptions) => boolean): void {
  http.addHook('onRoute', (route) => {
    const response = route.schema?.response as { readonly [status: string]: unknown } | undefined;
    if (!response || !isMasked(route)) return;
    const answers = Object.entries(response).map(([status, schema]) => [
      status,
      isSuccess(status) ? walk(schema, 'built') : schema,
    ]);
    route.schema = { ...route.schema, response: Object.fromEntries(answers) };
  });
}

const isSuccess = (status: string) => /^2/.test(status) || status === 'default';
const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null && !Array.isArray(value);
/** Words of a schema that hold one schema, or several in a list, for a value in the same place. */
const inPlace = ['items', 'additionalProperties', 'prefixItems', 'anyOf', 'oneOf', 'allOf', 'if', 'then', 'else'];
/** Schemas by names that say nothing of their place: kinds of content, and patterns of names from outside. */
const byOtherNames = ['content', 'patternProperties'];
const leaves = ['number', 'integer', 'boolean'];

function walk(schema: unknown, place: Place | 'shown'): unknown {
  if (place === 'shown') return schema;
  if (Array.isArray(schema)) return schema.map((one) => walk(one, place));
  if (!isSchema(schema)) return schema;
  const changed: { [word: string]: unknown } = { ...schema };
  for (const word of inPlace) if (word in schema) changed[word] = walk(schema[word], place);
  for (const word of byOtherNames) if (isSchema(schema[word])) changed[word] = eachOf(schema[word], (held) => walk(held, place));
  if (isSchema(schema.schema) && schema.type === undefined) changed.schema = walk(schema.schema, place);
  if (isSchema(schema.properties)) {
    const { properties } = schema;
    changed.properties = eachOf(properties, (held, name) => walk(held, placeOf(name, place, properties)));
  }
  return place === 'done' || place === 'outside' ? withNothing(changed) : changed;
}

const eachOf = (schemas: Schema, change: (held: unknown, name: string) => unknown): Schema =>
  Object.fromEntries(Object.entries(schemas).map(([name, held]) => [name, change(held, name)]));

/** The same choices as masking makes of an answer. @param beside what stands in the same object */
function placeOf(name: string, place: Place, beside: Schema): Place | 'shown' {
  const word = fieldWord(name);
  switch (place) {
    case 'outside':
      return 'outside';
    case 'lineages':
      return name === 'value' ? 'outside' : name === 'others' ? 'lineages' : 'shown';
    case 'done':
      if (word.isOwnFigure) return 'shown';
      return (word.done ?? word.known ?? 'other') === 'other' ? 'done' : 'outside';
    case 'built':
      if (word.role === 'whole') return 'shown';
      if (word.role === 'tree' || word.role === 'reason' || word.role === 'note')
        return word.own === undefined ? 'built' : 'outside';
      if (word.role === 'traits' && ['records', 'identifiers', 'households'].every((one) => one in beside)) return 'lineages';
      return word.role === 'behaviour' ? 'done' : 'outside';
  }
}

/** Of a text something is always left: stars at least. */
function withNothing(schema: { [word: string]: unknown }): Schema {
  const types = [schema.type ?? []].flat();
  if (!types.some((type) => leaves.includes(String(type))) || types.includes('null')) return schema;
  const choices = Array.isArray(schema.enum) ? { enum: [...schema.enum, null] } : {};
  return { ...schema, ...choices, type: [...types, 'null'] };
}
