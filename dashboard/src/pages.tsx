import { lazy, Suspense } from 'react';
import { Redirect, Route, Switch } from 'wouter';
import { NotFound } from './parts/not-found.tsx';
import { PageSkeleton } from './parts/skeletons.tsx';

const BackendsPage = lazy(() => import('./backends/backends-page.tsx'));
const BackendPage = lazy(() => import('./backends/backend-page.tsx'));

/** Every page, each a chunk of its own. */
export function Pages() {
  return (
    <Suspense fallback={<PageSkeleton />}>
      <Switch>
        <Route path="/">
          <Redirect to="/backends" replace />
        </Route>
        <Route path="/backends">
          <BackendsPage />
        </Route>
        <Route path="/backends/:name">{({ name }) => <BackendPage name={name} key={name} />}</Route>
        <Route>
          <NotFound />
        </Route>
      </Switch>
    </Suspense>
  );
}
