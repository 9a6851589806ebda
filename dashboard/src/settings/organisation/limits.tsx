import { Button, SimpleGrid, Text } from '@mantine/core';
import { useState } from 'react';
import type { Org } from '../../../../contract/org.ts';
import { MOST_ITEMS } from '../../api/client.ts';
import { useDeployments } from '../../deployments/queries.ts';
import { useHosts } from '../../hosts/queries.ts';
import { Meter } from '../../parts/meter.tsx';
import { useMay } from '../../session/who-am-i.ts';
import { Panel } from '../panel.tsx';
import { SELDOM_MS, useApiTokens } from '../queries.ts';
import { LimitsDialog } from './limits-dialog.tsx';
import { limitWords } from './words.ts';

/** How much the organisation may have, and has. */
export function Limits({ org }: { org: Org }) {
  const isPlatform = useMay('platform');
  const maySeeTokens = useMay('admin');
  const [isChanging, setChanging] = useState(false);
  const hosts = useHosts();
  const deployments = useDeployments(SELDOM_MS);
  const tokens = useApiTokens(maySeeTokens);
  const used = {
    hosts: hosts.data?.length,
    deployments: deployments.data?.length,
    tokens: tokens.data?.filter(({ status }) => status === 'active').length,
  };
  return (
    <Panel
      title="Limits"
      description={
        isPlatform
          ? 'What already exists stays, whatever is set here.'
          : 'Set by whoever runs this control plane.'
      }
    >
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        {limitWords.map(({ key, label }) => (
          <div key={key}>
            <Text size="sm" fw={500} mb={4}>
              {label}
            </Text>
            <Meter
              label={`${label} in use`}
              value={used[key] ?? 0}
              max={org.limits[key]}
              text={usedText(used[key], org.limits[key])}
            />
          </div>
        ))}
      </SimpleGrid>
      {isPlatform && (
        <Button variant="default" w="fit-content" onClick={() => setChanging(true)}>
          Change the limits
        </Button>
      )}
      {isChanging && <LimitsDialog org={org} onClose={() => setChanging(false)} />}
    </Panel>
  );
}

function usedText(used: number | undefined, limit: number): string {
  const most = limit.toLocaleString('en');
  if (used === undefined) return `${most} at most`;
  return used < MOST_ITEMS
    ? `${used.toLocaleString('en')} of ${most}`
    : `${MOST_ITEMS.toLocaleString('en')} or more, of ${most}`;
}
