import { expect, test } from 'vitest';
import { type Happening, tagsOf } from '../../src/domains/shared/tags.ts';

const happening = (more: Partial<Happening>): Happening => ({
  system: 'DYNAMIC_PLANNER',
  topic: 'client.updated',
  resource: null,
  clientIds: [],
  planId: null,
  ...more,
});

test.each([
  [
    'a new document drops the lists of its client',
    { topic: 'client.document.created', resource: { type: 'document', id: 'd1' }, clientIds: ['c1'] },
    ['DYNAMIC_PLANNER/document:d1', 'DYNAMIC_PLANNER/documents:c1'],
  ],
  [
    'a document of nobody knows whom drops all lists of documents',
    { topic: 'client.document.created', resource: { type: 'document', id: 'd1' } },
    ['DYNAMIC_PLANNER/document:d1', 'DYNAMIC_PLANNER/document'],
  ],
  [
    'a change of a client drops the documents too: their change is told as the client’s',
    { resource: { type: 'client', id: 'c1' }, clientIds: ['c1'] },
    ['DYNAMIC_PLANNER/client:c1', 'DYNAMIC_PLANNER/documents:c1', 'DYNAMIC_PLANNER/relationships:c1'],
  ],
  [
    'a change of a plan drops all lists of plans: only one of its owners is named',
    {
      system: 'PLANNR',
      topic: 'plan.updated',
      resource: { type: 'plan', id: 'p1' },
      clientIds: ['a1'],
      planId: 'p1',
    },
    ['PLANNR/plan:p1', 'PLANNR/plans:a1', 'PLANNR/plan'],
  ],
  [
    'a change of a circle drops all circles: it does not say whose it was',
    { system: 'PLANNR', topic: 'circle.updated' },
    ['PLANNR/circle'],
  ],
] as const)('%s', (_, more, expected) => {
  expect(tagsOf(happening(more))).toEqual(expect.arrayContaining([...expected]));
});
