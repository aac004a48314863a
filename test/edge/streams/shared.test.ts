import { parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { answerKey } from '../../../src/edge/streams/answer-key.ts';
import { SharedAnswers } from '../../../src/edge/streams/shared.ts';
import { callerScope } from '../../../src/platform/cache/index.ts';
import { SANDBOX_CALLER } from '../../../src/platform/caller.ts';

describe('answers that are shared', () => {
  test('are made once for all members, whenever they come', async () => {
    const shared = new SharedAnswers<number>();
    const members = Array.from({ length: 100 }, () => shared.join('same'));
    let made = 0;
    const make = async (): Promise<number> => {
      made += 1;
      return made;
    };
    expect(await Promise.all(members.map((member) => member.of('event 1', make)))).toEqual(members.map(() => 1));
    expect(await members[3]?.of('event 1', make)).toBe(1);
    expect(await members[3]?.of('event 2', make)).toBe(2);
    expect(shared.size).toBe(1);
    for (const member of members) member.leave();
    expect(shared.size).toBe(0);
  });

  test('are nobody’s who asks something else, and go with the last member', async () => {
    const shared = new SharedAnswers<string>();
    const [one, other] = [shared.join('one'), shared.join('other')];
    expect(await one.of('event', async () => 'of one')).toBe('of one');
    expect(await other.of('event', async () => 'of the other')).toBe('of the other');
    one.leave();
    one.leave();
    expect(await shared.join('one').of('event', async () => 'anew')).toBe('anew');
  });

  test('that fail are made again; what is under way is given up with the last member', async () => {
    const shared = new SharedAnswers<string>();
    const member = shared.join('same');
    await expect(member.of('event', () => Promise.reject(new Error('not now')))).rejects.toThrow('not now');
    expect(await member.of('event', async () => 'now')).toBe('now');
    let given: AbortSignal | undefined;
    void member.of('slow', (signal) => {
      given = signal;
      return new Promise(() => {});
    });
    expect(given?.aborted).toBe(false);
    member.leave();
    expect(given?.aborted).toBe(true);
  });
});

describe('what answers are shared by', () => {
  const scope = callerScope(SANDBOX_CALLER);
  const key = (query: string, variables = {}, { of = scope, name = null as string | null, explained = false } = {}) =>
    answerKey(
      of,
      { document: parse(query), operationName: name, variables, selection: { has: () => true }, cost: 1 },
      explained,
    );
  const EVENTS = 'subscription ($after: String, $ids: [ID!]) { events(after: $after, clientIds: $ids) { cursor } }';

  test('is not where a subscriber began', () => {
    expect(key(EVENTS, { after: 'a', ids: ['1'] })).toBe(key(EVENTS, { ids: ['1'], after: 'b' }));
    expect(key(EVENTS, { ids: ['1'] })).toBe(key(EVENTS, { after: 'b', ids: ['1'] }));
  });

  test('is everything else: who asks, what, with which variables', () => {
    const base = key(EVENTS, { ids: ['1'] });
    expect(key(EVENTS, { ids: ['2'] })).not.toBe(base);
    expect(key(`${EVENTS} `, { ids: ['1'] })).not.toBe(base);
    expect(key(EVENTS, { ids: ['1'] }, { of: callerScope({ ...SANDBOX_CALLER, subject: 'other' }) })).not.toBe(base);
    expect(key(EVENTS, { ids: ['1'] }, { name: 'x' })).not.toBe(base);
    expect(key(EVENTS, { ids: ['1'] }, { explained: true })).not.toBe(base);
  });

  test('is a beginning too that is used for more than to begin', () => {
    const both = 'subscription ($a: String) { events(after: $a) { client { plans(after: $a) { nodes { id } } } } }';
    expect(key(both, { a: '1' })).not.toBe(key(both, { a: '2' }));
  });
});
