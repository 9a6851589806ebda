import { Button, Group, Stack } from '@mantine/core';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { Backend, BackendVersion } from '../../../../contract/backend.ts';
import { pointerTo } from '../../../../contract/json.ts';
import { ApiError } from '../../api/problem.ts';
import { FaultNotice } from '../../parts/fault-notice.tsx';
import { type Finding, fieldAround, findingsOf, withoutSaid } from '../../parts/findings.ts';
import { faultsOfPairs } from '../../parts/pairs.ts';
import { tell } from '../../parts/tell.tsx';
import { missingInVersion } from '../definition/check.ts';
import { configOf, type VersionDraft } from '../definition/draft.ts';
import { definitionOfBackend } from '../definition/of-backend.ts';
import { pointersOfVersion } from '../definition/pointers.ts';
import { FoundProvider } from '../form/found-context.tsx';
import { LaunchPanel } from '../form/launch-panel.tsx';
import { useLaunch } from '../form/use-launch.ts';
import { VersionFields } from '../form/version-fields.tsx';
import { useBackendActions } from '../use-backend-actions.ts';
import { EntrypointNote } from './entrypoint-note.tsx';

/** Every field of one version, what it launches, and the way to save it. */
export function VersionForm({
  backend,
  etag,
  version,
  draft,
  set,
  cancel,
  onSaved,
}: {
  backend: Backend;
  etag: string;
  /** Null: a new one. */
  version: BackendVersion | null;
  draft: VersionDraft;
  set: (change: Partial<VersionDraft>) => void;
  cancel: () => void;
  onSaved: (version: string) => void;
}) {
  const { backend_name: name } = backend;
  // What the form was opened on: a change by somebody else is refused, and nothing of it overwritten.
  const [base] = useState(etag);
  const [wasSent, setSent] = useState(false);
  const [refused, setRefused] = useState<Finding[]>([]);
  const [fault, setFault] = useState<Error | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [focusWanted, wantFocus] = useState(0);
  const form = useRef<HTMLFormElement>(null);
  const { putVersion } = useBackendActions();

  const own = draft.name.trim();
  const place = pointerTo('version_configs', own || 'new');
  const definition = definitionOfBackend(backend);
  const launch = useLaunch(
    { ...definition, version_configs: { [own || 'new']: configOf(draft) } },
    own || 'new',
  );
  const shown = new Set(pointersOfVersion(draft, place));
  const fieldAt = (pointer: string) => fieldAround(pointer, shown);
  const wrong = faultsOfVersion(draft, place, version ? [] : Object.keys(backend.version_configs));
  const faults = [...(wasSent ? wrong : []), ...refused];
  const errors = findingsOf(faults, fieldAt);
  const warnings = findingsOf(withoutSaid(launch.warnings, faults), fieldAt);

  useEffect(() => {
    if (focusWanted === 0) return;
    form.current?.querySelector<HTMLElement>('[data-pointer][aria-invalid="true"]')?.focus();
  }, [focusWanted]);

  async function submit(event: FormEvent) {
    event.preventDefault();
    setSent(true);
    setFault(null);
    if (wrong.length > 0) {
      wantFocus((count) => count + 1);
      return;
    }
    setBusy(true);
    try {
      await putVersion(name, own, configOf(draft), version ? base : null);
      tell(version ? `Changes to ${own} saved.` : `${own} added to ${name}.`);
      onSaved(own);
    } catch (error) {
      const faults = error instanceof ApiError ? (error.problem.errors ?? []) : [];
      // Pointers of the answer are into the version.
      setRefused(faults.map(({ pointer, detail }) => ({ pointer: place + pointer, detail })));
      if (faults.length > 0) wantFocus((count) => count + 1);
      else setFault(error instanceof Error ? error : new Error(String(error)));
    } finally {
      setBusy(false);
    }
  }

  return (
    <form ref={form} onSubmit={submit} noValidate>
      <Stack>
        <EntrypointNote backendName={name} />
        <FoundProvider value={{ errors: errors.of, warnings: warnings.of }}>
          <VersionFields
            version={draft}
            set={(change) => {
              set(change);
              setRefused([]);
            }}
            place={place}
            defaults={{
              default_entrypoint: backend.default_entrypoint ?? '',
              default_run_command: backend.default_run_command ?? '',
            }}
            isNameFixed={version !== null}
          />
        </FoundProvider>
        <LaunchPanel launch={launch} rest={[...errors.rest, ...warnings.rest]} />
        {fault && <FaultNotice fault={fault} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={cancel}>
            Cancel
          </Button>
          <Button type="submit" loading={isBusy}>
            {version ? 'Save' : 'Add version'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function faultsOfVersion(draft: VersionDraft, place: string, taken: readonly string[]): Finding[] {
  const name = draft.name.trim();
  const ofName =
    name === ''
      ? ['Enter a version, such as 1.2.0 or latest-gpu.']
      : taken.includes(name)
        ? ['This version already exists.']
        : [];
  return [
    ...ofName.map((detail) => ({ pointer: place, detail })),
    ...missingInVersion(draft, place),
    ...faultsOfPairs(draft.env, (key) => `${place}/env${pointerTo(key)}`),
  ];
}
