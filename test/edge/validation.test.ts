import { buildSchema, parse, specifiedRules, type ValidationRule, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { inOrderOfPrice } from '../../src/edge/validation.ts';

const schema = buildSchema(`
  type Query { dog: Dog cat(name: String!): Cat }
  type Dog { name: String barks: Boolean friend: Cat }
  type Cat { name: String friend: Dog }
`);

/** As the server asks it: its own rules first, then this one. */
function messages(text: string, rule: ValidationRule = inOrderOfPrice(false)): string[] {
  return validate(schema, parse(text), [...specifiedRules, rule]).map(({ message }) => message);
}

function byTheBook(text: string): string[] {
  return validate(schema, parse(text), specifiedRules).map(({ message }) => message);
}

describe('validation in order of price', () => {
  it.each([
    '{ dog { name } }',
    '{ dog { nam } }',
    '{ cat { name } }',
    '{ dog { name: barks name } }',
    '{ dog { ...f } } fragment f on Cat { name }',
    '{ dog { ...f } } fragment f on Dog { friend { friend { ...f } } }',
    'query ($a: Int, $a: Int) { dog { name } }',
    'query A { dog { name } } query A { dog { barks } }',
    '{ dog { name } } { dog { barks } }',
    'type Query { a: Int }',
    'type A { a: Int } { dog { nam } }',
    'mutation { a }',
    'subscription { a b }',
    '{ dog @unknown { name } unused: cat(name: "a", name: "b", nam: 1) { id } }',
  ])('tells what the specification tells, each once: %s', (text) => {
    expect(messages(text).sort()).toEqual(byTheBook(text).sort());
  });

  it('does not look whether fields can be merged where something else is wrong', () => {
    expect(messages('{ dog { name: barks name wrong } }')).toEqual(['Cannot query field "wrong" on type "Dog".']);
  });

  it('tells ten errors, and that there are more', () => {
    const found = messages(`{ ${Array.from({ length: 500 }, (_, index) => `f${index}`).join(' ')} }`);
    expect(found).toHaveLength(11);
    expect(found.at(-1)).toMatch(/Too many/);
  });

  it('refuses introspection and suggests nothing where the schema is hidden', () => {
    const hidden = inOrderOfPrice(true);
    expect(messages('{ __schema { types { name } } }', hidden).join()).toMatch(/introspection/i);
    expect(messages('{ a: __type(name: "Dog") { name } }', hidden).join()).toMatch(/introspection/i);
    expect(messages('{ dog { ...f } } fragment f on Dog { friend { nam } }', hidden).join()).not.toMatch(/did you/i);
    expect(messages('{ dog { nam } }').join()).toMatch(/Did you mean/);
    expect(messages('{ __schema { types { name } } }')).toEqual([]);
  });
});
