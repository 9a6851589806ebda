/** Put in by the bundler from package.json; not there when the sources run as they are. */
declare const LONGSHORE_AGENT_VERSION: string | undefined;

export const agentVersion =
  typeof LONGSHORE_AGENT_VERSION === 'string' ? LONGSHORE_AGENT_VERSION : '0.0.0-source';
