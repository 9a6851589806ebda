import { Input, TextInput } from '@mantine/core';
import { useState } from 'react';
import { ActionDialog } from '../../parts/action-dialog.tsx';
import { KeyValueRows, type Pair } from '../../parts/key-value-rows.tsx';
import { newKey } from '../../parts/new-key.ts';
import { tell } from '../../parts/tell.tsx';
import type { DialogProps } from './simple-dialogs.tsx';
import { useHostActions } from './use-host-actions.ts';

/** Its name and its labels. Only what was changed here is sent: the other may be changed by somebody else meanwhile. */
export function ChangeDialog({ host, onClose }: DialogProps) {
  const [name, setName] = useState(host.name);
  const [rows, setRows] = useState<Pair[]>(() =>
    Object.entries(host.labels).map(([key, value]) => ({ id: newKey(), key, value })),
  );
  const [before] = useState(host);
  const { change } = useHostActions(host.id);
  const labels = Object.fromEntries(
    rows.filter(({ key }) => key.trim() !== '').map(({ key, value }) => [key.trim(), value]),
  );
  const isRenamed = name.trim() !== before.name;
  const isRelabelled = !areAlike(labels, before.labels);
  return (
    <ActionDialog
      opened
      title={`Name and labels of ${before.name}`}
      onClose={onClose}
      confirm="Save"
      size="lg"
      isReady={name.trim() !== '' && (isRenamed || isRelabelled)}
      run={async () => {
        await change({
          ...(isRenamed ? { name: name.trim() } : {}),
          ...(isRelabelled ? { labels } : {}),
        });
        tell(`${name.trim()} saved.`);
      }}
    >
      <TextInput
        label="Name"
        description="Shown to people, and used by deployments that ask for this host. Letters, digits, “.”, “-” and “_”."
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        maxLength={100}
        autoComplete="off"
        spellCheck={false}
        data-autofocus
      />
      <Input.Wrapper
        label="Labels"
        description="Deployments can ask for these. Instances already here stay, whatever you change."
        labelElement="div"
      >
        <KeyValueRows
          what="label"
          rows={rows}
          onChange={setRows}
          pointerOf={(key) => `/labels/${key}`}
          keyPlaceholder="zone"
          valuePlaceholder="a"
        />
      </Input.Wrapper>
    </ActionDialog>
  );
}

function areAlike(one: Record<string, string>, other: Record<string, string>): boolean {
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => one[key] === other[key]);
}
