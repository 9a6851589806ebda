import { Button, Group } from '@mantine/core';
import { useRef, useState } from 'react';
import { Link, useLocation, useSearch } from 'wouter';
import { isEqual } from '../../../../contract/differences.ts';
import type { Json } from '../../../../contract/json.ts';
import { FaultNotice } from '../../parts/fault-notice.tsx';
import { newKey } from '../../parts/new-key.ts';
import { PageHeader } from '../../parts/page-header.tsx';
import { RowsSkeleton } from '../../parts/skeletons.tsx';
import { tell } from '../../parts/tell.tsx';
import { useUnsavedGuard } from '../../parts/unsaved-guard.tsx';
import { OperatorsOnly } from '../../session/operators-only.tsx';
import { readYaml } from '../definition/read-yaml.ts';
import { rewriteYaml } from '../definition/rewrite-yaml.ts';
import { useBackendText } from '../queries.ts';
import { useBackendActions } from '../use-backend-actions.ts';
import { BackendEditor } from './backend-editor.tsx';
import { bodyOf } from './save-body.ts';
import { useBackendDraft } from './use-backend-draft.ts';

/** `?from=NAME`: begins as a copy of that one. */
export default function NewBackendPage() {
  const from = new URLSearchParams(useSearch()).get('from');
  return (
    <>
      <PageHeader
        trail={[{ label: 'Backends', path: '/backends' }]}
        title={from === null ? 'Add a backend' : `Copy ${from}`}
        description="Use the form or YAML; both edit the same draft. Definitions written for GPUStack work as they are."
      />
      <OperatorsOnly what="backends">
        {from === null ? <NewBackend initial={null} /> : <Copied of={from} />}
      </OperatorsOnly>
    </>
  );
}

function Copied({ of }: { of: string }) {
  const text = useBackendText(of);
  if (!text.data) {
    return text.isError ? (
      <FaultNotice fault={text.error} again={() => text.refetch()} />
    ) : (
      <RowsSkeleton />
    );
  }
  const { definition } = readYaml(text.data.data);
  const copy = { ...definition, backend_name: `${of}-copy` };
  return <NewBackend initial={rewriteYaml(text.data.data, copy).text} />;
}

function NewBackend({ initial }: { initial: string | null }) {
  const state = useBackendDraft(initial);
  const written = filled(state.definition);
  const [begun] = useState(written);
  const guard = useUnsavedGuard(!isEqual(begun, written) || state.reading.problems.length > 0);
  const { create } = useBackendActions();
  const [, navigate] = useLocation();
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<Error | null>(null);
  const sent = useRef({ text: '', key: '' });

  async function save() {
    setFault(null);
    if (!state.check()) return;
    const body = bodyOf(state);
    const text = JSON.stringify(body);
    // The same again, after an answer that was lost, has its effect once.
    if (sent.current.text !== text) sent.current = { text, key: newKey() };
    setBusy(true);
    try {
      const { backend_name: name } = await create(body, sent.current.key);
      tell(`${name} added.`);
      guard.release();
      // Back shall not show a form that is sent already.
      navigate(`/backends/${name}`, { replace: true });
    } catch (error) {
      if (!state.refuse(error)) setFault(error instanceof Error ? error : new Error(String(error)));
    } finally {
      setBusy(false);
    }
  }

  return (
    <>
      {guard.question}
      <BackendEditor state={state} onSubmit={save}>
        {fault && <FaultNotice fault={fault} />}
        <Group justify="flex-end">
          <Button variant="default" component={Link} href="/backends">
            Cancel
          </Button>
          <Button type="submit" loading={isBusy}>
            Add backend
          </Button>
        </Group>
      </BackendEditor>
    </>
  );
}

/** Without what is empty: the two views of a definition that nobody has written yet differ in that. */
function filled(value: Json | undefined): Json {
  if (Array.isArray(value)) return nullIfEmpty(value.map(filled).filter((one) => one !== null));
  if (value === undefined || value === '') return null;
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).map(([key, one]) => [key, filled(one)] as const);
  return nullIfEmpty(Object.fromEntries(entries.filter(([, one]) => one !== null)));
}

function nullIfEmpty<Some extends object>(value: Some): Some | null {
  return Object.keys(value).length === 0 ? null : value;
}
