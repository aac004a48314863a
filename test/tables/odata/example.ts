import type { Column, ColumnType } from '../../../src/tables/column.ts';
import type { EntityModel, EntitySet, Navigation } from '../../../src/tables/odata/model.ts';

export function column(property: string, type: ColumnType, more: Partial<Column> = {}): Column {
  return { name: property.toLowerCase(), property, type, scale: null, isNullable: true, description: '', ...more };
}

function navigation(name: string, target: string, isCollection: boolean): Navigation {
  return { name, target, isCollection, isNullable: true, description: `To ${target}.` };
}

/** A column of every type. */
export const CLIENT_COLUMNS = [
  column('id', 'id', { isNullable: false, description: 'The "id" of <one> client & no other.' }),
  column('displayName', 'text'),
  column('status', 'text'),
  column('updatedAt', 'timestamp'),
  column('birthDate', 'date'),
  column('children', 'integer'),
  column('visits', 'long'),
  column('score', 'float'),
  column('wealth', 'decimal', { scale: 2 }),
  column('share', 'decimal'),
  column('isActive', 'boolean'),
] as const;

export const CLIENTS: EntitySet = {
  name: 'Clients',
  type: 'Client',
  description: 'People.\nEach once, <b>bold</b> & "quoted".',
  key: ['id'],
  columns: CLIENT_COLUMNS,
  navigation: [navigation('plans', 'Plans', true), navigation('adviser', 'Employees', false)],
  isSearchable: true,
};

const PLANS: EntitySet = {
  name: 'Plans',
  type: 'Plan',
  description: 'Plans.',
  key: ['id'],
  columns: [column('id', 'id', { isNullable: false }), column('name', 'text')],
  navigation: [navigation('owners', 'PlanOwners', true), navigation('client', 'Clients', false)],
};

const PLAN_OWNERS: EntitySet = {
  name: 'PlanOwners',
  type: 'PlanOwner',
  description: 'Who owns what.',
  key: ['planId', 'position'],
  columns: [
    column('planId', 'id', { isNullable: false }),
    column('position', 'integer', { isNullable: false }),
    column('percentage', 'decimal'),
  ],
  navigation: [navigation('client', 'Clients', false)],
};

const EMPLOYEES: EntitySet = {
  name: 'Employees',
  type: 'Employee',
  description: '',
  key: ['id'],
  columns: [column('id', 'id', { isNullable: false }), column('displayName', 'text')],
  navigation: [],
};

export const MODEL: EntityModel = { namespace: 'Wealth', sets: [CLIENTS, PLANS, PLAN_OWNERS, EMPLOYEES] };
