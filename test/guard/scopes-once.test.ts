import type { GraphQLFormattedError } from 'graphql';
import { describe, expect, it } from 'vitest';
import { refusalsOnce } from '../../src/guard/scopes/index.ts';

type Path = NonNullable<GraphQLFormattedError['path']>;

const refused = (field: string, path: Path, extra: object = {}): GraphQLFormattedError => ({
  message: `\`${field}\` needs the scope \`personal:read\`, which the caller does not have.`,
  path,
  extensions: { code: 'FORBIDDEN', missingScopes: ['personal:read'], ...extra },
});

describe('refusals for want of a scope', () => {
  it('are told once for all items of a list, and how many they are', () => {
    const many = Array.from({ length: 200 }, (_, at) => refused('Client.emails', ['clients', 'nodes', at, 'emails']));
    expect(refusalsOnce(many)).toEqual([
      refused('Client.emails', ['clients', 'nodes', 0, 'emails'], { occurrences: 200 }),
    ]);
  });

  it('are told for each field, place and alias by itself, in their order, and one alone without a count', () => {
    const errors = [
      refused('Client.emails', ['clients', 'nodes', 0, 'emails']),
      refused('Client.phones', ['clients', 'nodes', 0, 'phones']),
      refused('Client.emails', ['clients', 'nodes', 0, 'mails']),
      refused('Client.emails', ['clients', 'nodes', 0, 'relationships', 0, 'client', 'emails']),
      refused('Client.emails', ['clients', 'nodes', 0, 'relationships', 1, 'client', 'emails']),
      refused('Client', ['nodes', 0]),
      refused('Plan', ['nodes', 1]),
      refused('Client.emails', ['client', 'emails']),
    ];
    expect(refusalsOnce(errors)).toEqual([
      ...errors.slice(0, 3),
      refused('Client.emails', ['clients', 'nodes', 0, 'relationships', 0, 'client', 'emails'], { occurrences: 2 }),
      ...errors.slice(5),
    ]);
  });

  it('are the only ones: every other error stays as often as it is there', () => {
    const errors = ['UPSTREAM_UNAVAILABLE', 'BAD_USER_INPUT', 'FORBIDDEN'].flatMap((code) =>
      [0, 1].map((at) => ({ message: 'no', path: ['nodes', at], extensions: { code } })),
    );
    const bare = [{ message: 'no' }, { message: 'no' }];
    expect(refusalsOnce([...errors, ...bare])).toEqual([...errors, ...bare]);
    expect(refusalsOnce([])).toEqual([]);
  });
});
