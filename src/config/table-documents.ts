import * as kind from './kinds.ts';
import type { Setting } from './setting.ts';

/** The settings of documents' content, which passes through the gateway. */
export const DOCUMENT_SETTINGS = [
  {
    name: 'DOCUMENT_MAX_BYTES',
    group: 'Documents',
    kind: kind.whole(1_000, 1_073_741_824),
    default: '20971520',
    description:
      'Largest document that may be uploaded, in bytes (1000 to 1073741824). It must arrive within 30 seconds, as every request. ' +
      'Downloads have no limit.',
  },
  {
    name: 'DOCUMENT_TYPES',
    group: 'Documents',
    kind: kind.mediaTypes,
    default:
      'application/pdf,image/jpeg,image/png,text/plain,text/csv,application/msword,application/vnd.ms-excel,' +
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document,' +
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    description: 'Media types of documents that may be uploaded, separated by commas.',
  },
  {
    name: 'DOCUMENTS_AT_ONCE',
    group: 'Documents',
    kind: kind.whole(1, 1_000),
    default: '16',
    description: 'Most documents that pass through at once, up and down (1 to 1000); others are told to come again.',
  },
  {
    name: 'DOCUMENT_TIMEOUT_MS',
    group: 'Documents',
    kind: kind.whole(100, 3_600_000),
    default: '120000',
    description:
      'Longest time until a download begins, and for an upload as a whole, in milliseconds (100 to 3600000); one call to the platform ' +
      'may take 40 % of what is left of it.',
  },
] as const satisfies readonly Setting[];
