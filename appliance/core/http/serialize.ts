// How answers are written by their schemas: what a schema does not declare does not leave.

import fastJson from 'fast-json-stringify';

type Route = { schema: unknown };
type Write = (data: unknown) => string;

/** @throws {Error} when the schema is none */
export function compileSerializer(schema: unknown): Write {
  return fastJson(schema as Parameters<typeof fastJson>[0]) as Write;
}

/**
 * A serializer compiler for Fastify. A schema is compiled when its first answer is written: some hundred routes with a schema for each of their answers take most of
 * the time and much of the memory that a node needs to start, and few of them are asked soon.
 */
export function createSerializerCompiler(): (route: Route) => Write {
  return ({ schema }) => {
    let write: Write | undefined;
    return (data) => {
      write ??= compileSerializer(schema);
      return write(data);
    };
  };
}
