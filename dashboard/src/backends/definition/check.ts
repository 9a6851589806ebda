import { pointerTo } from '../../../../contract/json.ts';
import type { Finding } from '../../parts/findings.ts';
import { faultsOfPairs } from '../../parts/pairs.ts';
import { type BackendDraft, isBlank, type VersionDraft } from './draft.ts';

const nameIt = 'Enter a version, such as 1.2.0 or latest-gpu.';

/** Where each version stands in what is sent, by its id. One without a name of its own gets a place of its own. */
export function placesOf(versions: readonly VersionDraft[]): Map<string, string> {
  const taken = new Set<string>();
  return new Map(
    versions.map(({ id, name: typed }) => {
      const name = typed.trim();
      const isOwn = name !== '' && !taken.has(name);
      taken.add(name);
      return [id, pointerTo('version_configs', isOwn ? name : `/${id}`)];
    }),
  );
}

/** What would be lost by writing the draft down: two things of one name, and what has something but a name. */
export function faultsOfNames(draft: BackendDraft): Finding[] {
  const places = placesOf(draft.versions);
  const names = draft.versions.map(({ name }) => name.trim());
  return [
    ...faultsOfPairs(draft.default_env, (key) => pointerTo('default_env', key)),
    ...draft.versions.flatMap((version, index): Finding[] => {
      const place = places.get(version.id) ?? '';
      const name = names[index] ?? '';
      const rows = faultsOfPairs(version.env, (key) => `${place}/env${pointerTo(key)}`);
      if (isBlank(version)) return [];
      if (name === '') return [{ pointer: place, detail: nameIt }, ...rows];
      if (names.indexOf(name) === index) return rows;
      return [{ pointer: place, detail: 'Another version has this name.' }, ...rows];
    }),
  ];
}

/** What the form can tell by itself; the rest the control plane tells. */
export function faultsOf(draft: BackendDraft): Finding[] {
  const places = placesOf(draft.versions);
  const faults: Finding[] = [];
  if (draft.backend_name.trim() === '') {
    faults.push({ pointer: '/backend_name', detail: 'Enter a name.' });
  }
  if (draft.versions.length === 0) {
    faults.push({ pointer: '/version_configs', detail: 'Add at least one version.' });
  }
  const chosen = draft.default_version.trim();
  if (chosen !== '' && !draft.versions.some(({ name }) => name.trim() === chosen)) {
    faults.push({ pointer: '/default_version', detail: `There is no version ${chosen}.` });
  }
  for (const version of draft.versions) {
    const place = places.get(version.id) ?? '';
    if (isBlank(version)) faults.push({ pointer: place, detail: nameIt });
    faults.push(...missingInVersion(version, place));
  }
  return [...faults, ...faultsOfNames(draft)];
}

export function missingInVersion(version: VersionDraft, place: string): Finding[] {
  const faults: Finding[] = [];
  if (version.image_name.trim() === '') {
    faults.push({ pointer: `${place}/image_name`, detail: 'Enter the image to run.' });
  }
  if (version.custom_framework.trim() === '') {
    faults.push({
      pointer: `${place}/custom_framework`,
      detail: 'Enter what the image is built for, or cpu if it needs no accelerator.',
    });
  }
  return faults;
}
