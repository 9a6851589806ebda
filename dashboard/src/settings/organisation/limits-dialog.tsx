import { Text } from '@mantine/core';
import { useState } from 'react';
import type { Org } from '../../../../contract/org.ts';
import { ActionDialog } from '../../parts/action-dialog.tsx';
import { tell } from '../../parts/tell.tsx';
import { LimitFields, type LimitsDraft, limitPointers, limitsOf } from './limit-fields.tsx';
import { useOrgActions } from './use-org-actions.ts';

export function LimitsDialog({ org, onClose }: { org: Org; onClose: () => void }) {
  const [draft, setDraft] = useState<LimitsDraft>(org.limits);
  const { change } = useOrgActions();
  const limits = limitsOf(draft);
  return (
    <ActionDialog
      opened
      title={`Limits of ${org.name}`}
      onClose={onClose}
      confirm="Save"
      fields={limitPointers}
      isReady={limits !== null}
      run={async () => {
        if (limits) await change(org.id, { limits });
        tell(`Limits of ${org.name} saved.`);
      }}
    >
      {(errorOf) => (
        <>
          <Text size="sm">The most of each it may have. What already exists stays.</Text>
          <LimitFields draft={draft} onChange={setDraft} errorOf={errorOf} />
        </>
      )}
    </ActionDialog>
  );
}
