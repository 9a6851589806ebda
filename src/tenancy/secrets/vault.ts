import { Failure } from '../../../contract/failure.ts';

/** A value as the database keeps it. */
export interface Sealed {
  /** Which key it was sealed with. */
  keyId: string;
  /** The nonce (12 bytes) and what AES-GCM made, in base64. */
  sealed: string;
}

/**
 * Seals and opens the values of secrets: AES-256-GCM (NIST SP 800-38D), with a random nonce for each, bound to the
 * organisation and the name as associated data, so that a sealed value that is moved to another row does not open.
 */
export interface Vault {
  seal(owner: Owner, value: string): Promise<Sealed>;
  /** Null when no key that the control plane has opens it. */
  open(owner: Owner, sealed: Sealed): Promise<string | null>;
  /** The key that new values are sealed with. @throws Failure `misconfigured` without one */
  currentKeyId(): Promise<string>;
  /** The keys before it, which still open what they sealed. */
  olderKeyIds(): Promise<string[]>;
}

interface Owner {
  orgId: string;
  name: string;
}

interface Key {
  id: string;
  key: CryptoKey;
}

const keyBytes = 32;

/** What each part of `SECRETS_KEY` has to be. */
export const keyRule = 'each key must be 32 random bytes in base64: openssl rand -base64 32';
const nonceBytes = 12;

/**
 * Keys of the setting `SECRETS_KEY`: base64 of 32 bytes each, the newest first, separated by commas. Null for a part that
 * is none.
 */
export function parseKeys(setting: string): (Uint8Array<ArrayBuffer> | null)[] {
  return setting.split(',').map((text) => {
    const bytes = fromBase64(text.trim());
    return bytes?.length === keyBytes ? bytes : null;
  });
}

/**
 * @param setting `SECRETS_KEY`. Without it nothing is sealed or opened. A part of it that is no key opens nothing, and where
 * it is the first nothing is sealed: what the other keys open goes on.
 */
export function openVault(setting: string | undefined): Vault {
  let keys: Promise<(Key | null)[]> | undefined;
  const ring = () => {
    keys ??= importKeys(setting);
    return keys;
  };

  async function current(): Promise<Key> {
    const [newest] = await ring();
    if (newest) return newest;
    if (newest === null) throw new Failure('misconfigured', `SECRETS_KEY: ${keyRule}`);
    throw new Failure(
      'misconfigured',
      'This control plane has no SECRETS_KEY, so it keeps no secrets. Its operator sets one: docs/operating.md',
    );
  }

  return {
    async seal(owner, value) {
      const { id, key } = await current();
      const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes));
      const box = await crypto.subtle.encrypt(
        { name: 'AES-GCM', iv: nonce, additionalData: associatedData(owner) },
        key,
        new TextEncoder().encode(value),
      );
      return { keyId: id, sealed: toBase64(nonce, new Uint8Array(box)) };
    },

    async open(owner, { keyId, sealed }) {
      const bytes = fromBase64(sealed);
      const found = (await ring()).find((key) => key?.id === keyId);
      if (!found || !bytes) return null;
      try {
        const text = await crypto.subtle.decrypt(
          {
            name: 'AES-GCM',
            iv: bytes.subarray(0, nonceBytes),
            additionalData: associatedData(owner),
          },
          found.key,
          bytes.subarray(nonceBytes),
        );
        return new TextDecoder().decode(text);
      } catch {
        // All that `decrypt` says is that it does not open.
        return null;
      }
    },

    currentKeyId: async () => (await current()).id,
    olderKeyIds: async () => (await ring()).slice(1).flatMap((key) => key?.id ?? []),
  };
}

async function importKeys(setting: string | undefined): Promise<(Key | null)[]> {
  if (!setting) return [];
  return Promise.all(
    parseKeys(setting).map(
      async (bytes) =>
        bytes && {
          id: await keyIdOf(bytes),
          key: await crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, [
            'encrypt',
            'decrypt',
          ]),
        },
    ),
  );
}

/** Names a key and tells nothing of it: 64 bits of its digest. */
async function keyIdOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const prefix = new TextEncoder().encode('longshore secrets key\n');
  const digest = new Uint8Array(
    await crypto.subtle.digest('SHA-256', new Uint8Array([...prefix, ...bytes])),
  );
  return Array.from(digest.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** An organisation's id holds no line break, so no two owners read the same. */
function associatedData({ orgId, name }: Owner): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new TextEncoder().encode(`longshore secret\n${orgId}\n${name}`));
}

function toBase64(...parts: Uint8Array[]): string {
  let text = '';
  for (const part of parts) for (const byte of part) text += String.fromCharCode(byte);
  return btoa(text);
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    const binary = atob(text);
    const bytes = new Uint8Array(binary.length);
    for (let index = 0; index < binary.length; index += 1) bytes[index] = binary.charCodeAt(index);
    return bytes;
  } catch {
    // Not base64.
    return null;
  }
}
