import { Accordion, Code, Group, Stack, Tabs, Text, Title } from '@mantine/core';
import { Fragment, type ReactNode } from 'react';
import { CommandBlock } from '../parts/command-block.tsx';
import { curlOf } from './curl.ts';
import {
  type ApiDocument,
  exampleOf,
  type Media,
  type Operation,
  type Parameter,
  type Response,
  resolve,
} from './document.ts';
import { Prose } from './prose.tsx';
import classes from './reference.module.css';
import { Field, SchemaView } from './schema-view.tsx';
import { typeText } from './type-text.ts';

/** One operation: its line, and all of it once it is opened. */
export function OperationView({
  document,
  operation,
  isOpen,
}: {
  document: ApiDocument;
  operation: Operation;
  isOpen: boolean;
}) {
  const { operationId, method, path, summary } = operation;
  return (
    <Accordion.Item value={operationId} id={operationId} className={classes.operation}>
      <Accordion.Control>
        <span className={classes.head}>
          <span className={classes.method} data-method={method}>
            {method.toUpperCase()}
          </span>
          <span>
            <Text span className="mono" size="sm" style={{ overflowWrap: 'anywhere' }}>
              <PathText path={path} />
            </Text>
            <Text span display="block" size="sm" c="dimmed">
              {summary}
            </Text>
          </span>
        </span>
      </Accordion.Control>
      <Accordion.Panel>
        {isOpen && <Details document={document} operation={operation} />}
      </Accordion.Panel>
    </Accordion.Item>
  );
}

/** On a narrow screen it breaks at its slashes. */
function PathText({ path }: { path: string }) {
  const parts = path.match(/\/[^/]+/g) ?? [];
  return parts.map((part) => (
    <Fragment key={part}>
      <wbr />
      {part}
    </Fragment>
  ));
}

function Details({ document, operation }: { document: ApiDocument; operation: Operation }) {
  const { operationId, description, requestBody, responses } = operation;
  const parameters = (operation.parameters ?? []).map((one) => resolve(document, one));
  const json = requestBody?.content['application/json'];
  const answers = Object.entries(responses).map(([status, response]): [string, Response] => [
    status,
    resolve(document, response),
  ]);
  return (
    <Stack gap="lg">
      {description && <Prose text={description} />}
      <Group gap="xs">
        <Text size="sm" c="dimmed">
          <Code>{operationId}</Code>
        </Text>
        <Text size="sm" c="dimmed">
          {whoMay(operation)}
        </Text>
      </Group>
      <Part title="As a command">
        <CommandBlock
          text={curlOf(document, operation, window.location.origin)}
          what="the command"
        />
      </Part>
      {parameters.length > 0 && (
        <Part title="Parameters">
          <Stack gap="sm" component="ul" className={classes.fields}>
            {parameters.map((parameter) => (
              <li key={`${parameter.in} ${parameter.name}`}>
                <ParameterView document={document} parameter={parameter} />
              </li>
            ))}
          </Stack>
        </Part>
      )}
      {json && (
        <Part
          title="Body"
          note={requestBody && 'application/yaml' in requestBody.content ? 'JSON or YAML' : 'JSON'}
        >
          <BodyView document={document} media={json} />
        </Part>
      )}
      {answers
        .filter(([status]) => Number(status) < 400)
        .map(([status, response]) => (
          <Part key={status} title={`Response ${status}`} note={response.description}>
            {Object.entries(response.content ?? {})
              .slice(0, 1)
              .map(([type, media]) => (
                <BodyView key={type} document={document} media={media} />
              ))}
          </Part>
        ))}
      <Part title="Errors" note="Problems (RFC 9457), distinguished by `code`.">
        <Stack gap={6} component="ul" className={classes.fields}>
          {answers
            .filter(([status]) => Number(status) >= 400)
            .map(([status, response]) => (
              <li key={status}>
                <Group gap="sm" wrap="nowrap" align="baseline">
                  <Text className="mono" size="sm" fw={600}>
                    {status}
                  </Text>
                  <div>
                    <Prose text={response.description ?? ''} dimmed />
                  </div>
                </Group>
              </li>
            ))}
        </Stack>
      </Part>
    </Stack>
  );
}

function ParameterView({ document, parameter }: { document: ApiDocument; parameter: Parameter }) {
  const { name, in: place, required, description, schema = {} } = parameter;
  const field = { ...schema, description: `${description ?? ''} In the ${place}.`.trim() };
  return <Field document={document} name={name} field={field} isRequired={required === true} />;
}

function BodyView({ document, media }: { document: ApiDocument; media: Media }) {
  const { schema = {} } = media;
  const { properties = {}, description } = resolve(document, schema);
  const example = exampleOf(document, media);
  const text = typeof example === 'string' ? example : JSON.stringify(example, null, 2);
  const hasFields = Object.keys(properties).length > 0;
  return (
    <Tabs defaultValue={hasFields ? 'fields' : 'example'} keepMounted={false} variant="outline">
      <Tabs.List mb="sm">
        {hasFields && <Tabs.Tab value="fields">{typeText(schema)}</Tabs.Tab>}
        {example !== undefined && <Tabs.Tab value="example">Example</Tabs.Tab>}
      </Tabs.List>
      {hasFields && (
        <Tabs.Panel value="fields">
          <Stack gap="sm">
            {description && <Prose text={description} />}
            <SchemaView document={document} schema={schema} />
          </Stack>
        </Tabs.Panel>
      )}
      {example !== undefined && (
        <Tabs.Panel value="example">
          <CommandBlock text={text} what="the example" />
        </Tabs.Panel>
      )}
    </Tabs>
  );
}

function Part({
  title,
  note,
  children,
}: {
  title: string;
  note?: string | undefined;
  children?: ReactNode;
}) {
  return (
    <Stack gap="xs" component="section" aria-label={title}>
      <Group gap="xs" align="baseline">
        <Title order={4} size="h6">
          {title}
        </Title>
        {note && <Prose text={note} dimmed />}
      </Group>
      {children}
    </Stack>
  );
}

function whoMay({ security, 'x-required-role': role }: Operation): string {
  if (role !== undefined) return `Requires the role ${role}.`;
  if (security?.length === 0) return 'Open to everyone.';
  const [scheme = ''] = Object.keys(security?.[0] ?? {});
  const names: Record<string, string> = {
    hostSecret: "Requires the host's secret as a bearer token.",
    enrollmentToken: 'Requires an enrolment token as a bearer token.',
  };
  return names[scheme] ?? 'Requires a token.';
}
