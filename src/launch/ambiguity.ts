import type { VersionConfig } from '../../contract/backend.ts';
import type { Warning } from '../../contract/preview.ts';

/**
 * `ambiguous_version` for each framework among `versions` (the greatest first) whose names differ by words for hardware:
 * their order can't know which is right. Frameworks that no host has are passed over, as long as a host has one of the
 * others; so is `settled`, where the backend's default says which it is.
 */
export function ambiguities(
  versions: readonly (Pick<VersionConfig, 'custom_framework'> & { name: string })[],
  available: ReadonlySet<string>,
  settled: string | undefined,
): Warning[] {
  const frameworks = [...new Set(versions.map((version) => version.custom_framework))];
  const relevant = frameworks.some((framework) => available.has(framework))
    ? frameworks.filter((framework) => available.has(framework))
    : frameworks;
  return relevant.flatMap((framework) => {
    if (framework === settled) return [];
    const group = versions.filter((version) => version.custom_framework === framework);
    const kinds = new Set(group.map(({ name }) => [...hardwareWords(name)].sort().join(' ')));
    if (kinds.size < 2) return [];
    const names = group.map(({ name }) => `\`${name}\``);
    const detail = `Several versions for ${framework} differ by words that may mean different hardware: ${names.join(', ')}. Their order takes ${names[0]}; name the right one in \`backend_version\`.`;
    return [{ pointer: '/backend_version', code: 'ambiguous_version', detail }];
  });
}

/**
 * What a version's name says beside its number and its stage of release, such as `hopper`, `sm90`, `a2` or `310p`:
 * mostly the hardware that its image is built for. In lower case.
 */
function hardwareWords(version: string): ReadonlySet<string> {
  const segments = version.toLowerCase().split(/[.\-_+ ]+/);
  return new Set(segments.filter((segment) => /[a-z]/.test(segment) && !isRelease(segment)));
}

/** `v1`, `0rc20`, `post1`, `latest`, `1a1`: they say which release it is. A commit's hash does too. */
function isRelease(segment: string): boolean {
  return (
    /^v?\d*(?:(?:dev|alpha|beta|rc|pre|preview|post|hotfix|patch|fix|rev|r|build)\d*)?$/.test(
      segment,
    ) ||
    /^v?\d+[ab]\d+$/.test(segment) ||
    /^(?:latest|stable|nightly|main|master|edge|release|final|ga|lts|snapshot|custom)$/.test(
      segment,
    ) ||
    /^g?(?=[a-f]*\d)[0-9a-f]{7,40}$/.test(segment)
  );
}
