/** Body of `POST /containers/create`, field by field: what is not here a container cannot get. */
export interface CreateBody {
  Image: string;
  Entrypoint?: string[];
  Cmd?: string[];
  Env: string[];
  Labels: Record<string, string>;
  StopTimeout: number;
  Healthcheck: { Test: ['NONE'] };
  ExposedPorts?: Record<string, Record<string, never>>;
  HostConfig: HostConfig;
}

export interface HostConfig {
  NetworkMode: 'host' | 'bridge';
  PortBindings?: Record<string, { HostIp: string; HostPort: string }[]>;
  Privileged: false;
  SecurityOpt: ['no-new-privileges'];
  Init: true;
  RestartPolicy: { Name: 'no' };
  LogConfig: { Type: 'json-file'; Config: Record<string, string> };
  ShmSize: number;
  PidsLimit: number;
  Memory?: number;
  MemorySwap?: number;
  NanoCpus?: number;
  Mounts: {
    Type: 'bind';
    Source: string;
    Target: string;
    ReadOnly: true;
    BindOptions: { NonRecursive: true };
  }[];
  Runtime?: string;
  Devices?: { PathOnHost: string; PathInContainer: string; CgroupPermissions: 'rw' }[];
  GroupAdd?: string[];
  DeviceRequests?: DeviceRequest[];
}

/** GPUs that the engine itself gives, by UUID: a count would let it choose some that others hold. */
export type DeviceRequest =
  | { Driver: 'nvidia'; DeviceIDs: string[]; Capabilities: [['gpu']] }
  | { Driver: 'cdi'; DeviceIDs: string[] };
