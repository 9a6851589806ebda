import { parseGpuCsv } from './csv.ts';
import { mebibyte } from './found-gpu.ts';
import type { Printed, ToolVendor } from './tool-scan.ts';

const columns = '--query-gpu=index,uuid,name,memory.total';

/** Iluvatar CoreX: `/dev/iluvatarN`, and no node that they share. */
export const iluvatar: ToolVendor = {
  framework: 'corex',
  program: 'ixsmi',
  calls: [[columns, '--format=csv,noheader']],
  parse: ([csv = '']) => printedOf(csv),
  device: /^iluvatar(\d+)$/,
  nodes: (index) => [`/dev/iluvatar${index}`],
  dri: false,
};

/** T-Head (`hggc`): `/dev/alixpu_ppuN`, counted as its tool does, and the nodes that all share. */
export const tHead: ToolVendor = {
  framework: 'hggc',
  program: 'ppu-smi',
  calls: [[columns.replace('gpu', 'ppu'), '--format=csv,noheader']],
  parse: ([csv = '']) => printedOf(csv),
  device: /^alixpu_ppu(\d+)$/,
  nodes: (index) => [
    `/dev/alixpu_ppu${index}`,
    '/dev/alixpu',
    '/dev/alixpu_ctl',
    '/dev/alixpu_sep',
  ],
  dri: false,
};

function printedOf(csv: string): Printed {
  const gpus = parseGpuCsv(csv).rows.map(({ index, uuid, name, memory_bytes }) => ({
    index,
    uuid,
    name,
    memory_mebibytes: memory_bytes / mebibyte,
    pci_address: null,
  }));
  return { gpus, driver_version: null, runtime_version: null };
}
