import { Drawer, Stack, Table, Text, Title } from '@mantine/core';
import type { LaunchSpec } from '../../../../contract/launch-spec.ts';
import { CommandBlock } from '../../parts/command-block.tsx';
import { CopyableText } from '../../parts/copy.tsx';
import { FaultNotice } from '../../parts/fault-notice.tsx';
import { RowsSkeleton } from '../../parts/skeletons.tsx';
import { useInstance } from '../queries.ts';

/** What a host was told to start, to the letter; secrets read `***`. */
export function LaunchSpecDrawer({ id, onClose }: { id: string | null; onClose: () => void }) {
  const instance = useInstance(id);
  const spec = instance.data?.launch_spec;
  return (
    <Drawer opened={id !== null} onClose={onClose} position="right" size="lg" title="Launch spec">
      {instance.isPending && <RowsSkeleton />}
      {instance.isError && <FaultNotice fault={instance.error} />}
      {spec && <Spec spec={spec} digest={instance.data?.image_digest ?? null} />}
    </Drawer>
  );
}

function Spec({ spec, digest }: { spec: LaunchSpec; digest: string | null }) {
  const words = [...(spec.entrypoint ?? []), ...(spec.args ?? [])];
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        Rendered once, for generation {spec.generation} of this instance. Secret values are shown as
        ***.
      </Text>
      <Part title="Image">
        <CopyableText value={spec.image} what="the image" />
        {digest && <CopyableText value={digest} what="the digest" />}
      </Part>
      <Part
        title={spec.entrypoint ? 'Entrypoint and arguments' : "Arguments of the image's entrypoint"}
      >
        <CommandBlock
          text={words.length === 0 ? "(the image's own)" : words.join('\n')}
          what="the arguments"
        />
      </Part>
      <Part title="Environment">
        <Variables env={spec.env} />
      </Part>
      <Part title="Full spec">
        <CommandBlock text={JSON.stringify(spec, null, 2)} what="the launch spec" />
      </Part>
    </Stack>
  );
}

function Part({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <Stack gap={4} component="section">
      <Title order={3} size="h6">
        {title}
      </Title>
      {children}
    </Stack>
  );
}

function Variables({ env }: { env: Record<string, string> }) {
  const entries = Object.entries(env);
  if (entries.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        None set.
      </Text>
    );
  }
  return (
    <Table aria-label="Environment" verticalSpacing={4} layout="fixed">
      <Table.Tbody>
        {entries.map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Th className="mono" fw={500} fz="xs" style={{ overflowWrap: 'anywhere' }}>
              {name}
            </Table.Th>
            <Table.Td className="mono" fz="xs" style={{ overflowWrap: 'anywhere' }}>
              {value}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
