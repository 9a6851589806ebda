import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { Document, Schema } from './openapi.ts';

/** Says what of a value is not as a schema of `document` wants it. */
export function schemaChecker(document: Document) {
  const ajv = new Ajv2020({ allErrors: true, strict: false });
  formats.default(ajv);
  ajv.addSchema({ $id: 'document', ...document });
  const compiled = new Map<string, ValidateFunction>();
  return {
    faultsOf(schema: Schema, value: unknown): string[] {
      const key = JSON.stringify(schema);
      // References inside of a schema are to the document.
      const whole = JSON.parse(key.replaceAll('"#/', '"document#/')) as Schema;
      const check = compiled.get(key) ?? ajv.compile(whole);
      compiled.set(key, check);
      if (check(value)) return [];
      return (check.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
    },
  };
}
