import { Alert, Anchor, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleX, IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { HostDetail } from '../../../../contract/host.ts';
import { type Concern, concernsOf } from '../concerns.ts';
import { IdentityConflictTable } from './identity-conflict-table.tsx';
import { LeftOnIt } from './left-on-it.tsx';

const looks: Record<Concern['tone'], { color: string; icon: typeof IconCircleX }> = {
  bad: { color: 'red', icon: IconCircleX },
  warning: { color: 'orange', icon: IconAlertTriangle },
  note: { color: 'blue', icon: IconInfoCircle },
};

/** At the top of the page: what a person should know. Changes are read out, and take no focus. */
export function ConcernNotices({ host }: { host: HostDetail }) {
  const { identity_conflict: conflict, reserved_for: reservation } = host;
  return (
    <Stack component="section" gap="xs" aria-label="Notices" aria-live="polite">
      {concernsOf(host).map((concern) => (
        <Notice key={`${concern.code} ${concern.text}`} concern={concern}>
          {concern.code === 'identity_conflict' && conflict && (
            <IdentityConflictTable conflict={conflict} />
          )}
          {concern.code === 'draining' && <LeftOnIt host={host} />}
        </Notice>
      ))}
      {reservation && (
        <Notice
          concern={{
            code: 'reserved',
            title: 'GPUs reserved for a waiting instance',
            text: 'GPUs that come free here go to an instance that has waited a long time:',
            tone: 'note',
          }}
        >
          <Anchor component={Link} href={`/deployments/${reservation.deployment}`} size="sm">
            {reservation.deployment}
          </Anchor>
        </Notice>
      )}
    </Stack>
  );
}

function Notice({
  concern: { title, text, tone },
  children,
}: {
  concern: Concern;
  children?: ReactNode;
}) {
  const { color, icon: Icon } = looks[tone];
  return (
    <Alert
      variant="default"
      title={title}
      role="status"
      icon={
        <Icon
          color={`light-dark(var(--mantine-color-${color}-7), var(--mantine-color-${color}-4))`}
          aria-hidden
        />
      }
    >
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {text}
      </Text>
      {children}
    </Alert>
  );
}
