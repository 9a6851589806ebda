/**
 * What a machine calls itself, as the name of a host can be: see `HostName` of the contract, which has the same rule for
 * people. Pure.
 */
export function toHostName(text: string): string {
  const name = text.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, longest);
  // As an id looks, which `placement.hosts` takes too.
  return name.replace(/^host_/, 'host-');
}

const longest = 100;
