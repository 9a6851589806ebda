import { examples } from '../../../contract/examples/examples.ts';
import { type Document, nameOf, type Operation } from './operations.ts';

/** The example of a schema of the document: its own, or for a page one of its items. */
function exampleOf(name: string, document: Document): unknown {
  if (Object.hasOwn(examples, name)) return examples[name];
  const item = itemOfPage(name, document);
  if (item === undefined || !Object.hasOwn(examples, item)) return undefined;
  return { items: [examples[item]], next_cursor: null };
}

function itemOfPage(name: string, document: Document): string | undefined {
  const schema = document.components?.schemas?.[name];
  const properties = schema && 'properties' in schema ? schema.properties : undefined;
  const list = properties?.items;
  return properties && 'next_cursor' in properties && list && 'items' in list
    ? nameOf(list.items)
    : undefined;
}

interface Media {
  schema?: unknown;
  examples?: unknown;
}

/** Gives every body of an operation the example of its schema. */
export function addExamples({ object }: Operation, document: Document): void {
  const examplesOfDocument = { ...document.components?.examples };
  for (const body of [object.requestBody, ...Object.values(object.responses ?? {})]) {
    if (!body || '$ref' in body) continue;
    const content: Record<string, Media> = body.content ?? {};
    for (const media of Object.values(content)) {
      const name = nameOf(media.schema);
      const value = name === undefined ? undefined : exampleOf(name, document);
      if (name === undefined || value === undefined) continue;
      media.examples = { [name]: { $ref: `#/components/examples/${name}` } };
      examplesOfDocument[name] = { value };
    }
  }
  document.components = { ...document.components, examples: examplesOfDocument };
}
