import { lazy, Suspense } from 'react';
import { Route, Switch } from 'wouter';
import { NotFound } from '../parts/not-found.tsx';
import { PageSkeleton } from '../parts/skeletons.tsx';
import { SettingsNavigation } from './settings-navigation.tsx';

const OrganisationPage = lazy(() => import('./organisation/organisation-page.tsx'));
const MembersPage = lazy(() => import('./members/members-page.tsx'));
const TokensPage = lazy(() => import('./tokens/tokens-page.tsx'));
const SecretsPage = lazy(() => import('./secrets/secrets-page.tsx'));
const RegistriesPage = lazy(() => import('./registries/registries-page.tsx'));
const AuditPage = lazy(() => import('./audit/audit-page.tsx'));
const AccountPage = lazy(() => import('./account/account-page.tsx'));

/** The pages of the settings below their own navigation, each a chunk of its own. */
export default function SettingsPages() {
  return (
    <>
      <SettingsNavigation />
      <Suspense fallback={<PageSkeleton />}>
        <Switch>
          <Route path="/settings/organisation">
            <OrganisationPage />
          </Route>
          <Route path="/settings/members">
            <MembersPage />
          </Route>
          <Route path="/settings/tokens">
            <TokensPage />
          </Route>
          <Route path="/settings/secrets">
            <SecretsPage />
          </Route>
          <Route path="/settings/registries">
            <RegistriesPage />
          </Route>
          <Route path="/settings/audit">
            <AuditPage />
          </Route>
          <Route path="/settings/account">
            <AccountPage />
          </Route>
          <Route>
            <NotFound back={{ label: 'Go to settings', path: '/settings' }} />
          </Route>
        </Switch>
      </Suspense>
    </>
  );
}
