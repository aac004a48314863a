import type { Conjunct } from '../filter/conjuncts.ts';

/** A link from an entity set, by the field of the graph that holds it. */
export interface LinkDefinition {
  readonly name: string;
  readonly target: string;
  /** A field of the entity's type: the list of the target's own dataset, or things of the target. Null for what the entity belongs to. */
  readonly field: string | null;
}

/** What of a filter the graph can apply, and in which variable of the dataset. */
export interface Pushdown {
  readonly property: string;
  readonly ops: readonly Conjunct['op'][];
  readonly variable: string;
}

/** An entity set over a dataset. */
export interface SetDefinition {
  readonly name: string;
  readonly type: string;
  readonly dataset: string;
  readonly links: readonly LinkDefinition[];
  readonly pushdown: readonly Pushdown[];
  /** The property that `$search` looks into, which the graph searches too. */
  readonly searched?: string;
}

const OF_PLAN: readonly Pushdown[] = [{ property: 'planType', ops: ['eq', 'in'], variable: 'types' }];

/** The entity sets of the service. */
export const SETS: readonly SetDefinition[] = [
  {
    name: 'Clients',
    type: 'Client',
    dataset: 'clients',
    searched: 'displayName',
    links: [
      { name: 'Relationships', target: 'Relationships', field: 'relationships' },
      { name: 'Plans', target: 'Plans', field: 'plans' },
      { name: 'RiskLevels', target: 'RiskLevels', field: 'currentProfilingResults' },
      { name: 'Adviser', target: 'Employees', field: 'adviser' },
      { name: 'OrganisationUnit', target: 'OrganisationUnits', field: 'organisationUnit' },
    ],
    pushdown: [
      { property: 'status', ops: ['eq'], variable: 'status' },
      { property: 'updatedAt', ops: ['ge', 'gt', 'eq'], variable: 'updatedSince' },
      { property: 'adviserId', ops: ['eq', 'in'], variable: 'adviserIds' },
      { property: 'organisationUnitId', ops: ['eq', 'in'], variable: 'organisationUnitIds' },
      { property: 'displayName', ops: ['contains', 'eq'], variable: 'nameContains' },
    ],
  },
  {
    name: 'Relationships',
    type: 'Relationship',
    dataset: 'relationships',
    links: [
      { name: 'Client', target: 'Clients', field: null },
      { name: 'Related', target: 'Clients', field: 'client' },
    ],
    pushdown: [],
  },
  {
    name: 'Plans',
    type: 'Plan',
    dataset: 'plans',
    links: [
      { name: 'Owners', target: 'Owners', field: 'owners' },
      { name: 'Valuations', target: 'Valuations', field: 'valuations' },
      { name: 'Holdings', target: 'Holdings', field: 'holdings' },
      { name: 'Cashflows', target: 'Cashflows', field: 'cashflows' },
    ],
    pushdown: [
      { property: 'type', ops: ['eq', 'in'], variable: 'types' },
      { property: 'status', ops: ['eq', 'in'], variable: 'statuses' },
      { property: 'policyNumber', ops: ['eq'], variable: 'policyNumber' },
    ],
  },
  {
    name: 'Owners',
    type: 'Owner',
    dataset: 'plan_owners',
    links: [
      { name: 'Plan', target: 'Plans', field: null },
      { name: 'Client', target: 'Clients', field: 'client' },
    ],
    pushdown: [{ property: 'clientId', ops: ['eq', 'in'], variable: 'clientIds' }],
  },
  {
    name: 'Valuations',
    type: 'Valuation',
    dataset: 'valuations',
    links: [{ name: 'Plan', target: 'Plans', field: null }],
    pushdown: [
      ...OF_PLAN,
      { property: 'valuedOn', ops: ['ge', 'gt', 'eq'], variable: 'from' },
      { property: 'valuedOn', ops: ['le', 'lt', 'eq'], variable: 'to' },
    ],
  },
  {
    name: 'Holdings',
    type: 'Holding',
    dataset: 'holdings',
    links: [{ name: 'Plan', target: 'Plans', field: null }],
    pushdown: OF_PLAN,
  },
  {
    name: 'Cashflows',
    type: 'Cashflow',
    dataset: 'cashflows',
    links: [{ name: 'Plan', target: 'Plans', field: null }],
    pushdown: OF_PLAN,
  },
  {
    name: 'RiskLevels',
    type: 'RiskLevel',
    dataset: 'risk_levels',
    links: [{ name: 'Client', target: 'Clients', field: null }],
    pushdown: [],
  },
  {
    name: 'Employees',
    type: 'Employee',
    dataset: 'employees',
    links: [{ name: 'OrganisationUnits', target: 'OrganisationUnits', field: 'organisationUnits' }],
    pushdown: [],
  },
  {
    name: 'OrganisationUnits',
    type: 'OrganisationUnit',
    dataset: 'organisation_units',
    links: [
      { name: 'Parent', target: 'OrganisationUnits', field: 'parent' },
      { name: 'Children', target: 'OrganisationUnits', field: 'children' },
    ],
    pushdown: [],
  },
];
