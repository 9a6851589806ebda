/** The groups of operations, in the order in which a reader meets them. */
export const describedTags = [
  { name: 'Meta', description: 'What this control plane is, and whether it is there.' },
  {
    name: 'Backends',
    description: 'Definitions of inference servers, their versions and revisions.',
  },
  { name: 'Catalogue', description: 'The definitions that ship with the control plane.' },
  {
    name: 'Deployments',
    description: 'Models to serve, their instances and what happened to them.',
  },
  { name: 'Hosts', description: 'Machines with an agent, and how they become hosts.' },
  { name: 'Secrets', description: 'Values that only hosts get to see, and logins at registries.' },
  { name: 'Organisations', description: 'The tenants of this control plane.' },
  { name: 'Access', description: 'Who may call: API tokens and their roles.' },
  { name: 'Sign-in', description: 'How people get in and out.' },
  { name: 'Agent', description: 'The host protocol, version 1: what agents call.' },
];
