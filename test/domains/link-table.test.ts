import { describe, expect, it } from 'vitest';
import {
  type AccountReferences,
  candidatesOf,
  type KnownPeople,
  type LinkEntry,
  LinkTable,
} from '../../src/domains/clients/link-table.ts';
import { parseLinksFile } from '../../src/domains/clients/links-file.ts';
import { uuid } from './helpers.ts';

const ANN = uuid(1);
const BOB = uuid(2);

const account = (name: string, ...references: (string | [string | null, string])[]): AccountReferences => ({
  uuid: name,
  references: references.map((entry) =>
    typeof entry === 'string'
      ? { thirdParty: 'conquest', reference: entry }
      : { thirdParty: entry[0], reference: entry[1] },
  ),
});

interface Given {
  readonly entries?: readonly LinkEntry[];
  readonly thirdParties?: readonly string[];
  readonly people?: KnownPeople;
}

function tableOf(
  accounts: readonly AccountReferences[],
  { entries = [], thirdParties, people = new Map() }: Given = {},
) {
  return new LinkTable(accounts, candidatesOf(accounts, entries, thirdParties), people);
}

describe('a link', () => {
  it('is made by a reference that has the shape of a uuid, and by nothing else', () => {
    const table = tableOf([
      account('linked', ANN),
      account('none'),
      account('number', '12345', 'ANN', `${ANN}0`, `{${ANN}}`, ANN.replaceAll('-', ''), ''),
    ]);
    expect(table.clientOf('linked')).toBe(ANN);
    expect(table.accountsOf(ANN)).toEqual(['linked']);
    expect(table.alone).toEqual(['none', 'number']);
    expect([table.accountCount, table.linkedCount]).toEqual([3, 1]);
  });

  it('does not go by the case or by blanks around the reference', () => {
    const table = tableOf([account('a', ` ${ANN.toUpperCase()} `, ANN)]);
    expect(table.accountsOf(ANN)).toEqual(['a']);
    expect(table.accountsOf(ANN.toUpperCase())).toEqual(['a']);
    expect(table.conflicts).toEqual([]);
  });

  it('gives the person’s id as the platform writes it, once it was checked', () => {
    const table = tableOf([account('a', ANN)], { people: new Map([[ANN, ANN.toUpperCase()]]) });
    expect(table.clientOf('a')).toBe(ANN.toUpperCase());
    expect(table.accountsOf(ANN)).toEqual(['a']);
  });

  it('counts for every account that names the person', () => {
    const table = tableOf([account('b', ANN), account('a', ANN), account('c', BOB)]);
    expect(table.accountsOf(ANN).toSorted()).toEqual(['a', 'b']);
    expect(table.linkedCount).toBe(3);
    expect(table.alone).toEqual([]);
  });

  it('is known of accounts that there are, and of no others', () => {
    const table = tableOf([account('a', ANN)]);
    expect([table.has('a'), table.has('z'), table.clientOf('z'), table.accountsOf(BOB)]).toEqual([
      true,
      false,
      null,
      [],
    ]);
    expect(table.clientOf('constructor')).toBeNull();
  });
});

describe('an account that names two people', () => {
  it('is a conflict and stands alone, and takes no other account along', () => {
    const table = tableOf([account('both', ANN, BOB), account('a', ANN)]);
    expect(table.conflicts).toEqual(['both']);
    expect(table.clientOf('both')).toBeNull();
    expect(table.accountsOf(ANN)).toEqual(['a']);
    expect(table.accountsOf(BOB)).toEqual([]);
    expect(table.alone).toEqual(['both']);
  });

  it('is one also where the links file names the second', () => {
    const entries = [{ plannrAccount: 'a', dynamicPlannerClient: BOB }];
    expect(tableOf([account('a', ANN)], { entries }).conflicts).toEqual(['a']);
  });

  it('is none once one of the two is known not to exist', () => {
    const table = tableOf([account('a', ANN, BOB)], {
      people: new Map([
        [ANN, ANN],
        [BOB, null],
      ]),
    });
    expect(table.conflicts).toEqual([]);
    expect(table.clientOf('a')).toBe(ANN);
  });
});

describe('a value that an account names', () => {
  it('counts as a person until it was checked', () => {
    expect(tableOf([account('a', ANN)], { people: new Map([[BOB, BOB]]) }).clientOf('a')).toBe(ANN);
  });

  it('links nothing once it is known that there is no such person', () => {
    const table = tableOf([account('a', ANN)], { people: new Map([[ANN, null]]) });
    expect(table.clientOf('a')).toBeNull();
    expect(table.alone).toEqual(['a']);
  });
});

describe('the third parties that mark a link', () => {
  const accounts = [account('a', ['conquest', ANN]), account('b', ['seccl', BOB]), account('c', [null, ANN])];

  it('are any where nothing is set', () => {
    expect(tableOf(accounts).linkedCount).toBe(3);
  });

  it('are those that are set: other references are somebody else’s ids', () => {
    const table = tableOf(accounts, { thirdParties: ['conquest'] });
    expect(table.alone).toEqual(['b', 'c']);
    expect(
      tableOf([account('a', ['conquest', ANN], ['seccl', BOB])], { thirdParties: ['conquest'] }).conflicts,
    ).toEqual([]);
  });
});

describe('the links file', () => {
  const [one, other] = ['a0c00000-0000-4000-8000-00000000000a', 'a0c00000-0000-4000-8000-00000000000b'];

  it('links accounts that name nobody, whatever third parties count, and is silent on accounts that are not there', () => {
    const entries = [
      { plannrAccount: one, dynamicPlannerClient: ANN.toUpperCase() },
      { plannrAccount: 'gone', dynamicPlannerClient: BOB },
    ];
    const table = tableOf([account(one), account(other)], { entries, thirdParties: ['conquest'] });
    expect(table.accountsOf(ANN)).toEqual([one]);
    expect(table.accountsOf(BOB)).toEqual([]);
    expect(table.alone).toEqual([other]);
  });

  it('does not go by the case of the account either', () => {
    const entries = [{ plannrAccount: one.toUpperCase(), dynamicPlannerClient: ANN }];
    expect(tableOf([account(one)], { entries }).accountsOf(ANN)).toEqual([one]);
  });

  it('may repeat what a reference says', () => {
    const table = tableOf([account(one, ANN)], { entries: [{ plannrAccount: one, dynamicPlannerClient: ANN }] });
    expect(table.clientOf(one)).toBe(ANN);
  });

  it('is a list of pairs, and says where it is wrong', () => {
    const pair = { plannrAccount: one, dynamicPlannerClient: ANN };
    expect(parseLinksFile(JSON.stringify([pair]))).toEqual([pair]);
    expect(() => parseLinksFile(JSON.stringify([pair, { ...pair, plannrAccount: 'x' }]))).toThrow(
      /entry 1\.plannrAccount/,
    );
    expect(() => parseLinksFile(JSON.stringify([{ ...pair, note: 'x' }]))).toThrow(/note/);
    for (const text of ['{}', 'null', 'not json']) expect(() => parseLinksFile(text)).toThrow();
  });
});

describe('people of Plannr alone', () => {
  it('stand in the order of their uuids, not of their arrival', () => {
    expect(tableOf(['c', 'a', 'b'].map((name) => account(name))).alone).toEqual(['a', 'b', 'c']);
  });
});
