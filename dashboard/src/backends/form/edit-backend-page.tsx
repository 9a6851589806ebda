import { Button, Group } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { differences } from '../../../../contract/differences.ts';
import type { Reply } from '../../api/client.ts';
import { isProblem } from '../../api/problem.ts';
import { ActionDialog } from '../../parts/action-dialog.tsx';
import { ConflictNotice } from '../../parts/conflict-notice.tsx';
import { DifferenceList } from '../../parts/difference-list.tsx';
import { FaultNotice } from '../../parts/fault-notice.tsx';
import { mergePatchOf, withMergePatch } from '../../parts/merge-patch.ts';
import { NotFound } from '../../parts/not-found.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { RowsSkeleton } from '../../parts/skeletons.tsx';
import { tell } from '../../parts/tell.tsx';
import { useUnsavedGuard } from '../../parts/unsaved-guard.tsx';
import { OperatorsOnly } from '../../session/operators-only.tsx';
import { definitionOf, draftOf } from '../definition/draft.ts';
import { readYaml } from '../definition/read-yaml.ts';
import { writeYaml } from '../definition/write-yaml.ts';
import { backendKeys, useBackend, useBackendText } from '../queries.ts';
import { useBackendActions } from '../use-backend-actions.ts';
import { BackendEditor } from './backend-editor.tsx';
import { bodyOf } from './save-body.ts';
import { useBackendDraft } from './use-backend-draft.ts';

export default function EditBackendPage({ name }: { name: string }) {
  const backend = useBackend(name);
  const text = useBackendText(name);
  if (isProblem(text.error, 'not_found'))
    return (
      <NotFound what={`backend ${name}`} back={{ label: 'Go to backends', path: '/backends' }} />
    );
  const fault = text.error ?? backend.error;
  return (
    <>
      <PageHeader
        trail={[
          { label: 'Backends', path: '/backends' },
          { label: name, path: `/backends/${name}` },
        ]}
        title={`Edit ${name}`}
        description="You can review your changes before saving. Running instances keep the settings they were started with."
      />
      {fault && <FaultNotice fault={fault} />}
      {(text.isPending || backend.isPending) && <RowsSkeleton />}
      {text.data && backend.data && (
        <OperatorsOnly what="backends">
          <EditBackend
            name={backend.data.data.backend_name}
            builtIn={backend.data.data.built_in_versions}
            newest={text.data}
          />
        </OperatorsOnly>
      )}
    </>
  );
}

/** `newest` is what it is by now; the draft is based on what it was when it was opened. */
function EditBackend({
  name,
  builtIn,
  newest,
}: {
  name: string;
  builtIn: readonly string[];
  newest: Reply<string>;
}) {
  const [base, setBase] = useState(newest);
  const state = useBackendDraft(base.data);
  const queries = useQueryClient();
  const { replace } = useBackendActions();
  const [, navigate] = useLocation();
  const [isReviewing, setReviewing] = useState(false);
  const written = readYaml(base.data).definition;
  // The form does not tell an empty list from none.
  const before = state.view === 'form' ? definitionOf(draftOf(written)) : written;
  const changes = differences(before, state.definition);
  const isChanged = changes.length > 0 || state.reading.problems.length > 0;
  const guard = useUnsavedGuard(isChanged);
  const theirs = readYaml(newest.data).definition;

  async function save() {
    try {
      await replace(name, bodyOf(state), base.etag ?? '');
      tell(`Changes to ${name} saved.`);
      guard.release();
      navigate(`/backends/${name}`);
    } catch (error) {
      if (isProblem(error, 'precondition_failed') || isProblem(error, 'conflict')) {
        await queries.invalidateQueries({ queryKey: backendKeys.text(name) });
      } else if (!state.refuse(error)) throw error;
    }
  }

  function rebase(text: string) {
    state.replace(text);
    setBase(newest);
  }

  return (
    <>
      {guard.question}
      {newest.etag !== base.etag && (
        <ConflictNotice
          name={name}
          theirs={differences(written, theirs)}
          keepMine={() =>
            rebase(writeYaml(withMergePatch(theirs, mergePatchOf(before, state.definition))))
          }
          takeTheirs={() => rebase(newest.data)}
        />
      )}
      <BackendEditor
        state={state}
        builtIn={builtIn}
        isEdit
        onSubmit={() => {
          if (state.check()) setReviewing(true);
        }}
      >
        <Group justify="flex-end">
          <Button variant="default" component={Link} href={`/backends/${name}`}>
            Cancel
          </Button>
          <Button type="submit" disabled={!isChanged}>
            Review changes
          </Button>
        </Group>
      </BackendEditor>
      <ActionDialog
        opened={isReviewing}
        size="lg"
        title={`Review changes to ${name}`}
        confirm="Save"
        onClose={() => setReviewing(false)}
        run={save}
      >
        <DifferenceList differences={changes} />
      </ActionDialog>
    </>
  );
}
