import { pointerTo } from '../../../../contract/json.ts';
import { placesOf } from './check.ts';
import type { BackendDraft, VersionDraft } from './draft.ts';
import { backendFields, versionFields } from './fields.ts';

/** The pointers of all fields of a backend's form. */
export function pointersOf(draft: BackendDraft): Set<string> {
  const places = placesOf(draft.versions);
  return new Set([
    ...Object.keys(backendFields).map((key) => pointerTo(key)),
    ...draft.default_env.map(({ key }) => pointerTo('default_env', key.trim())),
    ...draft.default_backend_param.map((_, index) => `/default_backend_param/${index}`),
    ...draft.versions.flatMap((version) =>
      pointersOfVersion(version, places.get(version.id) ?? ''),
    ),
  ]);
}

export function pointersOfVersion(version: VersionDraft, place: string): string[] {
  return [
    place,
    ...Object.keys(versionFields).map((key) => `${place}/${key}`),
    ...version.env.map(({ key }) => `${place}/env${pointerTo(key.trim())}`),
  ];
}
