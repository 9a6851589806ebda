import { Redirect } from 'wouter';
import { useDeployments } from '../deployments/queries.ts';
import { useHosts } from '../hosts/queries.ts';
import { PageSkeleton } from '../parts/skeletons.tsx';

/** Where one arrives: the way to a first answer while there is nothing at all, else the deployments. */
export function Home() {
  const deployments = useDeployments();
  const hosts = useHosts();
  if (deployments.isPending || hosts.isPending) return <PageSkeleton />;
  const isNothing = deployments.data?.length === 0 && hosts.data?.length === 0;
  return <Redirect to={isNothing ? '/welcome' : '/deployments'} replace />;
}
