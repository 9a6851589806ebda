const masked = '***';

/**
 * For the log: what looks like a credential is masked, wherever it stands: our own tokens by their prefixes, bearers, JSON
 * Web Tokens, passwords in addresses.
 */
export function maskCredentials(text: string): string {
  return text
    .replace(/\bls([a-z])_[A-Za-z0-9_-]{8,}/g, `ls$1_${masked}`)
    .replace(/\b(bearer|basic) +[^\s"',]+/gi, `$1 ${masked}`)
    .replace(/(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_.-]+/g, masked)
    .replace(/:\/\/[^\s/@]{1,256}@/g, `://${masked}@`);
}
