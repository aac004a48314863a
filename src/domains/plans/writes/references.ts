import { isIdPart, parseIdOf, type Ref } from '../../../platform/relay/ids.ts';
import { Wire } from '../../../platform/wire.ts';
import type { WritingOperation } from '../../../sources/index.ts';
import type { Plannr } from '../../../sources/plannr/index.ts';
import { checkShares } from '../../shared/percentages.ts';
import { readAt } from '../../shared/user-errors.ts';
import type { PlanModel } from '../model.ts';
import { type Place, refused, Unseen } from './faults.ts';
import type { OwnerGiven, PlanGiven } from './input.ts';
import type { PlanWriteNeeds } from './needs.ts';

const MOST_OWNERS = 100;

/** An owner as it is sent. */
export interface Owner {
  /** The client's account. */
  readonly clientId: string;
  readonly percentage?: string | null | undefined;
}

/** A plan that the caller may see, and Plannr's record of it. */
export interface Target {
  readonly plan: PlanModel;
  readonly record: Wire;
  readonly uuid: string;
}

/** Looks up what an input refers to, as the platforms have it now. What the caller may not see is Unseen. */
export function references(operation: WritingOperation, plannr: Plannr, needs: PlanWriteNeeds) {
  /** @throws Unseen, or why it can't be known */
  const seen = async (ref: Ref, path: Place): Promise<Ref> => {
    const client = await needs.clients.byRef(ref);
    if (client === null) throw new Unseen(path, 'client');
    const [problem] = client.problems ?? [];
    if (problem !== undefined) throw problem;
    return client.ref;
  };

  const accountOf = async (clientId: string, accountId: string | null | undefined, path: Place): Promise<string> => {
    const { system, parts } = readAt([...path, 'clientId'], () => parseIdOf('Client', clientId));
    const ref = await seen({ system, id: parts[0] ?? '' }, [...path, 'clientId']);
    const accounts = await needs.clients.accountsOf(ref);
    if (accountId != null && !accounts.includes(accountId))
      throw refused([...path, 'accountId'], 'UNKNOWN_REFERENCE', 'This is no account of the client in Plannr.');
    const [only, ...others] = accountId == null ? accounts : [accountId];
    if (only === undefined)
      throw refused([...path, 'clientId'], 'NOT_IN_PLANNR', 'The client has no account in Plannr, so no plan there.');
    if (others.length > 0)
      throw refused(
        [...path, 'accountId'],
        'REQUIRED',
        `The client has several accounts in Plannr: give one of ${[only, ...others].join(', ')}.`,
      );
    return only;
  };

  /** Accounts as they are now, of whatever type. @throws Unseen where one is not there */
  const accounts = async (wanted: readonly { readonly uuid: string; readonly path: Place }[]): Promise<Wire[]> => {
    for (const { uuid, path } of wanted) if (!isIdPart(uuid)) throw new Unseen(path, 'account');
    if (wanted.length === 0) return [];
    const uuids = [...new Set(wanted.map(({ uuid }) => uuid))];
    const { groups, failed } = await plannr.accounts.ofAnyType(operation, uuids);
    return wanted.map(({ uuid, path }) => {
      const failure = failed.get(uuid);
      if (failure !== undefined) throw failure;
      const [account] = groups.get(uuid) ?? [];
      if (account === undefined) throw new Unseen(path, 'account');
      return account;
    });
  };

  /** Someone of the firm is no secret; a client is looked at as one; whoever else has an account is for those who may see all of Plannr. */
  const mayName = async (account: Wire, path: Place): Promise<void> => {
    const type = account.text('type') ?? 'client';
    if (type === 'client') await seen((await needs.clients.directory()).refOfAccount(String(account.item.uuid)), path);
    else if (type !== 'employee' && !(await needs.organisation.visibility()).plannrAlone)
      throw new Unseen(path, 'account');
  };

  /** A circle is the caller's to name where the caller may see any of those in it. */
  const circles = async (uuids: readonly string[], path: Place): Promise<void> => {
    for (const [index, uuid] of uuids.entries())
      if (!isIdPart(uuid)) throw new Unseen([...path, String(index)], 'circle');
    const { groups, failed } = await plannr.circles.byIds(operation, uuids);
    for (const [index, uuid] of uuids.entries()) {
      const place = [...path, String(index)];
      const failure = failed.get(uuid);
      if (failure !== undefined) throw failure;
      const members = groups.get(uuid)?.[0]?.children('accounts') ?? [];
      const { refOfAccount } = await needs.clients.directory();
      const refs = members.map((member) => refOfAccount(member.text('uuid') ?? ''));
      const visible = await Promise.all(refs.map((ref) => needs.clients.byRef(ref)));
      if (!visible.some((client) => client !== null)) throw new Unseen(place, 'circle');
    }
  };

  const target = async (id: string, path: Place): Promise<Target> => {
    readAt(path, () => parseIdOf('Plan', id));
    const plan = await needs.plans.byGlobalId(id);
    if (plan === null) throw new Unseen(path, 'plan');
    const [problem] = plan.problems ?? [];
    if (problem !== undefined) throw problem;
    const { plannr: record } = plan;
    if (record === null)
      throw refused(path, 'NOT_IN_PLANNR', 'The plan stands in Dynamic Planner alone: Plannr has nothing to change.');
    return { plan, record, uuid: String(record.item.uuid) };
  };

  return {
    seen,
    target,

    /** The owners by their accounts, and the accounts. @throws Refused, Unseen */
    async owners(given: readonly OwnerGiven[], path: Place): Promise<{ owners: Owner[]; accounts: Wire[] }> {
      checkOwners(given, path);
      const owners = await Promise.all(
        given.map(async ({ clientId, accountId, percentage }, index): Promise<Owner> => {
          const account = await accountOf(clientId, accountId, [...path, String(index)]);
          // Null is as good as left out: a share of what is left.
          return { clientId: account, ...(percentage != null && { percentage }) };
        }),
      );
      for (const [index, { clientId }] of owners.entries())
        if (owners.findIndex((other) => other.clientId === clientId) < index)
          throw refused([...path, String(index)], 'DUPLICATE', 'This client is an owner already.');
      const wanted = owners.map(({ clientId }, index) => ({ uuid: clientId, path: [...path, String(index)] }));
      return { owners, accounts: await accounts(wanted) };
    },

    /** Looks at everyone and everything else that is named, and gives it by Plannr's ids. @throws Refused, Unseen */
    async others<G extends PlanGiven & { readonly visibleToCircleIds?: readonly string[] | null | undefined }>(
      given: G,
    ): Promise<G> {
      const named = (['sellerId', 'activeAdviserId', 'contractEnquiryAccountId'] as const).flatMap((field) => {
        const uuid = given[field];
        return uuid == null ? [] : [{ uuid, path: ['input', field] }];
      });
      const found = await accounts(named);
      await Promise.all(found.map((account, index) => mayName(account, named[index]?.path ?? [])));
      const { visibleToCircleIds, linkedOwnerIds, wrapId } = given;
      if (visibleToCircleIds != null && visibleToCircleIds.length > 0)
        await circles(visibleToCircleIds, ['input', 'visibleToCircleIds']);
      const linked = linkedOwnerIds?.map((id, index) => linkedAccount(id, ['input', 'linkedOwnerIds', String(index)]));
      return {
        ...given,
        ...(linked && { linkedOwnerIds: await Promise.all(linked) }),
        ...(wrapId != null && { wrapId: (await target(wrapId, ['input', 'wrapId'])).uuid }),
      };
    },

    /** The accounts that own a plan now, as they are now. */
    accounts,
  };

  async function linkedAccount(id: string, path: Place): Promise<string> {
    const { system, parts } = readAt(path, () => parseIdOf('Client', id));
    const [account] = await needs.clients.accountsOf(await seen({ system, id: parts[0] ?? '' }, path));
    if (account === undefined) throw refused(path, 'NOT_IN_PLANNR', 'The client has no account in Plannr.');
    return account;
  }
}

/** What can be known of owners without asking. @throws Refused */
export function checkOwners(given: readonly OwnerGiven[], path: Place): void {
  if (given.length === 0 || given.length > MOST_OWNERS)
    throw refused(path, 'OUT_OF_RANGE', `A plan has from 1 to ${MOST_OWNERS} owners.`);
  checkShares(given, path);
}

/** Whether any of these accounts is a business (platform documentation: only business clients can have a group scheme). */
export function hasBusiness(accounts: readonly Wire[]): boolean {
  return accounts.some((account) => Wire.safely(() => account.text('role'), null) === 'business');
}
