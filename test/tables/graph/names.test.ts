import fc from 'fast-check';
import { expect, test } from 'vitest';
import { camelCase, snakeCase, wordsOf } from '../../../src/tables/graph/names.ts';

const RUNS = { seed: 20_260_430, numRuns: 300 };

test.each([
  ['currentValue', 'current_value', 'currentValue'],
  ['id', 'id', 'id'],
  ['_', '', ''],
  ['_id', 'id', 'id'],
  ['valuedOn', 'valued_on', 'valuedOn'],
  ['isin', 'isin', 'isin'],
  ['DYNAMIC_PLANNER', 'dynamic_planner', 'dynamicPlanner'],
  ['PLANNR', 'plannr', 'plannr'],
  ['line2Text', 'line2_text', 'line2Text'],
  ['OrganisationUnit', 'organisation_unit', 'organisationUnit'],
  ['already_snake', 'already_snake', 'alreadySnake'],
])('%s is %s in files and %s in OData', (name, snake, camel) => {
  expect(snakeCase(wordsOf(name))).toBe(snake);
  expect(camelCase(wordsOf(name))).toBe(camel);
});

test('names are snake_case and camelCase, whatever a field is called', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,20}$/), (name) => {
      expect(snakeCase(wordsOf(name))).toMatch(/^[a-z0-9]+(_[a-z0-9]+)*$/);
      expect(camelCase(wordsOf(name))).toMatch(/^[a-z0-9][A-Za-z0-9]*$/);
    }),
    RUNS,
  );
});

test('names in files and in OData go together: what is one in files is one in OData', () => {
  const names = fc.array(fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,3}$/), { minLength: 2, maxLength: 12 });
  fc.assert(
    fc.property(names, (all) => {
      const inOData = new Map<string, string>();
      for (const words of all.map(wordsOf)) {
        const [file, property] = [snakeCase(words), camelCase(words)];
        expect(inOData.get(file) ?? property).toBe(property);
        inOData.set(file, property);
      }
    }),
    RUNS,
  );
});
