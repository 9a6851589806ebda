type Level = 'info' | 'warn' | 'error';
type Fields = Record<string, string | number | boolean | null | undefined>;

/** One line per state change. Callers pass names, codes and counts; never a secret, never a body. */
export interface Log {
  info(event: string, fields?: Fields): void;
  warn(event: string, fields?: Fields): void;
  error(event: string, fields?: Fields): void;
}

export interface LogOptions {
  write: (line: string) => void;
  json: boolean;
  wall: () => number;
}

export function createLog({ write, json, wall }: LogOptions): Log {
  const line = (level: Level, event: string, fields: Fields = {}) => {
    const time = new Date(wall()).toISOString();
    write(json ? jsonLine(time, level, event, fields) : readableLine(time, level, event, fields));
  };
  return {
    info: (event, fields) => line('info', event, fields),
    warn: (event, fields) => line('warn', event, fields),
    error: (event, fields) => line('error', event, fields),
  };
}

function jsonLine(time: string, level: Level, event: string, fields: Fields): string {
  return `${JSON.stringify({ time, level, event, ...fields })}\n`;
}

function readableLine(time: string, level: Level, event: string, fields: Fields): string {
  const { message, ...rest } = fields;
  const pairs = Object.entries(rest)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([key, value]) => `${key}=${quoted(String(value))}`);
  const text = message === undefined ? event : `${event}: ${message}`;
  return `${[time.slice(11, 23), level.padEnd(5), text, ...pairs].join(' ')}\n`;
}

function quoted(value: string): string {
  return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
}
