import { Box, Code, Group, Stack, Text, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import { type ApiDocument, resolve, type Schema } from './document.ts';
import { Prose } from './prose.tsx';
import classes from './reference.module.css';
import { limitsText, typeText } from './type-text.ts';

/** The fields of an object; of what is inside them the fields on demand. */
export function SchemaView({ document, schema }: { document: ApiDocument; schema: Schema }) {
  const { properties = {}, required = [] } = resolve(document, schema);
  return (
    <Stack gap="sm" component="ul" className={classes.fields}>
      {Object.entries(properties).map(([name, field]) => (
        <li key={name}>
          <Field
            document={document}
            name={name}
            field={field}
            isRequired={required.includes(name)}
          />
        </li>
      ))}
    </Stack>
  );
}

export function Field({
  document,
  name,
  field,
  isRequired,
}: {
  document: ApiDocument;
  name: string;
  field: Schema;
  isRequired: boolean;
}) {
  const [isOpen, setOpen] = useState(false);
  const resolved = resolve(document, field);
  const inner = objectIn(document, field);
  const limits = limitsText(resolved);
  const values = valuesOf(document, field);
  return (
    <Box>
      <Group gap={8} style={{ rowGap: 0 }}>
        <Text className="mono" size="sm" fw={600}>
          {name}
        </Text>
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {typeText(field)}
        </Text>
        {isRequired && (
          <Text size="xs" className={classes.required}>
            required
          </Text>
        )}
      </Group>
      {(field.description ?? resolved.description) && (
        <Prose text={field.description ?? resolved.description ?? ''} dimmed />
      )}
      {values.length > 0 && (
        <Group gap={4} mt={2}>
          {values.map((value) => (
            <Code key={value}>{value}</Code>
          ))}
        </Group>
      )}
      {limits.length > 0 && (
        <Text size="xs" c="dimmed" className="mono" style={{ overflowWrap: 'anywhere' }}>
          {limits.join(' · ')}
        </Text>
      )}
      {inner && (
        <>
          <UnstyledButton
            className={classes.more}
            onClick={() => setOpen(!isOpen)}
            aria-expanded={isOpen}
          >
            {isOpen ? (
              <IconChevronDown size={14} aria-hidden />
            ) : (
              <IconChevronRight size={14} aria-hidden />
            )}
            Fields of {name}
          </UnstyledButton>
          {isOpen && (
            <Box className={classes.inner}>
              <SchemaView document={document} schema={inner} />
            </Box>
          )}
        </>
      )}
    </Box>
  );
}

/** The object that stands in a value: itself, or what its list, map or alternative holds. */
function objectIn(document: ApiDocument, schema: Schema): Schema | null {
  const { properties, items, additionalProperties, anyOf, oneOf, allOf } = resolve(
    document,
    schema,
  );
  if (properties && Object.keys(properties).length > 0) return schema;
  const inside = [
    ...(items ? [items] : []),
    ...(typeof additionalProperties === 'object' ? [additionalProperties] : []),
    ...(anyOf ?? oneOf ?? allOf ?? []),
  ];
  for (const one of inside) {
    const found = objectIn(document, one);
    if (found) return found;
  }
  return null;
}

function valuesOf(document: ApiDocument, schema: Schema): string[] {
  const { enum: values, items, anyOf = [] } = resolve(document, schema);
  if (values) return values.map(String);
  return [...(items ? [items] : []), ...anyOf].flatMap((one) => valuesOf(document, one));
}
