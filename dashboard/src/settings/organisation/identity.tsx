import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Org } from '../../../../contract/org.ts';
import { CopyableText } from '../../parts/copy.tsx';
import { FaultNotice } from '../../parts/fault-notice.tsx';
import { useFieldErrors } from '../../parts/field-errors.ts';
import { NamedValue } from '../../parts/named-value.tsx';
import { RelativeTime } from '../../parts/relative-time.tsx';
import { tell } from '../../parts/tell.tsx';
import { useSubmit } from '../../parts/use-submit.ts';
import { useMay } from '../../session/who-am-i.ts';
import { Panel } from '../panel.tsx';
import { useOrgActions } from './use-org-actions.ts';

/** What it is called, by people and by programs. */
export function Identity({ org }: { org: Org }) {
  const mayRename = useMay('admin');
  return (
    <Panel title="Name">
      <Stack>
        {mayRename ? <Rename org={org} /> : <NamedValue name="Name">{org.name}</NamedValue>}
        <Group gap="xl">
          <NamedValue name="ID (permanent)">
            <CopyableText value={org.id} what="the ID" />
          </NamedValue>
          <NamedValue name="Created">
            <Text size="sm" component="div">
              <RelativeTime time={org.created_at} />
            </Text>
          </NamedValue>
        </Group>
      </Stack>
    </Panel>
  );
}

const fields = ['/name'];

function Rename({ org }: { org: Org }) {
  const [name, setName] = useState(org.name);
  const { change } = useOrgActions();
  const { isBusy, fault, submit } = useSubmit(async () => {
    await change(org.id, { name });
    tell(`The organisation is now called ${name}.`);
  });
  const { form, errorOf, rest } = useFieldErrors(fault, fields);
  return (
    <form ref={form} onSubmit={submit}>
      <Stack gap="sm">
        <Group align="flex-start" gap="xs">
          <TextInput
            aria-label="Name of the organisation"
            description="Lower-case letters, digits and -. Addresses and tokens keep working."
            inputWrapperOrder={['input', 'description', 'error']}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            data-pointer="/name"
            error={errorOf('/name')}
            maxLength={63}
            autoComplete="off"
            spellCheck={false}
            flex={1}
            maw={420}
            required
          />
          <Button type="submit" loading={isBusy} disabled={name === org.name || name === ''}>
            Rename
          </Button>
        </Group>
        {rest && <FaultNotice fault={rest} />}
      </Stack>
    </form>
  );
}
