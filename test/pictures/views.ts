import type { Page } from 'playwright-core';

/** What is looked at: a page of the dashboard, and what is done on it before its picture is taken. */
export interface View {
  name: string;
  path: string;
  prepare?: (page: Page) => Promise<void>;
  /** Without an organisation that has anything. */
  isEmpty?: boolean;
}

const press = (name: string) => (page: Page) =>
  page.getByRole('button', { name, exact: true }).first().click();

const fromMenu = (menu: string, item: string) => async (page: Page) => {
  await page.getByRole('button', { name: menu }).click();
  await page.getByRole('menuitem', { name: item }).click();
};

const toTheEnd = (page: Page) => page.keyboard.press('End');

export function viewsOf(hosts: ReadonlyMap<string, { hostId: string }>): View[] {
  const host = (name: string) => `/hosts/${hosts.get(name)?.hostId}`;
  return [
    { name: 'welcome-empty', path: '/', isEmpty: true },
    {
      name: 'welcome-token',
      path: '/welcome',
      isEmpty: true,
      prepare: press('Create the command'),
    },
    { name: 'deployments-empty', path: '/deployments', isEmpty: true },
    { name: 'hosts-empty', path: '/hosts', isEmpty: true },
    { name: 'welcome', path: '/welcome' },
    { name: 'hosts', path: '/hosts' },
    { name: 'hosts-add', path: '/hosts', prepare: press('Add a host') },
    { name: 'host', path: host('ams-h100-1') },
    { name: 'host-inventory', path: `${host('ams-h100-1')}?tab=inventory` },
    { name: 'host-offline', path: host('lab-4090') },
    { name: 'host-condition', path: host('sgp-910b') },
    { name: 'host-drain', path: host('ams-h100-1'), prepare: press('Drain') },
    { name: 'backends', path: '/backends' },
    { name: 'backend-builtin', path: '/backends/vLLM' },
    { name: 'backend', path: '/backends/house-engine' },
    { name: 'backend-defaults', path: '/backends/house-engine?tab=defaults' },
    { name: 'backend-revisions', path: '/backends/house-engine?tab=revisions' },
    { name: 'backend-add-version', path: '/backends/vLLM', prepare: press('Add version') },
    {
      name: 'backend-delete',
      path: '/backends/house-engine',
      prepare: fromMenu('Actions for house-engine', 'Delete'),
    },
    { name: 'backend-form', path: '/backends/house-engine/edit' },
    {
      name: 'backend-yaml',
      path: '/backends/house-engine/edit',
      prepare: (page) => page.getByText('YAML', { exact: true }).click(),
    },
    { name: 'backend-new', path: '/add-backend' },
    { name: 'community', path: '/community' },
    { name: 'community-drawer', path: '/community?show=llama.cpp' },
    { name: 'deployments', path: '/deployments' },
    { name: 'deployment', path: '/deployments/chat' },
    {
      name: 'deployment-differences',
      path: '/deployments/chat?tab=revisions',
      prepare: (page) =>
        page
          .getByRole('button', { name: /^Show \d+ difference/ })
          .first()
          .click(),
    },
    { name: 'deployment-revisions', path: '/deployments/chat?tab=revisions' },
    { name: 'deployment-configuration', path: '/deployments/chat?tab=configuration' },
    { name: 'deployment-spec', path: '/deployments/chat', prepare: press('Launch spec') },
    { name: 'deployment-progress', path: '/deployments/code' },
    { name: 'deployment-pending', path: '/deployments/reasoning' },
    { name: 'deployment-crashing', path: '/deployments/transcribe' },
    { name: 'deployment-failed', path: '/deployments/summarise' },
    { name: 'deployment-timeline', path: '/deployments/vision', prepare: toTheEnd },
    { name: 'deployment-degraded', path: '/deployments/vision' },
    { name: 'deploy', path: '/deploy?backend=vLLM&repo_id=Qwen/Qwen3-8B' },
    { name: 'deploy-end', path: '/deploy?backend=vLLM&repo_id=Qwen/Qwen3-8B', prepare: toTheEnd },
    { name: 'scale', path: '/deployments/chat', prepare: press('Scale') },
    { name: 'deployment-edit', path: '/deployments/chat/edit' },
    { name: 'settings-organisation', path: '/settings/organisation' },
    { name: 'settings-members', path: '/settings/members' },
    { name: 'settings-tokens', path: '/settings/tokens' },
    { name: 'settings-secrets', path: '/settings/secrets' },
    { name: 'settings-registries', path: '/settings/registries' },
    { name: 'settings-audit', path: '/settings/audit' },
    { name: 'settings-account', path: '/settings/account' },
    { name: 'api', path: '/docs/api' },
    { name: 'palette', path: '/deployments', prepare: (page) => page.keyboard.press('Control+k') },
    { name: 'nothing', path: '/nowhere' },
  ];
}
