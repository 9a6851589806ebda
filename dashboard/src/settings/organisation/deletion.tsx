import { Button, Text } from '@mantine/core';
import { useState } from 'react';
import type { Org } from '../../../../contract/org.ts';
import { defaultOrg } from '../../api/names.ts';
import { useMay } from '../../session/who-am-i.ts';
import { Panel } from '../panel.tsx';
import { DeleteOrgDialog } from './delete-org-dialog.tsx';

export function Deletion({ org }: { org: Org }) {
  const isPlatform = useMay('platform');
  const [isOpen, setOpen] = useState(false);
  const isDefault = org.id === defaultOrg;
  return (
    <Panel title="Delete" description={whoMay(isPlatform, isDefault)}>
      {isPlatform && !isDefault && (
        <Button
          variant="default"
          c="var(--mantine-color-error)"
          w="fit-content"
          onClick={() => setOpen(true)}
        >
          Delete {org.name}
        </Button>
      )}
      {org.deleting_at !== null && <Text size="sm">It is being deleted.</Text>}
      {isOpen && <DeleteOrgDialog org={org} onClose={() => setOpen(false)} />}
    </Panel>
  );
}

function whoMay(isPlatform: boolean, isDefault: boolean): string {
  if (isDefault) return 'Requests that name no organisation use this one, so it cannot be deleted.';
  return isPlatform
    ? 'Deletes everything in it. Its audit log stays, for platform administrators.'
    : 'Only whoever runs this control plane can delete the organisation and everything in it.';
}
