import {
  convertIPv4BinaryToString,
  convertIPv6BinaryToString,
  convertIPv6ToBinary,
  distinctRemoteAddr,
} from 'hono/utils/ipaddr';

const unknown = 'unknown';

/**
 * Whom a client's address stands for: an IPv4 address by itself, an IPv6 one with all of its /64, which is what a
 * provider gives one customer at the least (RFC 6177). All without an address that can be read count as one.
 */
export function partyOf(address: string | null): string {
  if (address === null) return unknown;
  switch (distinctRemoteAddr(address)) {
    case 'IPv4':
      return address;
    case 'IPv6':
      return networkOf(address);
    default:
      return unknown;
  }
}

function networkOf(address: string): string {
  let bits: bigint;
  try {
    bits = convertIPv6ToBinary(address);
  } catch {
    return unknown;
  }
  // ::ffff:0:0/96 is IPv4 (RFC 4291, 2.5.5.2).
  if (bits >> 32n === 0xffffn) return convertIPv4BinaryToString(bits & 0xffffffffn);
  return `${convertIPv6BinaryToString((bits >> 64n) << 64n)}/64`;
}
