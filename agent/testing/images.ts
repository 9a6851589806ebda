import { createImages, type ImagesOptions } from '../images/images.ts';
import { createImageRecords } from '../images/records.ts';
import type { PulledImage } from '../journal.ts';
import { createRegistryLogins } from '../registry-logins.ts';

/** A host's images on a disk that is as full as a test says; without one there is room for everything. */
export function testImages(
  options: Pick<ImagesOptions, 'engine' | 'clock' | 'log'> & Partial<ImagesOptions>,
) {
  const journal: { records: readonly PulledImage[] } = { records: [] };
  const conditions = new Map<string, string | null>();
  const logins = createRegistryLogins();
  const records = createImageRecords({
    records: [],
    write: async (images) => {
      journal.records = images;
    },
    wall: () => options.clock.wall(),
    onFault: (error) => {
      throw error;
    },
  });
  const images = createImages({
    logins,
    records,
    marks: { high_percent: 85, low_percent: 75 },
    readDisk: async () => null,
    wanted: () => null,
    setCondition: (code, message) => void conditions.set(code, message),
    ...options,
  });
  return { ...images, logins, records, journal, conditions };
}
