/** Reads /etc/os-release (freedesktop.org): `KEY=value` lines, values bare or quoted as in a shell. */
export function parseOsRelease(text: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^\s*([A-Za-z_][A-Za-z0-9_]*)=(.*?)\s*$/.exec(line);
    if (!match) continue;
    const [, key = '', raw = ''] = match;
    const quoted = /^"(.*)"$|^'(.*)'$/.exec(raw);
    const value = quoted ? (quoted[1] ?? quoted[2] ?? '') : raw;
    values.set(key, quoted?.[2] === undefined ? value.replace(/\\(.)/g, '$1') : value);
  }
  return values;
}

/** Debian, or one made from it (Ubuntu, Mint, Raspberry Pi OS), where the package is called docker.io. */
export function isDebianLike(osRelease: string): boolean {
  const values = parseOsRelease(osRelease);
  const ids = [values.get('ID'), ...(values.get('ID_LIKE') ?? '').split(/\s+/)];
  return ids.includes('debian') || ids.includes('ubuntu');
}
