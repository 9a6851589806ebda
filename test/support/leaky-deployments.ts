import type { Instance } from '../../contract/instance.ts';
import { DEMO_IMAGE } from '../../demo/image.ts';

/** Says its secrets and crashes. */
const crash = `
console.log('environment ' + process.env.KEY + '\\n' + process.env.LINES);
console.error('arguments ' + process.argv.join(' ') + ' ' + JSON.stringify(process.env));
process.exit(3);`;
/** Is ready, and then answers probes with its secret, many times over, so that a cut after 1,000 characters parts one. */
const echo = `
let asked = 0;
const key = process.env.KEY.slice('Bearer '.length) + ' ';
const body = 'x'.repeat((1000 - 36) % key.length) + key.repeat(60);
require('node:http').createServer((request, reply) => {
  asked += 1;
  reply.writeHead(asked < 3 ? 200 : 500).end(body);
}).listen(Number(process.argv.at(-1)), '127.0.0.1');`;

const node = (script: string) => `/usr/bin/node -e "${script}" --`;

/**
 * Deployments on one host that give its secrets every chance to leak: by environment, arguments, a crash, a probe, a login
 * and a download. They use the secrets ENVIRONMENT, LINES, ARGUMENT and MODEL.
 */
export function leakyDeployments(hostId: string, echoServer: string): Record<string, unknown>[] {
  const shared = {
    image_name: DEMO_IMAGE,
    gpu: { count: 0 },
    env: { KEY: 'Bearer {{secrets.ENVIRONMENT}}', LINES: '{{secrets.LINES}}' },
    placement: { hosts: [hostId] },
    health: { interval_seconds: 1, failure_threshold: 1 },
  };
  const key = '--key {{secrets.ARGUMENT}} --port {{port}}';
  return [
    { ...shared, name: 'serves', run_command: `serve --host {{worker_ip}} ${key}` },
    { ...shared, name: 'crashes', entrypoint: node(crash), run_command: key },
    { ...shared, name: 'echoes', entrypoint: node(echo), run_command: key },
    { ...shared, name: 'pulls', image_name: `${echoServer}/team/engine:1` },
    {
      ...shared,
      name: 'downloads',
      model: { source: 'huggingface', repo_id: 'org/tiny', token_secret: 'MODEL' },
    },
  ];
}

/** What each deployment must have come to, so that its secret was where it could leak. */
export const outcomes: Record<string, (instance: Instance) => boolean> = {
  serves: ({ state }) => state === 'running',
  crashes: ({ restarts, message }) => restarts > 0 && message.includes('last lines'),
  echoes: ({ reason, message }) => reason === 'health_check_failed' && message.includes('500'),
  pulls: ({ reason }) => reason?.startsWith('image_') ?? false,
  downloads: ({ reason }) => reason?.startsWith('model_') ?? false,
};
