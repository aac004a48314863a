import { auditServer } from 'graphql-http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type House, startHouse } from './harness.ts';

/** Recommendations (SHOULD) that the gateway does not follow, each with its reason. */
const NOT_FOLLOWED: Readonly<Record<string, string>> = {
  // With `Accept: application/json` a query that can't be parsed, is not valid, or has variables of the wrong type is answered with 400
  // and not with 200, as with `application/graphql-response+json`: proxies, monitors and retrying clients then see that the request failed.
  '572B': 'a document that can not be parsed is answered with 400 for every media type',
  FDE2: 'a document that is not valid is answered with 400 for every media type',
  '7B9B': 'variables that can not be coerced are answered with 400 for every media type',
};

let house: House;
beforeAll(async () => {
  house = await startHouse({ sandbox: { clients: 3 } });
});
afterAll(() => house.stop());

test('GraphQL over HTTP: the audit finds no error, and no recommendation that is passed over without a reason', async () => {
  const results = await auditServer({
    url: `${house.gateway.url}/graphql`,
    // GET needs a header that a form can't send (CSRF prevention); the audit knows nothing of it.
    fetchFn: (url: string, init: RequestInit = {}) =>
      fetch(url, {
        ...init,
        headers: { ...(init.headers as Record<string, string>), 'apollo-require-preflight': '1' },
      }),
  });
  expect(results.length).toBeGreaterThan(50);
  const failed = (status: string) =>
    results.filter((result) => result.status === status).map(({ id, name }) => `${id} ${name}`);
  expect(failed('error')).toEqual([]);
  expect(
    failed('warn')
      .map((line) => line.slice(0, 4))
      .sort(),
  ).toEqual(Object.keys(NOT_FOLLOWED).sort());
  expect(failed('notice')).toEqual([]);
});
