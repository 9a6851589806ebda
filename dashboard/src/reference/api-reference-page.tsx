import { Accordion, Anchor, Button, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconDownload, IconSearch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useAddressFilters } from '../parts/address-filters.ts';
import { EmptyState } from '../parts/empty-state.tsx';
import { FaultNotice } from '../parts/fault-notice.tsx';
import { PageHeader } from '../parts/page-header.tsx';
import { RowsSkeleton } from '../parts/skeletons.tsx';
import {
  type ApiDocument,
  filterOperations,
  type Operation,
  operationsOf,
  useApiDocument,
} from './document.ts';
import { OperationView } from './operation-view.tsx';
import { Prose } from './prose.tsx';
import classes from './reference.module.css';

const filterNames = ['search'] as const;

/** The API as its own document describes it. It is open to everybody, as the document is. */
export default function ApiReferencePage() {
  const document = useApiDocument();
  return (
    <>
      <PageHeader
        title="API"
        description="Every operation of this control plane, from the same OpenAPI document its requests are checked against."
        actions={
          <Button
            component="a"
            href="/api/openapi.json"
            download="longshore-openapi.json"
            variant="default"
            leftSection={<IconDownload size={16} aria-hidden />}
          >
            OpenAPI document
          </Button>
        }
      />
      {document.isError && <FaultNotice fault={document.error} again={() => document.refetch()} />}
      {document.isPending && <RowsSkeleton rows={10} />}
      {document.data && <Reference document={document.data} />}
    </>
  );
}

function Reference({ document }: { document: ApiDocument }) {
  const { values, set } = useAddressFilters(filterNames);
  const search = values.search[0] ?? '';
  const found = filterOperations(operationsOf(document), search);
  const groups = document.tags.flatMap((tag): [ApiDocument['tags'][number], Operation[]][] => {
    const own = found.filter(({ tags }) => tags.includes(tag.name));
    return own.length > 0 ? [[tag, own]] : [];
  });
  const { open, setOpen } = useOpened();
  return (
    <div className={classes.layout}>
      <Stack gap="xl">
        <TextInput
          aria-label="Filter operations"
          placeholder="Filter by name, path or what it does"
          leftSection={<IconSearch size={16} aria-hidden />}
          value={search}
          onChange={(event) => set('search', event.currentTarget.value)}
        />
        {search === '' && (
          <Stack gap="sm" maw={720}>
            <Prose text={document.info.description} dimmed />
          </Stack>
        )}
        {groups.length === 0 && (
          <EmptyState
            title="No operations match these words"
            action={
              <Button variant="default" mt="sm" onClick={() => set('search', '')}>
                Show all
              </Button>
            }
          />
        )}
        {groups.map(([tag, operations]) => (
          <Stack
            key={tag.name}
            component="section"
            gap="xs"
            id={anchorOf(tag.name)}
            className={classes.group}
            aria-label={tag.name}
          >
            <Title order={2} size="h4">
              {tag.name}
            </Title>
            <Prose text={tag.description} dimmed />
            <Accordion multiple value={open} onChange={setOpen} variant="contained" order={3}>
              {operations.map((operation) => (
                <OperationView
                  key={operation.operationId}
                  document={document}
                  operation={operation}
                  isOpen={open.includes(operation.operationId)}
                />
              ))}
            </Accordion>
          </Stack>
        ))}
      </Stack>
      <Stack component="nav" aria-label="On this page" gap={6} className={classes.contents}>
        {groups.map(([tag, operations]) => (
          <Anchor
            key={tag.name}
            href={`#${anchorOf(tag.name)}`}
            size="sm"
            c="dimmed"
            display="block"
          >
            {tag.name}{' '}
            <Text span size="xs">
              {operations.length}
            </Text>
          </Anchor>
        ))}
      </Stack>
    </div>
  );
}

function anchorOf(tag: string): string {
  return `group-${tag.toLowerCase()}`;
}

/** Which operations are open. The one that the address names is open from the start, and in view. */
function useOpened() {
  const [open, show] = useState(() => {
    const named = window.location.hash.slice(1);
    return named === '' || named.startsWith('group-') ? [] : [named];
  });
  useEffect(() => {
    const named = window.location.hash.slice(1);
    if (named !== '') globalThis.document.getElementById(named)?.scrollIntoView();
  }, []);
  return {
    open,
    setOpen(next: string[]) {
      const opened = next.find((id) => !open.includes(id));
      show(next);
      if (opened !== undefined) window.history.replaceState(window.history.state, '', `#${opened}`);
    },
  };
}
