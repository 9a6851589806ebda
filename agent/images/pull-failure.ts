import { registryOf } from '../../contract/registry.ts';
import type { EngineRefusedError } from '../docker/errors.ts';
import { ImageError } from './errors.ts';

/** Docker Hub says the same for what is not there and for what needs a login. */
const hidden = /pull access denied|repository does not exist/i;
const noLogin = /no basic auth credentials|unauthorized|authentication required|denied|\b401\b/i;
const unknown = /manifest unknown|name unknown|not found/i;
const noSpace = /no space left on device|disk quota exceeded/i;
const otherMachine =
  /no matching manifest|no match for platform|does not match the specified platform/i;
const unreachable =
  /dial tcp|dial udp|no such host|connection refused|connection reset|i\/o timeout|handshake timeout|deadline exceeded|client\.timeout|server misbehaving|unreachable|\bEOF\b|\b50[234]\b/i;
const rateLimit = /toomanyrequests|too many requests|rate limit/i;
const plainHttp = /HTTP response to HTTPS client/i;

/**
 * What the engine's error of a pull means, and what to do. The engine has no codes for it: it hands on its own words
 * and the registry's (20.10 to 28). A full disk comes first, since its path may hold any other word.
 */
export function pullFailure(
  image: string,
  { status, message }: EngineRefusedError,
  login: { username: string } | null,
): ImageError {
  const server = registryOf(image);
  const says = `: ${message}`;
  if (noSpace.test(message)) {
    return new ImageError(
      'image_no_space',
      `The disk of the Docker engine is full, so that ${image} cannot be pulled. Free some of it: what is not needed of images goes by "docker image prune --all". Docker says${says}`,
    );
  }
  if (otherMachine.test(message)) {
    return new ImageError(
      'image_wrong_architecture',
      `${server} has the image ${image} for other machines than this host. Name a tag for this host's architecture, or place the deployment on hosts of another one. Docker says${says}`,
    );
  }
  if (hidden.test(message)) {
    return new ImageError(
      'image_not_found',
      `${server} has no image ${image}, or does not show it to ${who(login)}. Check its name; if it is private, ${howToLogIn(server)}. Docker says${says}`,
    );
  }
  if (status === 401 || status === 403 || noLogin.test(message)) {
    const what =
      login === null
        ? `${server} gives ${image} only to those who log in`
        : `${server} does not give ${image} to ${who(login)}: the password is wrong, or that user may not read it`;
    return new ImageError(
      'image_unauthorized',
      `${what}. To set the login, ${howToLogIn(server)}. It is tried again at once then. Docker says${says}`,
    );
  }
  if (rateLimit.test(message)) {
    return new ImageError(
      'image_pull_failed',
      `${server} refuses more pulls for now, and so that of ${image}. ${login === null ? `A login often raises its limit: ${howToLogIn(server)}. ` : ''}Docker says${says}`,
    );
  }
  if (plainHttp.test(message)) {
    return new ImageError(
      'registry_unreachable',
      `${server}, which ${image} comes from, does not speak HTTPS. Give it a certificate, or name it under "insecure-registries" in this host's /etc/docker/daemon.json. Docker says${says}`,
    );
  }
  // Before "not found", which "host not found" holds as well.
  if (status !== 404 && unreachable.test(message)) {
    return new ImageError(
      'registry_unreachable',
      `This host's Docker engine does not reach ${server}, which it needs for ${image}${says}`,
    );
  }
  if (status === 404 || unknown.test(message)) {
    return new ImageError(
      'image_not_found',
      `${server} has no image ${image}. Check its name and tag. Docker says${says}`,
    );
  }
  return new ImageError('image_pull_failed', `The image ${image} cannot be pulled${says}`);
}

function who(login: { username: string } | null): string {
  return login === null ? 'one who has not logged in' : `the user "${login.username}"`;
}

function howToLogIn(server: string): string {
  return `PUT /api/v1/registries/${server} with {"username", "password": "{{secrets.NAME}}"}`;
}
