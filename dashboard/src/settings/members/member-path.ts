export function memberPath(userId: string): string {
  return `/v1/members/${encodeURIComponent(userId)}`;
}
