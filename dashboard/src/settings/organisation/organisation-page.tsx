import { Stack } from '@mantine/core';
import type { Me } from '../../../../contract/access.ts';
import type { Org } from '../../../../contract/org.ts';
import { FaultNotice } from '../../parts/fault-notice.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { RowsSkeleton } from '../../parts/skeletons.tsx';
import { LookOnly } from '../../session/look-only.tsx';
import { useMay, useWhoAmI } from '../../session/who-am-i.ts';
import { useOrg } from '../queries.ts';
import { AllOrganisations } from './all-organisations.tsx';
import { Deletion } from './deletion.tsx';
import { Identity } from './identity.tsx';
import { Limits } from './limits.tsx';

export default function OrganisationPage() {
  const { data: me } = useWhoAmI();
  return (
    <>
      <PageHeader
        title="Organisation"
        description="Hosts, deployments, people and secrets belong to an organisation. Nothing in it is visible from another."
      />
      {me && <OwnOrganisation me={me} />}
    </>
  );
}

function OwnOrganisation({ me }: { me: Me }) {
  const org = useOrg(me.org.id);
  const isPlatform = useMay('platform');
  return (
    <Stack gap="lg">
      <LookOnly>Only administrators can rename the organisation.</LookOnly>
      {org.isError && <FaultNotice fault={org.error} again={() => org.refetch()} />}
      {org.isPending && <RowsSkeleton rows={4} />}
      {org.data && <Parts org={org.data} />}
      {isPlatform && !org.isPending && <AllOrganisations shownId={me.org.id} />}
    </Stack>
  );
}

function Parts({ org }: { org: Org }) {
  return (
    <>
      <Identity org={org} key={org.name} />
      <Limits org={org} />
      <Deletion org={org} />
    </>
  );
}
