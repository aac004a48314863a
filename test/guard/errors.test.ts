import { GraphQLError, parse } from 'graphql';
import { beforeEach, describe, expect, it } from 'vitest';
import { errorFormatter } from '../../src/guard/errors.ts';
import { BadInput, BrokenField, CodedError, UpstreamError } from '../../src/platform/errors.ts';

const SECRET = 'Amelia Hart QQ123456C';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

let logged: { errorId: string; error: unknown }[] = [];
const format = errorFormatter((errorId, error) => logged.push({ errorId, error }));

/** An error as the GraphQL server hands it to the formatter. */
function formatted(original: unknown, extensions: Record<string, unknown> = { code: 'INTERNAL_SERVER_ERROR' }) {
  const error = new GraphQLError(original instanceof Error ? original.message : String(original), {
    path: ['client', 'plans', 0],
    ...(original instanceof Error && { originalError: original }),
  });
  const sent = { message: error.message, path: error.path ?? [], locations: [{ line: 1, column: 3 }], extensions };
  return { result: format(sent, error), error };
}

beforeEach(() => {
  logged = [];
});

describe('an error that nobody expected', () => {
  it.each([
    ['a defect', new TypeError(`${SECRET} is not a function`)],
    ['a foreign error with a code of its own', Object.assign(new Error(SECRET), { code: 'ECONNREFUSED' })],
    ['one that carries a cause', new Error('failed', { cause: new Error(SECRET) })],
  ])('leaves as an id only: %s', (_what, original) => {
    const { result } = formatted(original, {
      code: 'INTERNAL_SERVER_ERROR',
      stacktrace: [SECRET],
      exception: { secret: SECRET },
    });
    expect(result.extensions).toEqual({ code: 'INTERNAL_SERVER_ERROR', errorId: expect.stringMatching(UUID) });
    expect(JSON.stringify(result)).not.toContain(SECRET);
    expect(JSON.stringify(result)).not.toMatch(/stack|at .*\.ts/);
    expect(result.message).toContain(String(result.extensions?.errorId));
  });

  it('is in the log under that id, whole', () => {
    const original = new TypeError(SECRET);
    const { result } = formatted(original);
    expect(logged).toEqual([{ errorId: result.extensions?.errorId, error: original }]);
  });

  it('keeps its place in the query', () => {
    expect(formatted(new TypeError('x')).result).toMatchObject({
      path: ['client', 'plans', 0],
      locations: [{ line: 1, column: 3 }],
    });
  });

  it('gets an id of its own each time', () => {
    const ids = [1, 2, 3].map(() => formatted(new Error('x')).result.extensions?.errorId);
    expect(new Set(ids).size).toBe(3);
  });

  it('is masked also where it claims a code that is safe', () => {
    const { result } = formatted(new Error(SECRET), { code: 'BAD_USER_INPUT' });
    expect(result.extensions?.code).toBe('INTERNAL_SERVER_ERROR');
    expect(result.message).not.toContain(SECRET);
  });

  it('is masked where what was thrown is no error', () => {
    const result = format({ message: SECRET, extensions: { code: 'INTERNAL_SERVER_ERROR' } }, SECRET);
    expect(JSON.stringify(result)).not.toContain(SECRET);
    expect(logged).toHaveLength(1);
  });

  it('is masked where the schema’s own checks quote a value', () => {
    const { result } = formatted(new GraphQLError(`Int cannot represent value: "${SECRET}"`));
    expect(JSON.stringify(result)).not.toContain(SECRET);
  });
});

describe('a coded error', () => {
  it('keeps its message, its code and what is known of the call, and is not in the log', () => {
    const failure = { system: 'DYNAMIC_PLANNER', status: 503, requestId: 'req-1', traceId: 'trace-1' } as const;
    const cause = new Error(SECRET);
    const { result } = formatted(
      new UpstreamError('UPSTREAM_UNAVAILABLE', failure, 'is not available at the moment.', { cause }),
    );
    expect(result).toEqual({
      message: 'Dynamic Planner is not available at the moment.',
      path: ['client', 'plans', 0],
      locations: [{ line: 1, column: 3 }],
      extensions: { code: 'UPSTREAM_UNAVAILABLE', upstream: failure },
    });
    expect(logged).toEqual([]);
  });

  it.each([
    [new BadInput('`first` is 0; it must be from 1 to 200.'), 'BAD_USER_INPUT'],
    [new CodedError('UNAUTHENTICATED', 'Send a token.'), 'UNAUTHENTICATED'],
    [new BrokenField('PLANNR', 'plan.opened_at', 'a date'), 'UPSTREAM_INVALID_DATA'],
  ])('is for the caller: %s', (error, code) => {
    const { result } = formatted(error);
    expect(result.message).toBe(error.message);
    expect(result.extensions?.code).toBe(code);
  });

  it('names only what is known of a failed call', () => {
    const { result } = formatted(
      new UpstreamError('UPSTREAM_TIMEOUT', { system: 'PLANNR', status: undefined }, 'did not answer in time.'),
    );
    expect(result.extensions).toEqual({ code: 'UPSTREAM_TIMEOUT', upstream: { system: 'PLANNR' } });
  });

  it('is known also where it comes without a GraphQL error around it', () => {
    const result = format({ message: 'x' }, new BadInput('not allowed'));
    expect(result).toEqual({ message: 'not allowed', extensions: { code: 'BAD_USER_INPUT' } });
  });
});

describe('what the server says of the caller’s own document', () => {
  /** What is wrong with a document that can't be parsed. */
  function syntaxError(document: string): GraphQLError {
    try {
      parse(document);
    } catch (error) {
      if (error instanceof GraphQLError) return error;
    }
    throw new TypeError('it was parsed');
  }

  it.each([
    ['GRAPHQL_PARSE_FAILED', syntaxError('{ client(')],
    ['GRAPHQL_VALIDATION_FAILED', new GraphQLError('Cannot query field "nme" on type "Client".')],
    ['BAD_USER_INPUT', new GraphQLError('Variable "$id" of required type "ID!" was not provided.')],
    ['BAD_REQUEST', new GraphQLError('POST body missing.')],
  ])('is said as it is, without a stack: %s', (code, error) => {
    const result = format({ message: error.message, extensions: { code, stacktrace: ['at server.ts'] } }, error);
    expect(result).toEqual({ message: error.message, extensions: { code } });
    expect(logged).toEqual([]);
  });
});
