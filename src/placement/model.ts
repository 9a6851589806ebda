import type { DeploymentInput } from '../../contract/deployment.ts';
import type { Gpu } from '../../contract/host.ts';

/** A host as placement sees it: what it has, and what of that is taken. */
export interface HostView {
  id: string;
  name: string;
  labels: Readonly<Record<string, string>>;
  /** Docker's word: `amd64`, `arm64`. */
  architecture: string;
  online: boolean;
  /** Its word is not taken. */
  revoked: boolean;
  /** It lost its link a moment ago. */
  suspect: boolean;
  schedulable: boolean;
  /** The engine answers. */
  containers: boolean;
  modelSources: readonly string[];
  /** What it need not fetch: images by their canonical references, models as `modelKey` names them. */
  images: readonly string[];
  models: readonly string[];
  address: string;
  ports: { first: number; last: number };
  /** Claimed, or barred because something foreign holds them. */
  takenPorts: ReadonlySet<number>;
  gpus: readonly Gpu[];
  /** By UUID: the bytes that are promised to shares; `whole` where one instance has all of it. */
  takenGpus: ReadonlyMap<string, number | 'whole'>;
  /** By instance: what it has of each of its GPUs, where that is a share. */
  shares: ReadonlyMap<string, number>;
  memoryBytes: number;
  takenMemoryBytes: number;
  /** Instances that hold a claim. */
  instances: number;
  /** The instance that alone gets GPUs of it. */
  reservation: Reservation | null;
}

/** A host is kept for an instance that has waited too long: what comes free of its GPUs goes to nobody else. */
export interface Reservation {
  instanceId: string;
  /** The deployment's name. */
  deployment: string;
  /** Milliseconds since 1970. */
  since: number;
}

export interface PlacementRequest {
  /** In the order of preference; `framework` null runs anywhere. */
  candidates: readonly {
    version: string | null;
    framework: string | null;
    image: string;
    /** Null: any. */
    architectures: readonly string[] | null;
  }[];
  gpuCount: number;
  /** Of each GPU; null: whole GPUs. */
  gpuMemoryBytes: number | null;
  memoryBytes: number | null;
  modelSource: string;
  /** The model as hosts name it; null where there is none to fetch. */
  model: string | null;
  /** How many of the same deployment each host has, by its id. */
  siblings: ReadonlyMap<string, number>;
  /** Which instance asks: it gets what is kept for it. Null: a new one. */
  instanceId: string | null;
  placement: DeploymentInput['placement'];
}

export interface Placement {
  hostId: string;
  address: string;
  version: string | null;
  image: string;
  gpu: { framework: string; uuids: string[]; indexes: number[] } | null;
  port: number;
  /** Why there, for people. */
  why: string;
}

/** What a host would give. */
export interface Fit {
  placement: Omit<Placement, 'why'>;
  host: HostView;
}
