const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** A size in bytes as people read it: `79.6 GiB`, `512 MiB`. */
export function sizeText(bytes: number): string {
  const unit = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), units.length - 1);
  const count = bytes / 1024 ** unit;
  return `${Number(count.toFixed(count < 100 ? 1 : 0))} ${units[unit]}`;
}
