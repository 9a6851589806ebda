import type { AgentOptions } from './agent/agent.ts';
import type { Step } from './docker/ensure-engine.ts';
import type { SetupError } from './docker/setup-error.ts';
import type { Home } from './home/home.ts';

export interface StackOptions {
  /** Made when it is not there. */
  home: string;
  /** Default: 127.0.0.1. */
  host?: string;
  /** 0: any free one. */
  port: number;
  /** False: none. */
  agent: AgentOptions | false;
  /** Opens the admin interface of the database, on loopback and to everybody there. Default: it is closed. */
  databaseAdmin?: boolean;
  /** More variables of the Worker, such as its limits. */
  settings?: Record<string, string>;
  onStep?: (step: Step) => void;
  /** A line for people about something that happened while it runs. */
  onNotice?: (line: string) => void;
  /** Ends a start that is under way: everything is stopped and the reason thrown. */
  signal?: AbortSignal;
}

/** Null: it does not run now. Each number is that of a process group too. */
export interface Pids {
  control_plane: number | null;
  database: number | null;
  agent: number | null;
}

export interface Stack {
  home: Home;
  url: string;
  adminToken: string;
  databaseUrl: string;
  databaseToken: string;
  /** Of its admin interface; null unless that was asked for. */
  databaseAdminUrl: string | null;
  /** The host that the agent is; null without an agent. */
  hostId: string | null;
  readonly pids: Pids;
  /** Resolves with the reason when a part that nothing runs without has ended by itself. Call `stop` then. */
  broken: Promise<SetupError>;
  stopControlPlane(): Promise<void>;
  /** On the same port and data. */
  startControlPlane(): Promise<void>;
  /** Agent, control plane, database, in this order. Resolves when nothing of it runs any more. */
  stop(): Promise<void>;
  /** Kills every process at once; containers stay. */
  kill(): void;
}
