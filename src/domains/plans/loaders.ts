import { batched } from '../../platform/batch.ts';
import { BrokenField } from '../../platform/errors.ts';
import type { System } from '../../platform/system.ts';
import type { Wire } from '../../platform/wire.ts';
import { byId, grouped, NOTHING } from '../../sources/found.ts';
import type { SourcedOperation } from '../../sources/index.ts';
import type { PlanExpansion } from '../../sources/plannr/plans.ts';
import { financeOwners, plannrOwners } from './owners.ts';

/** What a Plannr plan comes with where this is selected. */
const ON_SELECTION: Readonly<Record<string, PlanExpansion>> = {
  'Plan.details': 'fields',
  'Plan.externalReferences': 'external_references',
  'PlanAdministration.subAccounts': 'sub_accounts',
  'PlanAdministration.seller': 'seller',
  'PlanAdministration.activeAdviser': 'active_adviser',
  'PlanAdministration.linkedOwners': 'linked_owners',
  'PlanAdministration.wrap': 'wrap',
};

/** The records that plans are made of, each read once in an operation, with what the operation selects and no more. */
export function planLoaders(operation: SourcedOperation) {
  const { dynamicPlanner, plannr } = operation.sources;
  const { selection } = operation;
  const wantsFigures = selection.has(
    'Plan.latestValuation',
    'Plan.currentValue',
    'Plan.discrepancies',
    'Client.wealth',
  );
  const financeExpansions = [
    ...(selection.has('Plan.cashflows') ? (['cashflows'] as const) : []),
    ...(wantsFigures ? (['latestHistoricalValuation'] as const) : []),
    ...(selection.has('Plan.holdings', 'Plan.fundBreakdown', 'Client.lookThrough', 'Query.lookThrough')
      ? (['holdings'] as const)
      : []),
    ...(selection.has('Plan.transactions') ? (['transactions'] as const) : []),
  ];
  const planExpansions = [
    ...(wantsFigures ? (['latest_valuations'] as const) : []),
    ...Object.entries(ON_SELECTION).flatMap(([coordinate, expansion]) =>
      selection.has(coordinate) ? [expansion] : [],
    ),
  ];

  /** What nobody owns can be attached to nobody; what is broken in the owners is told. */
  const owned = (wires: readonly Wire[], system: System, ownersOf: typeof financeOwners) =>
    wires.filter((wire) => {
      if (ownersOf(wire, operation.report).length > 0) return true;
      const field = system === 'PLANNR' ? 'plan.accounts' : 'finance.owners';
      operation.report(new BrokenField(system, field, 'a list of owners'));
      return false;
    });

  const finances = batched<readonly Wire[], readonly Wire[]>(
    operation,
    async (ids) => {
      const found =
        dynamicPlanner === null ? NOTHING : await dynamicPlanner.finances.ofClients(operation, ids, financeExpansions);
      const plans = owned(found.items, 'DYNAMIC_PLANNER', financeOwners);
      for (const wire of plans) financesById.prime(String(wire.item.id), wire);
      const kept = new Set(plans);
      return grouped(ids, found, (wire) => kept.has(wire));
    },
    () => [],
  );

  const accountPlans = batched<readonly Wire[], readonly Wire[]>(
    operation,
    async (uuids) => {
      const found = plannr === null ? NOTHING : await plannr.plans.ofAccounts(operation, uuids, planExpansions);
      const plans = owned(found.items, 'PLANNR', plannrOwners);
      for (const wire of plans) plansById.prime(String(wire.item.uuid), wire);
      const kept = new Set(plans);
      return grouped(uuids, found, (wire) => kept.has(wire));
    },
    () => [],
  );

  const financesById = batched<Wire, null>(
    operation,
    async (ids) => {
      const found =
        dynamicPlanner === null ? NOTHING : await dynamicPlanner.finances.byIds(operation, ids, financeExpansions);
      return byId(found, 'id');
    },
    () => null,
  );

  const plansById = batched<Wire, null>(
    operation,
    async (uuids) => {
      return byId(plannr === null ? NOTHING : await plannr.plans.byIds(operation, uuids, planExpansions), 'uuid');
    },
    () => null,
  );

  return { finances, accountPlans, financesById, plansById };
}

/** Incomes and expenditures come with the finances, and are no plans. */
export function isCashflowOnly(wire: Wire): boolean {
  return wire.item.type === 'income' || wire.item.type === 'expenditure';
}
