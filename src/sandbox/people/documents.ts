import type { DpDocument } from '../dynamic-planner/wire.ts';
import { dayBack } from './dates.ts';
import { dpId } from './ids.ts';
import { adviserOf } from './organisation.ts';
import { at, randomFor } from './random.ts';
import type { World } from './world.ts';

const KINDS = [
  { name: 'Suitability report', type: 'suitability_report', contentType: 'application/pdf' },
  { name: 'Fact find', type: 'fact_find', contentType: 'application/pdf' },
  { name: 'Letter of authority', type: 'letter', contentType: 'image/png' },
  { name: 'Meeting notes', type: null, contentType: 'text/plain' },
];

/** Adds none to two documents a person. */
export function addDocuments(world: World): void {
  let number = 0;
  for (let index = 0; index < world.dpCount; index += 1) {
    const random = randomFor(world.seed, 'document', index);
    for (let count = 0; count < index % 3; count += 1) {
      number += 1;
      const id = dpId('document', number);
      world.dp.documents.set(id, {
        id,
        clientId: dpId('client', index + 1),
        ...at(KINDS, number),
        sizeBytes: random.int(200, 5_000),
        createdAt: `${dayBack(random.int(0, 700))}T08:00:00Z`,
        createdBy: number % 5 === 4 ? null : adviserOf(index),
      });
    }
  }
}

/** The bytes of a seeded document: always the same, and as many as its `sizeBytes` says. */
export function documentContent(document: DpDocument): Uint8Array {
  const line = `%PDF-1.4 ${document.name} ${document.id}\n`;
  return Buffer.from(line.repeat(Math.ceil(document.sizeBytes / line.length)).slice(0, document.sizeBytes), 'latin1');
}
