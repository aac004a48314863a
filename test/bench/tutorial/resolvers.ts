import type {
  DpClient,
  DpEmployee,
  DpProfilingResult,
  DpRelationship,
  PlannrAccount,
} from '../../../src/sandbox/index.ts';
import type { DynamicPlannerApi } from './dynamic-planner.ts';
import type { Links } from './links.ts';
import { latestValuationOf, merge, ownersOf, type Plan, typeOf } from './plan.ts';
import type { PlannrApi } from './plannr.ts';

/** What every operation is given. */
export interface TutorialContext {
  readonly links: Links;
  readonly dataSources: { readonly dynamicPlanner: DynamicPlannerApi; readonly plannr: PlannrApi };
}

type Person = DpClient | PlannrAccount;

/** A relationship seen from one of its clients. */
type Side = DpRelationship & { readonly from: string };

const isDp = (person: Person): person is DpClient => 'organisationUnitId' in person;
const idOf = (text: string): string => Buffer.from(text).toString('base64url');
const nameOf = ({ firstName, lastName }: { firstName: string; lastName: string }): string => `${firstName} ${lastName}`;

/** The person of a Plannr account: Dynamic Planner's record where there is one. */
function personOf(uuid: string, { links, dataSources: { dynamicPlanner, plannr } }: TutorialContext) {
  const linked = links.clientOf.get(uuid);
  return linked === undefined ? plannr.getAccount(uuid) : dynamicPlanner.getClient(linked);
}

/** The tutorial's resolvers. */
export const resolvers = {
  Query: {
    clients: async (_: unknown, { first }: { first: number }, { links, dataSources }: TutorialContext) => {
      const { items } = await dataSources.dynamicPlanner.getClients(first);
      return {
        totalCount: links.people,
        pageInfo: { hasNextPage: links.people > items.length, endCursor: idOf(`clients:${items.length - 1}`) },
        nodes: items,
      };
    },
  },
  Client: {
    id: (person: Person) => idOf(isDp(person) ? `Client:d:${person.id}` : `Client:p:${person.uuid}`),
    displayName: (person: Person) => (isDp(person) ? nameOf(person) : person.name),
    adviser: (person: Person, _: unknown, { dataSources }: TutorialContext) =>
      isDp(person) && person.adviserId ? dataSources.dynamicPlanner.getEmployee(person.adviserId) : null,
    organisationUnit: (person: Person, _: unknown, { dataSources }: TutorialContext) =>
      isDp(person) ? dataSources.dynamicPlanner.getUnit(person.organisationUnitId) : null,
    relationships: async (person: Person, _: unknown, { dataSources }: TutorialContext) => {
      if (!isDp(person)) return null;
      const found = await dataSources.dynamicPlanner.getRelationships(person.id);
      return found.map((relationship): Side => ({ ...relationship, from: person.id }));
    },
    plans: async (person: Person, _: unknown, { links, dataSources: { dynamicPlanner, plannr } }: TutorialContext) => {
      const accounts = isDp(person) ? (links.accountsOf.get(person.id) ?? []) : [person.uuid];
      const [finances, plans] = await Promise.all([
        isDp(person) ? dynamicPlanner.getFinances(person.id) : [],
        Promise.all(accounts.map((uuid) => plannr.getPlans(uuid))),
      ]);
      return { nodes: merge(finances, [...new Map(plans.flat().map((plan) => [plan.uuid, plan])).values()]) };
    },
    riskLevel: async (person: Person, _: unknown, { dataSources }: TutorialContext) => {
      const results = isDp(person) ? await dataSources.dynamicPlanner.getResults(person.id) : [];
      return results.find(isCurrent) ?? null;
    },
  },
  Employee: { displayName: (employee: DpEmployee) => nameOf(employee) },
  Relationship: {
    client: ({ clientIds, from }: Side, _: unknown, { dataSources }: TutorialContext) =>
      dataSources.dynamicPlanner.getClient(clientIds.find((id) => id !== from) ?? from),
  },
  Plan: {
    id: ({ finance, plannr }: Plan) => idOf(finance ? `Plan:d:${finance.id}` : `Plan:p:${plannr?.uuid}`),
    name: ({ finance, plannr }: Plan) => finance?.name ?? plannr?.name,
    type: typeOf,
    policyNumber: ({ finance, plannr }: Plan) => finance?.reference ?? plannr?.policy_number,
    owners: ownersOf,
    latestValuation: latestValuationOf,
  },
  PlanOwner: {
    client: ({ dpId, uuid }: { dpId?: string; uuid?: string }, _: unknown, context: TutorialContext) =>
      dpId === undefined ? personOf(uuid ?? '', context) : context.dataSources.dynamicPlanner.getClient(dpId),
  },
  RiskLevel: {
    level: ({ riskLevel }: DpProfilingResult) => Number(riskLevel?.slice(2)),
    label: ({ riskLevel, riskLevelName }: DpProfilingResult) => riskLevelName ?? riskLevel,
  },
};

/** Results come newest first. */
function isCurrent({ framework, status, riskLevel }: DpProfilingResult): boolean {
  return framework === 'dynamic-planner' && status === 'complete' && riskLevel !== null;
}
