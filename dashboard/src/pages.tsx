import { Suspense } from 'react';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import { page, useOtherPages } from './page-chunks.ts';
import { CatchFault } from './parts/catch-fault.tsx';
import { NotFound } from './parts/not-found.tsx';
import { PageSkeleton } from './parts/skeletons.tsx';
import { referencePath } from './reference/open-reference.tsx';
import { Home } from './welcome/home.tsx';

const WelcomePage = page(() => import('./welcome/welcome-page.tsx'));
const BackendsPage = page(() => import('./backends/backends-page.tsx'));
const BackendPage = page(() => import('./backends/one/backend-page.tsx'));
const NewBackendPage = page(() => import('./backends/form/new-backend-page.tsx'));
const EditBackendPage = page(() => import('./backends/form/edit-backend-page.tsx'));
const CommunityPage = page(() => import('./backends/community/community-page.tsx'));
const ApiReferencePage = page(() => import('./reference/api-reference-page.tsx'));
const HostsPage = page(() => import('./hosts/list/hosts-page.tsx'));
const HostPage = page(() => import('./hosts/one/host-page.tsx'));
const DeploymentsPage = page(() => import('./deployments/list/deployments-page.tsx'));
const DeploymentPage = page(() => import('./deployments/one/deployment-page.tsx'));
const NewDeploymentPage = page(() => import('./deployments/form/new-deployment-page.tsx'));
const EditDeploymentPage = page(() => import('./deployments/form/edit-deployment-page.tsx'));
const SettingsPages = page(() => import('./settings/settings-pages.tsx'));

/** Every page, each a chunk of its own. */
export function Pages() {
  const [path] = useLocation();
  useOtherPages();
  return (
    <CatchFault key={path}>
      <Suspense fallback={<PageSkeleton />}>
        <Switch>
          <Route path="/">
            <Home />
          </Route>
          <Route path="/welcome">
            <WelcomePage />
          </Route>
          <Route path="/deployments">
            <DeploymentsPage />
          </Route>
          <Route path="/deploy">
            <NewDeploymentPage />
          </Route>
          <Route path="/deployments/:name">
            {({ name }) => <DeploymentPage name={name} key={name} />}
          </Route>
          <Route path="/deployments/:name/edit">
            {({ name }) => <EditDeploymentPage name={name} key={name} />}
          </Route>
          <Route path="/backends">
            <BackendsPage />
          </Route>
          {/* Not below /backends: one may be called "new". */}
          <Route path="/add-backend">
            <NewBackendPage />
          </Route>
          <Route path="/backends/:name">
            {({ name }) => <BackendPage name={name} key={name} />}
          </Route>
          <Route path="/backends/:name/edit">
            {({ name }) => <EditBackendPage name={name} key={name} />}
          </Route>
          <Route path="/community">
            <CommunityPage />
          </Route>
          <Route path="/hosts">
            <HostsPage />
          </Route>
          <Route path="/hosts/:id">{({ id }) => <HostPage id={id} key={id} />}</Route>
          <Route path={referencePath}>
            <ApiReferencePage />
          </Route>
          <Route path="/settings">
            <Redirect to="/settings/organisation" replace />
          </Route>
          <Route path="/settings/*">
            <SettingsPages />
          </Route>
          <Route>
            <NotFound />
          </Route>
        </Switch>
      </Suspense>
    </CatchFault>
  );
}
