import { expect, test } from 'vitest';
import { lastLines } from '../../agent/docker/log-frames.ts';
import { matcherOf, neededBy } from '../../agent/models/include.ts';
import { isFromRegistry, isImage, mayBeImageId } from '../../agent/policy/image-pattern.ts';
import { createSecrets } from '../../agent/secrets.ts';
import { EnrollRequest, SyncRequest } from '../../contract/agent-protocol.ts';
import { BackendDefinition, BackendName, VersionName } from '../../contract/backend.ts';
import {
  DnsLabel,
  EnvironmentMap,
  Framework,
  SecretName,
  Timestamp,
} from '../../contract/common.ts';
import { DeploymentInput } from '../../contract/deployment.ts';
import { canonicalImage } from '../../contract/image-reference.ts';
import { OrgInput } from '../../contract/org.ts';
import { PreviewRequest } from '../../contract/preview.ts';
import { RegistryInput, RegistryServer, registryOf } from '../../contract/registry.ts';
import { maskSecrets, secretNamesIn } from '../../contract/secret-mark.ts';
import { agentUpdate } from '../../src/hosts/agent-version.ts';
import { maskCredentials } from '../../src/http/mask.ts';
import { decodeCursor, decodeNumberCursor } from '../../src/http/page.ts';
import { partyOf } from '../../src/http/rate-limits/address.ts';
import { parseYaml, wantsYaml } from '../../src/http/yaml.ts';
import { ambiguities } from '../../src/launch/ambiguity.ts';
import { scanCommand } from '../../src/launch/argv.ts';
import { flattenParameter, formatParameters, looksLikeFlag } from '../../src/launch/parameters.ts';
import { type Scope, substitute } from '../../src/launch/placeholders.ts';
import { commandLine } from '../../src/launch/quote.ts';
import { nearest } from '../../src/launch/suggest.ts';
import { compareVersions } from '../../src/launch/version-order.ts';
import { awkwardTexts, outOfProportion } from '../support/growth.ts';

const scope: Scope = {
  text: 'command',
  values: new Map([['a', 'value']]),
  secretNames: new Set(['a']),
};
const written = (text: string) => [{ kind: 'text' as const, text, column: 1 }];
const version = (text: string) => ({ name: text, custom_framework: 'cuda' });

/** Everything of ours that reads what somebody else wrote, with or without a regular expression. */
const readers: Record<string, (text: string) => unknown> = {
  'names of backends': (text) => BackendName.safeParse(text),
  'names of versions': (text) => VersionName.safeParse(text),
  'names of secrets': (text) => SecretName.safeParse(text),
  'names of organisations': (text) => OrgInput.safeParse({ name: text }),
  'DNS labels': (text) => DnsLabel.safeParse(text),
  frameworks: (text) => Framework.safeParse(text),
  times: (text) => Timestamp.safeParse(text),
  variables: (text) => EnvironmentMap.safeParse({ [text]: text }),
  'names of registries': (text) => RegistryServer.safeParse(text),
  'registries and their logins': (text) =>
    RegistryInput.safeParse({ username: text, password: text }),
  'definitions of backends': (text) =>
    BackendDefinition.safeParse({
      backend_name: text,
      health_check_path: text,
      default_run_command: text,
      icon: `data:image/${text}`,
      version_configs: { [text]: { image_name: text, custom_framework: text } },
    }),
  deployments: (text) =>
    DeploymentInput.safeParse({
      name: text,
      model: { source: 'huggingface', repo_id: text, file: text, path: text, include: [text] },
      image_name: text,
      run_command: text,
      health: { path: text },
    }),
  previews: (text) =>
    PreviewRequest.safeParse({ deployment: {}, host: { worker_ip: text, model_path: text } }),
  'messages of agents': (text) =>
    SyncRequest.safeParse({ process_id: text, observed: { inventory: { address: text } } }),
  enrolments: (text) => EnrollRequest.safeParse({ install_id: text, secret: text, name: text }),
  'versions of agents': (text) => agentUpdate(text),
  'images, canonically': canonicalImage,
  'registries of images': registryOf,
  'marks of secrets': (text) => [secretNamesIn(text), maskSecrets(text)],
  'placeholders of commands': (text) => substitute(text, scope),
  'placeholders of variables': (text) => substitute(text, { ...scope, text: 'variable' }),
  commands: (text) => scanCommand(written(text), { operators: 'refuse' }),
  'pasted parameters': (text) => scanCommand(written(text), { operators: 'allow', pasted: true }),
  parameters: (text) => flattenParameter(written(text)),
  flags: looksLikeFlag,
  'the format of parameters': (text) => formatParameters(text.split(' '), 'equal'),
  'lines for a shell': (text) => commandLine({ entrypoint: [text], args: [text] }),
  'the order of versions': (text) => compareVersions(text, `${text}1`),
  'ambiguous versions': (text) =>
    ambiguities([version(text), version('1')], new Set(['cuda']), undefined),
  suggestions: (text) => nearest(text, [`${text}1`, text.slice(1)]),
  'YAML bodies': (text) => parseYaml(`a: ${text}`),
  'YAML bodies, quoted': (text) => parseYaml(`a: "${text}`),
  'YAML bodies, as blocks': (text) => parseYaml(`a: >\n  ${text}\n  `),
  'the header Accept': wantsYaml,
  'addresses of clients': partyOf,
  cursors: (text) => [decodeCursor(btoa(text)), decodeNumberCursor(btoa(text))],
  'what is logged': maskCredentials,
  'patterns of files': (text) => matcherOf('*a*b*c*d')(text),
  'files of models': (text) => neededBy({ include: null, file: `${text}.gguf` })(`${text}.gguf`),
  'images on hosts': (text) => [
    isImage('**a**b**c**d**', text),
    isImage('*a*/*b*:*c*', text),
    isFromRegistry('*a*b*c*d', `${text}/x`),
    mayBeImageId(text),
  ],
  'logs of containers': (text) => lastLines(text, 20),
  'values of secrets on hosts': (text) => createSecrets().replace({ NAME: text }),
};

test.each(Object.entries(readers))(
  '%s that are eight times as long take about eight times as long to read',
  (_what, read) => {
    expect(outOfProportion(read)).toEqual([]);
  },
  120_000,
);

test('what is out of proportion is found', () => {
  // Looks for the end of the text from each blank anew; several times, since a quick machine does it once in 0.1 s.
  const endless = (text: string) =>
    [1, 2, 3, 4].map((time) => text.replace(/[ \t]+$/, String(time)));
  // Of the many texts only those with blanks before something else: the others would take as long for nothing.
  const blanks = Object.entries(awkwardTexts).filter(([name]) => /x.*"( |\\t)"/.test(name));
  expect(blanks).toHaveLength(2);
  expect(outOfProportion(endless, Object.fromEntries(blanks))).not.toEqual([]);
}, 120_000);
