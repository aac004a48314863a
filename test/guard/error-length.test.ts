import { GraphQLError } from 'graphql';
import { expect, it } from 'vitest';
import { errorFormatter } from '../../src/guard/errors.ts';

const format = (message: string, hidesSchema: boolean): string => {
  const error = new GraphQLError(message, { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });
  return errorFormatter(() => {}, hidesSchema)(error.toJSON(), error).message;
};

it('suggestions of names go where the schema is hidden, and stay where it is not', () => {
  const message = 'Cannot query field "nam" on type "Client". Did you mean "name"?';
  expect(format(message, true)).toBe('Cannot query field "nam" on type "Client".');
  expect(format(message, false)).toBe(message);
});

it('a message that quotes a long value is cut, in time that grows with its length only', () => {
  for (const text of ['Did you mean '.repeat(200_000), 'x'.repeat(2_000_000), `${'x'.repeat(999)} Did you mean`])
    expect(format(text, true).length).toBeLessThanOrEqual(1_001);
});
