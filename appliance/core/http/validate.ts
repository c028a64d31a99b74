// How requests are checked against their schemas. What stands in an address or a header is text, so "7" may pass for 7 there; in a body a
// value has the type that its sender gave it, or is refused.

import { Ajv, type ErrorObject } from 'ajv';
import addFormats from 'ajv-formats';

type Check = ((data: unknown) => boolean) & { errors?: ErrorObject[] | null };
type Route = { schema: unknown; httpPart?: string };

// A field or parameter that a route does not know is refused, not dropped in silence.
const common = { useDefaults: true, removeAdditional: false, allErrors: false, strictTypes: false } as const;

/** A validator compiler for Fastify. A schema is compiled when the first request is checked against it, not while the node starts. */
export function createValidatorCompiler(): (route: Route) => Check {
  const compile = createValidators();
  return (route) => {
    let validate: Check | undefined;
    const check: Check = (data) => {
      validate ??= compile(route);
      const fits = validate(data);
      check.errors = validate.errors ?? null;
      return fits;
    };
    return check;
  };
}

/** Compiles at once. The function it returns throws an Error when a schema is none. */
export function createValidators(): (route: Route) => Check {
  const body = new Ajv(common);
  const text = new Ajv({ ...common, coerceTypes: 'array' });
  for (const ajv of [body, text]) addFormats.default(ajv);
  return ({ schema, httpPart }) => {
    if (httpPart === 'body') return body.compile(schema as object) as Check;
    const validate = text.compile(schema as object) as Check;
    const check: Check = (data) => {
      check.errors = validate(data) ? infinite(data) : (validate.errors ?? null);
      return check.errors === null;
    };
    return check;
  };
}

/** "1e400" becomes Infinity, which the library takes for an integer below every maximum. */
function infinite(data: unknown): ErrorObject[] | null {
  for (const [key, value] of Object.entries((data ?? {}) as object)) {
    if (typeof value !== 'number' || Number.isFinite(value)) continue;
    return [{ instancePath: `/${key}`, schemaPath: '', keyword: 'type', params: {}, message: 'must be a finite number' }];
  }
  return null;
}
