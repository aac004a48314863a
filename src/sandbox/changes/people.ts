import { otherAddress, otherNumber } from './contact.ts';
import type { Kind } from './context.ts';
import { addDays } from './context.ts';
import { results } from './results.ts';

/** Another telephone number or e-mail address. */
const client: Kind = {
  all: (data) => data.dynamicPlanner.clients.keys(),
  fits: ({ dynamicPlanner }, id) => {
    const { phones, emails } = dynamicPlanner.clients.get(id) ?? {};
    return (phones?.length ?? 0) > 0 && (emails?.length ?? 0) > 0;
  },
  make: ({ data, random, dynamicPlanner }, id) => {
    const { phones, emails } = data.dynamicPlanner.clients.get(id) ?? {};
    const [phone, ...phonesLeft] = phones ?? [];
    const [email, ...emailsLeft] = emails ?? [];
    const body =
      random.chance(0.5) && phone !== undefined
        ? { phones: [{ ...phone, number: otherNumber(phone.number, random) }, ...phonesLeft] }
        : { emails: email && [{ ...email, address: otherAddress(email.address, random) }, ...emailsLeft] };
    dynamicPlanner('PUT /crm/v1/clients/{id}', { id }, body);
  },
};

/** It turns out to have started a few days sooner or later. */
const relationship: Kind = {
  all: (data) => data.dynamicPlanner.relationships.keys(),
  fits: ({ dynamicPlanner }, id) => Boolean(dynamicPlanner.relationships.get(id)?.startedOn),
  make: ({ data, random, dynamicPlanner }, id) => {
    const startedOn = data.dynamicPlanner.relationships.get(id)?.startedOn ?? '';
    const days = random.int(1, 3) * (random.chance(0.5) ? 1 : -1);
    dynamicPlanner('PUT /crm/v1/relationships/{id}', { id }, { startedOn: addDays(startedOn, days) });
  },
};

/** A letter is added. */
const document: Kind = {
  all: (data) => data.dynamicPlanner.clients.keys(),
  fits: ({ dynamicPlanner }, id) => dynamicPlanner.clients.has(id),
  make: ({ data, dynamicPlanner }, id) => {
    const { size } = data.dynamicPlanner.documents;
    const isTaken = (number: number): boolean => data.dynamicPlanner.documents.has(letterId(number));
    let number = size;
    while (isTaken(number)) number += 1;
    dynamicPlanner(
      'PUT /crm/v1/clients/{id}/documents/{documentId}',
      { id, documentId: letterId(number) },
      { name: `Letter ${number}`, type: 'letter', contentType: 'text/plain' },
    );
  },
};

function letterId(number: number): string {
  return `d1000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;
}

/** Kinds that are about Dynamic Planner's people. */
export const PEOPLE = { client, relationship, document, results } as const;
