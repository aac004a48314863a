import { Adder, type Shape, type Totals, type Value } from './cells.ts';

// What the tables have to hold, worked out from answers to plain GraphQL: the documents and the choice of values are written here once more, and
// share nothing with the datasets.

/** A table as the graph has it. */
export interface ExpectedTable extends Totals {
  readonly shape: Shape;
}

/** Asks the graph, as any caller does. */
export type AskGraph = (
  query: string,
  variables?: Record<string, unknown>,
  // biome-ignore lint/suspicious/noExplicitAny: the shape is the query's, which TypeScript does not see.
) => Promise<{ data: any; errors?: readonly { readonly message: string }[] }>;

// biome-ignore lint/suspicious/noExplicitAny: objects of answers.
type Thing = any;
type Cells = Record<string, Value>;

const PLANS = `query ($after: String) {
  plans(first: 100, after: $after) {
    pageInfo { hasNextPage endCursor }
    nodes {
      id name type rawType subType status policyNumber ownership openedOn updatedAt riskAlignment
      provider { name }
      currentValue { pence decimal currency }
      riskLevel { level label framework scale system assessedOn }
      sources { system id }
      latestValuation { id valuedOn system value { pence decimal currency } }
      owners { percentage client { id displayName adviser { id displayName } organisationUnit { id name } } }
      holdings { isin name units price percentage value { pence decimal currency } riskLevel { level label framework scale system } }
      cashflows { kind frequency startsOn endsOn amount { pence decimal currency } }
      discrepancies { field values { system value } }
      valuations(first: 200) { pageInfo { hasNextPage } nodes { id valuedOn system value { pence decimal currency } } }
    }
  }
}`;

const CLIENTS = `query ($after: String) {
  clients(first: 100, after: $after) {
    pageInfo { hasNextPage endCursor }
    nodes {
      id displayName status dateOfBirth createdAt updatedAt
      adviser { id displayName }
      organisationUnit { id name }
      sources { system id }
      relationships { id type startedOn updatedAt client { id displayName } }
      incomes { nodes { id name subType frequency isGross startsOn endsOn updatedAt amount { pence decimal currency } } }
      expenditures { nodes { id name subType frequency startsOn endsOn updatedAt amount { pence decimal currency } } }
      currentProfilingResults { id completedOn riskLevel { level label framework scale system assessedOn } }
    }
  }
}`;

const EMPLOYEES = `query ($after: String) {
  employees(first: 100, after: $after) { pageInfo { hasNextPage endCursor } nodes { id displayName firstName lastName email role } }
}`;

const UNITS = `query ($after: String) {
  organisationUnits(first: 100, after: $after) { pageInfo { hasNextPage endCursor } nodes { id name parent { id name } } }
}`;

const EVENTS = `query ($after: String) {
  events(first: 200, after: $after) { pageInfo { hasNextPage endCursor } nodes { cursor topic system occurredAt resource { type id } } }
}`;

const money = (prefix: string): Shape => [
  [`${prefix}_pence`, 'whole'],
  [prefix, 'pounds'],
  [`${prefix}_currency`, 'text'],
];
const moneyCells = (prefix: string, value: Thing): Cells => ({
  [`${prefix}_pence`]: value?.pence,
  [prefix]: value?.decimal,
  [`${prefix}_currency`]: value?.currency,
});
const texts = (...names: string[]): Shape => names.map((name) => [name, 'text']);
const risk = (prefix: string, ...more: Shape): Shape => [
  [`${prefix}level`, 'whole'],
  ...texts(`${prefix}label`, `${prefix}framework`, `${prefix}scale`, `${prefix}system`),
  ...more,
];
const riskCells = (prefix: string, level: Thing): Cells => ({
  [`${prefix}level`]: level?.level,
  [`${prefix}label`]: level?.label,
  [`${prefix}framework`]: level?.framework,
  [`${prefix}scale`]: level?.scale,
  [`${prefix}system`]: level?.system,
});
const bySystem = (list: readonly Thing[], system: string, key: string): Value => {
  const values = list.filter((one) => one.system === system && one[key] !== null).map((one) => one[key]);
  return values.length === 0 ? null : values.join('; ');
};
const ids = ({ sources }: Thing): Cells => ({
  dynamic_planner_id: bySystem(sources, 'DYNAMIC_PLANNER', 'id'),
  plannr_id: bySystem(sources, 'PLANNR', 'id'),
});
const planCells = ({ id, name, type }: Thing): Cells => ({ plan_id: id, plan_name: name, plan_type: type });
const clientCells = ({ id, displayName }: Thing): Cells => ({ client_id: id, client_display_name: displayName });
const PLAN = texts('plan_id', 'plan_name', 'plan_type');
const CLIENT = texts('client_id', 'client_display_name');

/** A table: what its columns hold, the list that it is read from, and the rows that one of that list makes. */
interface Reading {
  readonly from: keyof typeof LISTS;
  readonly shape: Shape;
  readonly rows: (thing: Thing) => readonly Cells[];
}

const LISTS = {
  plans: PLANS,
  clients: CLIENTS,
  employees: EMPLOYEES,
  organisationUnits: UNITS,
  events: EVENTS,
} as const;

const READINGS: Readonly<Record<string, Reading>> = {
  clients: {
    from: 'clients',
    shape: [
      ...texts('id', 'display_name', 'status'),
      ['date_of_birth', 'day'],
      ...texts('adviser_id', 'adviser_display_name', 'organisation_unit_id', 'organisation_unit_name'),
      ...texts('dynamic_planner_id', 'plannr_id'),
      ['created_at', 'moment'],
      ['updated_at', 'moment'],
    ],
    rows: (client) => [
      {
        id: client.id,
        display_name: client.displayName,
        status: client.status,
        date_of_birth: client.dateOfBirth,
        adviser_id: client.adviser?.id,
        adviser_display_name: client.adviser?.displayName,
        organisation_unit_id: client.organisationUnit?.id,
        organisation_unit_name: client.organisationUnit?.name,
        ...ids(client),
        created_at: client.createdAt,
        updated_at: client.updatedAt,
      },
    ],
  },
  relationships: {
    from: 'clients',
    shape: [
      ...CLIENT,
      ...texts('id', 'type'),
      ['started_on', 'day'],
      ...texts('related_id', 'related_display_name'),
      ['updated_at', 'moment'],
    ],
    rows: (client) =>
      (client.relationships ?? []).map((tie: Thing) => ({
        ...clientCells(client),
        id: tie.id,
        type: tie.type,
        started_on: tie.startedOn,
        related_id: tie.client?.id,
        related_display_name: tie.client?.displayName,
        updated_at: tie.updatedAt,
      })),
  },
  incomes: {
    from: 'clients',
    shape: [
      ...CLIENT,
      ...texts('id', 'name', 'sub_type'),
      ...money('amount'),
      ['frequency', 'text'],
      ['is_gross', 'truth'],
      ['starts_on', 'day'],
      ['ends_on', 'day'],
      ['updated_at', 'moment'],
    ],
    rows: (client) =>
      (client.incomes?.nodes ?? []).map((one: Thing) => ({ ...flow(client, one), is_gross: one.isGross })),
  },
  expenditures: {
    from: 'clients',
    shape: [
      ...CLIENT,
      ...texts('id', 'name', 'sub_type'),
      ...money('amount'),
      ['frequency', 'text'],
      ['starts_on', 'day'],
      ['ends_on', 'day'],
      ['updated_at', 'moment'],
    ],
    rows: (client) => (client.expenditures?.nodes ?? []).map((one: Thing) => flow(client, one)),
  },
  risk_levels: {
    from: 'clients',
    shape: [...CLIENT, ['id', 'text'], ['completed_on', 'day'], ...risk('', ['assessed_on', 'day'])],
    rows: (client) =>
      (client.currentProfilingResults ?? []).map((result: Thing) => ({
        ...clientCells(client),
        id: result.id,
        completed_on: result.completedOn,
        ...riskCells('', result.riskLevel),
        assessed_on: result.riskLevel?.assessedOn,
      })),
  },
  plans: {
    from: 'plans',
    shape: [
      ...texts('id', 'name', 'type', 'raw_type', 'sub_type', 'status', 'policy_number', 'provider_name', 'ownership'),
      ['opened_on', 'day'],
      ...money('current_value'),
      ...risk('risk_', ['risk_assessed_on', 'day']),
      ...texts('risk_alignment', 'dynamic_planner_id', 'plannr_id'),
      ['updated_at', 'moment'],
    ],
    rows: (plan) => [
      {
        id: plan.id,
        name: plan.name,
        type: plan.type,
        raw_type: plan.rawType,
        sub_type: plan.subType,
        status: plan.status,
        policy_number: plan.policyNumber,
        provider_name: plan.provider?.name,
        ownership: plan.ownership,
        opened_on: plan.openedOn,
        ...moneyCells('current_value', plan.currentValue),
        ...riskCells('risk_', plan.riskLevel),
        risk_assessed_on: plan.riskLevel?.assessedOn,
        risk_alignment: plan.riskAlignment,
        ...ids(plan),
        updated_at: plan.updatedAt,
      },
    ],
  },
  plan_owners: {
    from: 'plans',
    shape: [
      ...texts('plan_id', 'plan_name'),
      ['position', 'whole'],
      ...texts('client_id', 'client_display_name', 'client_adviser_id', 'client_adviser_display_name'),
      ...texts('client_organisation_unit_id', 'client_organisation_unit_name'),
      ['percentage', 'exact'],
    ],
    rows: (plan) =>
      (plan.owners ?? []).map(({ client, percentage }: Thing, place: number) => ({
        plan_id: plan.id,
        plan_name: plan.name,
        position: place + 1,
        client_id: client?.id,
        client_display_name: client?.displayName,
        client_adviser_id: client?.adviser?.id,
        client_adviser_display_name: client?.adviser?.displayName,
        client_organisation_unit_id: client?.organisationUnit?.id,
        client_organisation_unit_name: client?.organisationUnit?.name,
        percentage,
      })),
  },
  latest_valuations: {
    from: 'plans',
    shape: [...PLAN, ['id', 'text'], ['valued_on', 'day'], ...money('value'), ['system', 'text']],
    rows: (plan) => [{ ...planCells(plan), ...valuation(plan.latestValuation) }],
  },
  valuations: {
    from: 'plans',
    shape: [...PLAN, ['id', 'text'], ['valued_on', 'day'], ...money('value'), ['system', 'text']],
    rows: (plan) => {
      if (plan.valuations.pageInfo.hasNextPage) throw new Error('a plan with more valuations than are read here');
      return plan.valuations.nodes.map((one: Thing) => ({ ...planCells(plan), ...valuation(one) }));
    },
  },
  holdings: {
    from: 'plans',
    shape: [
      ...PLAN,
      ['position', 'whole'],
      ...texts('isin', 'name'),
      ['units', 'exact'],
      ['price', 'exact'],
      ...money('value'),
      ['percentage', 'exact'],
      ...risk('risk_'),
    ],
    rows: (plan) =>
      (plan.holdings ?? []).map((one: Thing, place: number) => ({
        ...planCells(plan),
        position: place + 1,
        isin: one.isin,
        name: one.name,
        units: one.units,
        price: one.price,
        ...moneyCells('value', one.value),
        percentage: one.percentage,
        ...riskCells('risk_', one.riskLevel),
      })),
  },
  cashflows: {
    from: 'plans',
    shape: [
      ...PLAN,
      ['position', 'whole'],
      ['kind', 'text'],
      ...money('amount'),
      ['frequency', 'text'],
      ['starts_on', 'day'],
      ['ends_on', 'day'],
    ],
    rows: (plan) =>
      (plan.cashflows ?? []).map((one: Thing, place: number) => ({
        ...planCells(plan),
        position: place + 1,
        kind: one.kind,
        ...moneyCells('amount', one.amount),
        frequency: one.frequency,
        starts_on: one.startsOn,
        ends_on: one.endsOn,
      })),
  },
  plan_discrepancies: {
    from: 'plans',
    shape: texts(
      ...['plan_id', 'plan_name', 'plan_type', 'plan_policy_number', 'plan_dynamic_planner_id', 'plan_plannr_id'],
      ...['field', 'dynamic_planner_value', 'plannr_value'],
    ),
    rows: (plan) =>
      (plan.discrepancies ?? []).map((one: Thing) => ({
        ...planCells(plan),
        plan_policy_number: plan.policyNumber,
        plan_dynamic_planner_id: bySystem(plan.sources, 'DYNAMIC_PLANNER', 'id'),
        plan_plannr_id: bySystem(plan.sources, 'PLANNR', 'id'),
        field: one.field,
        dynamic_planner_value: bySystem(one.values, 'DYNAMIC_PLANNER', 'value'),
        plannr_value: bySystem(one.values, 'PLANNR', 'value'),
      })),
  },
  employees: {
    from: 'employees',
    shape: texts('id', 'display_name', 'first_name', 'last_name', 'email', 'role'),
    rows: (one) => [
      {
        id: one.id,
        display_name: one.displayName,
        first_name: one.firstName,
        last_name: one.lastName,
        email: one.email,
        role: one.role,
      },
    ],
  },
  organisation_units: {
    from: 'organisationUnits',
    shape: texts('id', 'name', 'parent_id', 'parent_name'),
    rows: ({ id, name, parent }) => [{ id, name, parent_id: parent?.id, parent_name: parent?.name }],
  },
  events: {
    from: 'events',
    shape: [...texts('cursor', 'topic', 'system'), ['occurred_at', 'moment'], ...texts('resource_type', 'resource_id')],
    rows: ({ cursor, topic, system, occurredAt, resource }) => [
      { cursor, topic, system, occurred_at: occurredAt, resource_type: resource.type, resource_id: resource.id },
    ],
  },
};

function flow(client: Thing, one: Thing): Cells {
  return {
    ...clientCells(client),
    id: one.id,
    name: one.name,
    sub_type: one.subType,
    ...moneyCells('amount', one.amount),
    frequency: one.frequency,
    starts_on: one.startsOn,
    ends_on: one.endsOn,
    updated_at: one.updatedAt,
  };
}

function valuation(one: Thing): Cells {
  return { id: one?.id, valued_on: one?.valuedOn, ...moneyCells('value', one?.value), system: one?.system };
}

/** What each table comes to, read through pages of plain GraphQL: every list once, for all the tables that are made of it. */
export async function expectedTables({ ask }: { readonly ask: AskGraph }): Promise<ReadonlyMap<string, ExpectedTable>> {
  const adders = new Map(Object.entries(READINGS).map(([name, { shape }]) => [name, new Adder(shape)]));
  for (const [list, query] of Object.entries(LISTS)) {
    const made = Object.entries(READINGS).filter(([, { from }]) => from === list);
    for (let after: string | null = null, isLast = false; !isLast; ) {
      const { data, errors } = await ask(query, { after });
      if (errors !== undefined) throw new Error(`${list}: ${errors[0]?.message}`);
      const { nodes, pageInfo } = data[list];
      for (const thing of nodes)
        for (const [name, { rows }] of made) for (const row of rows(thing)) adders.get(name)?.add(row);
      isLast = !pageInfo.hasNextPage;
      after = pageInfo.endCursor;
    }
  }
  return new Map([...adders].map(([name, { totals }]) => [name, { ...totals, shape: READINGS[name]?.shape ?? [] }]));
}
