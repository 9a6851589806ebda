import { Button, Menu } from '@mantine/core';
import {
  IconArrowsDiagonal,
  IconPencil,
  IconPlayerPlay,
  IconPlayerStop,
  IconRefresh,
  IconTrash,
} from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'wouter';
import type { Deployment } from '../../../../contract/deployment.ts';
import { MoreMenu } from '../../parts/more-menu.tsx';
import { tell, tellFault } from '../../parts/tell.tsx';
import { useMay } from '../../session/who-am-i.ts';
import { DeleteDialog } from './delete-dialog.tsx';
import { ScaleDialog } from './scale-dialog.tsx';
import { RestartDialog, StopDialog } from './simple-dialogs.tsx';
import { useDeploymentActions } from './use-deployment-action.ts';

const dialogs = {
  scale: ScaleDialog,
  restart: RestartDialog,
  stop: StopDialog,
  remove: DeleteDialog,
};

/** What can be done with a deployment, for those who may. What is being deleted can only be deleted harder. */
export function DeploymentActions({ deployment }: { deployment: Deployment }) {
  const { name, stopped, status } = deployment;
  const [open, setOpen] = useState<keyof typeof dialogs | null>(null);
  const mayAct = useMay('operator');
  if (!mayAct) return null;
  const isLeaving = status.phase === 'deleting';
  const Dialog = open && dialogs[open];
  return (
    <>
      {!isLeaving && (
        <>
          {stopped && <StartButton name={name} />}
          <Button
            variant="default"
            leftSection={<IconArrowsDiagonal size={16} />}
            onClick={() => setOpen('scale')}
          >
            Scale
          </Button>
          <Button
            variant="default"
            component={Link}
            href={`/deployments/${name}/edit`}
            leftSection={<IconPencil size={16} />}
          >
            Edit
          </Button>
        </>
      )}
      <MoreMenu label={`More actions for ${name}`} isInHead>
        {!isLeaving && (
          <>
            <Menu.Item leftSection={<IconRefresh size={16} />} onClick={() => setOpen('restart')}>
              Restart
            </Menu.Item>
            {!stopped && (
              <Menu.Item leftSection={<IconPlayerStop size={16} />} onClick={() => setOpen('stop')}>
                Stop
              </Menu.Item>
            )}
            <Menu.Divider />
          </>
        )}
        <Menu.Item
          leftSection={<IconTrash size={16} />}
          color="var(--mantine-color-error)"
          onClick={() => setOpen('remove')}
        >
          Delete
        </Menu.Item>
      </MoreMenu>
      {Dialog && <Dialog deployment={deployment} onClose={() => setOpen(null)} />}
    </>
  );
}

function StartButton({ name }: { name: string }) {
  const [isBusy, setBusy] = useState(false);
  const { start } = useDeploymentActions(name);
  async function run() {
    setBusy(true);
    try {
      await start();
      tell(`${name} is being started.`);
    } catch (error) {
      tellFault(error);
    } finally {
      setBusy(false);
    }
  }
  return (
    <Button leftSection={<IconPlayerPlay size={16} />} loading={isBusy} onClick={run}>
      Start
    </Button>
  );
}
