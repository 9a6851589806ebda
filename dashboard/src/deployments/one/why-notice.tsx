import { Alert, Text } from '@mantine/core';
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconHourglass,
  IconLoader,
  IconPlayerStop,
} from '@tabler/icons-react';
import type { Deployment } from '../../../../contract/deployment.ts';
import type { Host } from '../../../../contract/host.ts';
import type { Instance } from '../../../../contract/instance.ts';
import { HostReasons, type Waiting } from './host-reasons.tsx';
import { WaysOut } from './ways-out.tsx';
import { type Why, whyOf } from './why.ts';

const looks: Record<Why['tone'], { color: string; icon: typeof IconLoader }> = {
  good: { color: 'teal', icon: IconCircleCheck },
  busy: { color: 'blue', icon: IconLoader },
  waiting: { color: 'yellow', icon: IconHourglass },
  bad: { color: 'red', icon: IconAlertTriangle },
  off: { color: 'gray', icon: IconPlayerStop },
};

/** At the top of the page: how it is, why, and what to do. Changes are read out, and take no focus. */
export function WhyNotice({
  deployment,
  instances,
  hosts,
  waiting,
}: {
  deployment: Deployment;
  instances: readonly Instance[];
  hosts: readonly Host[];
  waiting: Waiting | null;
}) {
  return (
    <section aria-label="Status" aria-live="polite">
      {whyOf(deployment, instances, hosts).map((why, index) => {
        const { color, icon: Icon } = looks[why.tone];
        const showsReasons = index === 0 && waiting !== null;
        return (
          <Alert
            key={why.title}
            variant="default"
            icon={
              <Icon
                color={`light-dark(var(--mantine-color-${color}-7), var(--mantine-color-${color}-4))`}
                aria-hidden
              />
            }
            title={why.title}
            mt={index === 0 ? 0 : 'xs'}
            role="status"
          >
            {why.text === '' && !showsReasons ? null : (
              <>
                {why.text !== waiting?.told && (
                  <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                    {why.text}
                  </Text>
                )}
                {showsReasons && <HostReasons reasons={waiting.reasons} />}
                {showsReasons && <WaysOut name={deployment.name} />}
              </>
            )}
          </Alert>
        );
      })}
    </section>
  );
}
