import type { House } from '../harness.ts';

/** A row as the graph's JSON has its values, by the names of the columns. */
export type ExpectedRow = Record<string, string | number | boolean | null>;

// biome-ignore lint/suspicious/noExplicitAny: answers of the graph, of which each dataset reads what it asked for.
type Node = any;

/** How a dataset's rows are made of the graph by hand: nothing here goes through the code of tables. */
interface Expectation {
  /** The outermost list. */
  readonly list: string;
  /** The selection on its nodes. */
  readonly selection: string;
  readonly rows: (node: Node) => readonly ExpectedRow[];
}

const MONEY = '{ pence decimal currency }';
const RISK = '{ level label framework scale system assessedOn }';
const PERSON = 'id displayName';
const SOURCES = 'sources { system id }';

function money(name: string, value: Node): ExpectedRow {
  return {
    [`${name}_pence`]: value?.pence ?? null,
    [name]: value?.decimal ?? null,
    [`${name}_currency`]: value?.currency ?? null,
  };
}

function risk(prefix: string, value: Node, isAssessed = true): ExpectedRow {
  return {
    [`${prefix}level`]: value?.level ?? null,
    [`${prefix}label`]: value?.label ?? null,
    [`${prefix}framework`]: value?.framework ?? null,
    [`${prefix}scale`]: value?.scale ?? null,
    [`${prefix}system`]: value?.system ?? null,
    ...(isAssessed && { [`${prefix}assessed_on`]: value?.assessedOn ?? null }),
  };
}

function named(prefix: string, value: Node, name = 'displayName', column = 'display_name'): ExpectedRow {
  return { [`${prefix}_id`]: value?.id ?? null, [`${prefix}_${column}`]: value?.[name] ?? null };
}

function ofSystem(prefix: string, values: Node[], key = 'id'): ExpectedRow {
  const of = (system: string) =>
    values
      .filter((value) => value.system === system)
      .map((value) => value[key])
      .join('; ') || null;
  return { [`${prefix}dynamic_planner_${key}`]: of('DYNAMIC_PLANNER'), [`${prefix}plannr_${key}`]: of('PLANNR') };
}

const plan = (node: Node): ExpectedRow => ({ plan_id: node.id, plan_name: node.name, plan_type: node.type });
const client = (node: Node): ExpectedRow => named('client', node);

function finances(field: string, more: string) {
  return {
    list: 'clients',
    selection: `${PERSON} ${field}(first: 200) { pageInfo { hasNextPage } nodes { id name subType amount ${MONEY} frequency ${more} startsOn endsOn updatedAt } }`,
    rows: (node: Node) =>
      whole(node[field]).map((one: Node) => ({
        ...client(node),
        id: one.id,
        name: one.name,
        sub_type: one.subType,
        ...money('amount', one.amount),
        frequency: one.frequency,
        ...(more !== '' && { is_gross: one.isGross }),
        starts_on: one.startsOn,
        ends_on: one.endsOn,
        updated_at: one.updatedAt,
      })),
  };
}

function whole(connection: Node): Node[] {
  if (connection === null) return [];
  if (connection.pageInfo.hasNextPage) throw new Error('more than a page: the sandbox of this test is too large');
  return connection.nodes;
}

/** Where the platform that holds a record knows no such thing, there is none. */
const listOf = (list: Node[] | null): Node[] => list ?? [];

/** Every shipped dataset but events, which are read as they come. */
export const EXPECTATIONS: Readonly<Record<string, Expectation>> = {
  clients: {
    list: 'clients',
    selection: `${PERSON} status dateOfBirth adviser { ${PERSON} } organisationUnit { id name } ${SOURCES} createdAt updatedAt`,
    rows: (node) => [
      {
        id: node.id,
        display_name: node.displayName,
        status: node.status,
        date_of_birth: node.dateOfBirth,
        ...named('adviser', node.adviser),
        ...named('organisation_unit', node.organisationUnit, 'name', 'name'),
        ...ofSystem('', node.sources),
        created_at: node.createdAt,
        updated_at: node.updatedAt,
      },
    ],
  },
  employees: {
    list: 'employees',
    selection: `${PERSON} firstName lastName email role`,
    rows: ({ id, displayName, firstName, lastName, email, role }) => [
      { id, display_name: displayName, first_name: firstName, last_name: lastName, email, role },
    ],
  },
  organisation_units: {
    list: 'organisationUnits',
    selection: 'id name parent { id name }',
    rows: ({ id, name, parent }) => [{ id, name, ...named('parent', parent, 'name', 'name') }],
  },
  relationships: {
    list: 'clients',
    selection: `${PERSON} relationships { id type startedOn client { ${PERSON} } updatedAt }`,
    rows: (node) =>
      listOf(node.relationships).map((tie: Node) => ({
        ...client(node),
        id: tie.id,
        type: tie.type,
        started_on: tie.startedOn,
        ...named('related', tie.client),
        updated_at: tie.updatedAt,
      })),
  },
  plans: {
    list: 'plans',
    selection: `id name type rawType subType status policyNumber provider { name } ownership openedOn currentValue ${MONEY} riskLevel ${RISK} riskAlignment ${SOURCES} updatedAt`,
    rows: (node) => [
      {
        id: node.id,
        name: node.name,
        type: node.type,
        raw_type: node.rawType,
        sub_type: node.subType,
        status: node.status,
        policy_number: node.policyNumber,
        provider_name: node.provider?.name ?? null,
        ownership: node.ownership,
        opened_on: node.openedOn,
        ...money('current_value', node.currentValue),
        ...risk('risk_', node.riskLevel),
        risk_alignment: node.riskAlignment,
        ...ofSystem('', node.sources),
        updated_at: node.updatedAt,
      },
    ],
  },
  plan_owners: {
    list: 'plans',
    selection: `id name owners { client { ${PERSON} adviser { ${PERSON} } organisationUnit { id name } } percentage }`,
    rows: (node) =>
      listOf(node.owners).map((owner: Node, index: number) => ({
        plan_id: node.id,
        plan_name: node.name,
        position: index + 1,
        ...client(owner.client),
        ...named('client_adviser', owner.client?.adviser),
        ...named('client_organisation_unit', owner.client?.organisationUnit, 'name', 'name'),
        percentage: owner.percentage,
      })),
  },
  valuations: {
    list: 'plans',
    selection: `id name type valuations(first: 200) { pageInfo { hasNextPage } nodes { id valuedOn value ${MONEY} system } }`,
    rows: (node) =>
      whole(node.valuations).map((one: Node) => ({
        ...plan(node),
        id: one.id,
        valued_on: one.valuedOn,
        ...money('value', one.value),
        system: one.system,
      })),
  },
  latest_valuations: {
    list: 'plans',
    selection: `id name type latestValuation { id valuedOn value ${MONEY} system }`,
    rows: (node) => {
      const one = node.latestValuation;
      const at = { id: one?.id ?? null, valued_on: one?.valuedOn ?? null };
      return [{ ...plan(node), ...at, ...money('value', one?.value), system: one?.system ?? null }];
    },
  },
  holdings: {
    list: 'plans',
    selection: `id name type holdings { isin name units price value ${MONEY} percentage riskLevel ${RISK} }`,
    rows: (node) =>
      listOf(node.holdings).map((one: Node, index: number) => ({
        ...plan(node),
        position: index + 1,
        isin: one.isin,
        name: one.name,
        units: one.units,
        price: one.price,
        ...money('value', one.value),
        percentage: one.percentage,
        ...risk('risk_', one.riskLevel, false),
      })),
  },
  cashflows: {
    list: 'plans',
    selection: `id name type cashflows { kind amount ${MONEY} frequency startsOn endsOn }`,
    rows: (node) =>
      listOf(node.cashflows).map((one: Node, index: number) => ({
        ...plan(node),
        position: index + 1,
        kind: one.kind,
        ...money('amount', one.amount),
        frequency: one.frequency,
        starts_on: one.startsOn,
        ends_on: one.endsOn,
      })),
  },
  incomes: finances('incomes', 'isGross'),
  expenditures: finances('expenditures', ''),
  risk_levels: {
    list: 'clients',
    selection: `${PERSON} currentProfilingResults { id completedOn riskLevel ${RISK} }`,
    rows: (node) =>
      listOf(node.currentProfilingResults).map((one: Node) => ({
        ...client(node),
        id: one.id,
        completed_on: one.completedOn,
        ...risk('', one.riskLevel),
      })),
  },
  plan_discrepancies: {
    list: 'plans',
    selection: `id name type policyNumber ${SOURCES} discrepancies { field values { system value } }`,
    rows: (node) =>
      listOf(node.discrepancies).map((one: Node) => ({
        ...plan(node),
        plan_policy_number: node.policyNumber,
        ...ofSystem('plan_', node.sources),
        field: one.field,
        ...ofSystem('', one.values, 'value'),
      })),
  },
};

/** The rows that the graph has for a dataset, by small pages of GraphQL. */
export async function expectedRows(
  house: House,
  { list, selection, rows }: Expectation,
  headers: Record<string, string> = {},
): Promise<ExpectedRow[]> {
  const all: ExpectedRow[] = [];
  for (let after: string | null = null; ; ) {
    const query = `query ($after: String) { list: ${list}(first: 50, after: $after) { pageInfo { hasNextPage endCursor } nodes { ${selection} } } }`;
    const { data, errors } = await house.ask(query, { after }, headers);
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    all.push(...data.list.nodes.flatMap(rows));
    if (!data.list.pageInfo.hasNextPage) return all;
    after = data.list.pageInfo.endCursor;
  }
}
