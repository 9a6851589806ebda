import { createPrivateKey, sign } from 'node:crypto';

/**
 * A JSON Web Token that libSQL's server takes as full access (`a: rw`), signed with Ed25519. It does not expire: it is
 * good for one loopback server whose key never leaves the home.
 */
export function signDatabaseToken(privateKeyPem: string): string {
  const signed = `${encode({ alg: 'EdDSA', typ: 'JWT' })}.${encode({ a: 'rw' })}`;
  const signature = sign(null, Buffer.from(signed), createPrivateKey(privateKeyPem));
  return `${signed}.${signature.toString('base64url')}`;
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
