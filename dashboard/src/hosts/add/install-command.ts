/** What makes a machine a host of the control plane that serves this page. */
export function installCommand(token: string): string {
  return `curl -fsSL ${window.location.origin}/install.sh | sh -s -- --token ${token}`;
}
