import { Drawer, Text } from '@mantine/core';
import { useState } from 'react';
import type { Backend, BackendVersion } from '../../../../contract/backend.ts';
import { isEqual } from '../../../../contract/differences.ts';
import type { JsonObject } from '../../../../contract/json.ts';
import { ActionDialog } from '../../parts/action-dialog.tsx';
import { useUnsavedGuard } from '../../parts/unsaved-guard.tsx';
import { useFocusBack } from '../../parts/use-focus-back.ts';
import {
  configOf,
  newVersionDraft,
  type VersionDraft,
  versionDraftOf,
} from '../definition/draft.ts';
import { VersionForm } from './version-form.tsx';

/** Adds a version, or changes one of those that do not ship with the backend. */
export function VersionDrawer({
  backend,
  etag,
  version,
  copyOf = null,
  onSaved,
  onClose,
}: {
  backend: Backend;
  etag: string;
  /** Null: a new one. */
  version: BackendVersion | null;
  /** A new one begins as this. */
  copyOf?: BackendVersion | null;
  onSaved: (version: string) => void;
  onClose: () => void;
}) {
  const { backend_name: name } = backend;
  const [initial] = useState(() => draftOfFirst(version, copyOf));
  const [draft, setDraft] = useState(initial);
  const [isAsking, setAsking] = useState(false);
  const isUnsaved = !isEqual(contentOf(initial), contentOf(draft));
  const guard = useUnsavedGuard(isUnsaved);
  useFocusBack();

  function close() {
    if (isUnsaved) setAsking(true);
    else onClose();
  }

  return (
    <>
      <Drawer
        opened
        onClose={close}
        // The question takes it for itself.
        closeOnEscape={!isAsking}
        position="right"
        size="lg"
        title={version ? `Version ${version.version} of ${name}` : `Add a version to ${name}`}
      >
        <VersionForm
          backend={backend}
          etag={etag}
          version={version}
          draft={draft}
          set={(change) => setDraft((before) => ({ ...before, ...change }))}
          cancel={close}
          onSaved={(saved) => {
            onSaved(saved);
            onClose();
          }}
        />
      </Drawer>
      {guard.question}
      {isAsking && (
        <ActionDialog
          opened
          title="Close without saving?"
          confirm="Discard"
          isDangerous
          onClose={() => setAsking(false)}
          run={async () => onClose()}
        >
          <Text size="sm">Your changes to this version are not saved and will be lost.</Text>
        </ActionDialog>
      )}
    </>
  );
}

function draftOfFirst(version: BackendVersion | null, copyOf: BackendVersion | null): VersionDraft {
  const first = version ?? copyOf;
  if (!first) return newVersionDraft();
  // What was read as JSON is JSON.
  return versionDraftOf(version?.version ?? '', JSON.parse(JSON.stringify(first)));
}

/** What would be lost of a draft. */
function contentOf(draft: VersionDraft): JsonObject {
  return { name: draft.name.trim(), config: configOf(draft) };
}
