import { Stack, Tabs } from '@mantine/core';
import { useAddressFilters } from '../../parts/address-filters.ts';
import { PageHeader } from '../../parts/page-header.tsx';
import { AdminsOnly } from '../../session/look-only.tsx';
import { useMay } from '../../session/who-am-i.ts';
import { AuditFilters } from './audit-filters.tsx';
import { AuditLines } from './audit-lines.tsx';
import type { AuditOf } from './queries.ts';

const ofNames = ['of'] as const;

export default function AuditPage() {
  const mayRead = useMay('admin');
  return (
    <>
      <PageHeader
        title="Audit log"
        description="Who changed what and from where, with the values before and after. Newest first."
      />
      {mayRead ? <Audit /> : <AdminsOnly>Only administrators can read the audit log.</AdminsOnly>}
    </>
  );
}

function Audit() {
  const isPlatform = useMay('platform');
  const { values, set } = useAddressFilters(ofNames);
  const of: AuditOf = isPlatform && values.of[0] === 'platform' ? 'platform' : 'organisation';
  if (!isPlatform) return <Log of={of} />;
  return (
    <Tabs
      value={of}
      onChange={(next) => set('of', next === 'platform' ? next : '')}
      keepMounted={false}
    >
      <Tabs.List aria-label="Audit log of">
        <Tabs.Tab value="organisation">This organisation</Tabs.Tab>
        <Tabs.Tab value="platform">The platform</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value={of} pt="lg">
        <Log of={of} />
      </Tabs.Panel>
    </Tabs>
  );
}

function Log({ of }: { of: AuditOf }) {
  return (
    <Stack gap="lg">
      <AuditFilters of={of} />
      <AuditLines of={of} />
    </Stack>
  );
}
