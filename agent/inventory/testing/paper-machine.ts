import type { DeviceNode, Machine, Ran } from '../machine.ts';

export interface PaperMachine extends Machine {
  /** Every program that was run, with its arguments. */
  readonly ran: string[];
  /** By program and arguments, such as `nvidia-smi -L`. What is not here is not installed. */
  readonly programs: Map<string, string | Partial<Ran>>;
  /** Texts by path. Folders are there by what is in them. */
  readonly files: Map<string, string>;
  /** Owning groups of device nodes by path. */
  readonly nodes: Map<string, number | null>;
}

/** A machine that is its description. */
export function paperMachine(parts: {
  programs?: Record<string, string | Partial<Ran>>;
  files?: Record<string, string>;
  nodes?: Record<string, number | null>;
}): PaperMachine {
  const programs = new Map(Object.entries(parts.programs ?? {}));
  const files = new Map(Object.entries(parts.files ?? {}));
  const nodes = new Map(Object.entries(parts.nodes ?? {}));
  const ran: string[] = [];
  return {
    ran,
    programs,
    files,
    nodes,
    async run(file, args) {
      const call = [file, ...args].join(' ');
      ran.push(call);
      const answer = programs.get(call);
      const is = { exit_code: 0, not_found: false, stdout: '', stderr: '' };
      if (answer === undefined) return { ...is, exit_code: null, not_found: true };
      return typeof answer === 'string' ? { ...is, stdout: answer } : { ...is, ...answer };
    },
    async read(path) {
      return files.get(path) ?? null;
    },
    async list(folder) {
      const inside = [...files.keys(), ...nodes.keys()]
        .filter((path) => path.startsWith(`${folder}/`))
        .map((path) => path.slice(folder.length + 1).split('/')[0] ?? '');
      return [...new Set(inside)];
    },
    async node(path): Promise<DeviceNode | null> {
      if (!nodes.has(path)) return null;
      return { path, group: nodes.get(path) ?? null };
    },
  };
}
