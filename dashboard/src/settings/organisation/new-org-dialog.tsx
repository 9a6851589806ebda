import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { ActionDialog } from '../../parts/action-dialog.tsx';
import { tell } from '../../parts/tell.tsx';
import { LimitFields, type LimitsDraft, limitPointers, limitsOf } from './limit-fields.tsx';
import { useOrgActions } from './use-org-actions.ts';

const fields = ['/name', ...limitPointers];

export function NewOrgDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  // As the API has it where none are given.
  const [draft, setDraft] = useState<LimitsDraft>({
    hosts: 10_000,
    deployments: 10_000,
    tokens: 100,
  });
  const { create } = useOrgActions();
  const limits = limitsOf(draft);
  return (
    <ActionDialog
      opened
      title="New organisation"
      onClose={onClose}
      confirm="Create"
      fields={fields}
      isReady={name !== '' && limits !== null}
      run={async () => {
        await create({ name, ...(limits ? { limits } : {}) });
        tell(`${name} created. Open it to invite people.`);
      }}
    >
      {(errorOf) => (
        <>
          <TextInput
            label="Name"
            description="Lower-case letters, digits and -."
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            data-pointer="/name"
            error={errorOf('/name')}
            maxLength={63}
            autoComplete="off"
            spellCheck={false}
            data-autofocus
          />
          <LimitFields draft={draft} onChange={setDraft} errorOf={errorOf} />
        </>
      )}
    </ActionDialog>
  );
}
