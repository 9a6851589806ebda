import { pointerTo } from '../../../../contract/json.ts';
import { type Fault, placesOf } from './check.ts';
import type { BackendDraft, VersionDraft } from './draft.ts';
import { backendFields, versionFields } from './fields.ts';

/** What is found, by the field that shows it, and what no field shows. */
export interface Findings {
  of: ReadonlyMap<string, readonly string[]>;
  rest: readonly Fault[];
}

export const noFindings: Findings = { of: new Map(), rest: [] };

/** What is found at a pointer stands at its field, or at the nearest one around it. */
export function findingsOf(found: readonly Fault[], shown: ReadonlySet<string>): Findings {
  const of = new Map<string, string[]>();
  const rest: Fault[] = [];
  for (const fault of found) {
    let at = fault.pointer;
    while (at !== '' && !shown.has(at)) at = at.slice(0, at.lastIndexOf('/'));
    if (at === '') rest.push(fault);
    else of.set(at, [...new Set([...(of.get(at) ?? []), fault.detail])]);
  }
  return { of, rest };
}

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
