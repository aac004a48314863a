import { batched } from '../../platform/batch.ts';
import { UpstreamError } from '../../platform/errors.ts';
import { Kept } from '../../platform/kept.ts';
import type { CallScope } from '../../platform/operation.ts';
import { type Connection, connectionOf } from '../../platform/relay/connection.ts';
import { JoinedList } from '../../platform/relay/sections.ts';
import { type PageArguments, pageRequest } from '../../platform/relay/window.ts';
import { Wire } from '../../platform/wire.ts';
import { byId, NOTHING } from '../../sources/found.ts';
import type { SourcedOperation, Sources } from '../../sources/index.ts';
import { listSection } from '../../sources/section.ts';
import type { EmployeeModel, OrganisationUnitModel } from './model.ts';
import { type OrganisationTree, treeOf } from './tree.ts';
import { needsNoTree, type Visibility, visibilityOf } from './visibility.ts';

export { write } from './write.ts';

/** The hierarchy changes seldom: so many milliseconds between two loads. */
const REFRESH_MS = 3_600_000;

/** What keeping the hierarchy takes. */
export interface KeepOptions {
  readonly sources: Sources;
  readonly background: () => CallScope;
  readonly onError: (what: string, error: unknown) => void;
}

/** The hierarchy, kept for all operations; null without Dynamic Planner. */
export function keep({ sources, background, onError }: KeepOptions): Kept<OrganisationTree> | null {
  const { dynamicPlanner } = sources;
  if (dynamicPlanner === null || !dynamicPlanner.hasServiceAccount) return null;
  return new Kept({
    load: async () => {
      const scope = background();
      const { organisationUnits, narrowsToUnits } = dynamicPlanner.crm;
      const [units, isHonoured] = await Promise.all([organisationUnits(scope), narrowsToUnits(scope)]);
      return treeOf(units, isHonoured, scope.report);
    },
    refreshMs: REFRESH_MS,
    onError: (error) => onError('organisation units', error),
  });
}

/** Organisation units, employees, and what the caller may see. */
export function open(operation: SourcedOperation, kept: { organisation: Kept<OrganisationTree> | null }) {
  const source = operation.sources.dynamicPlanner;
  let visibility: Promise<Visibility> | undefined;

  let own: Promise<OrganisationTree> | undefined;
  /** The hierarchy as it is now, and as the caller's own token shows it; read once in an operation. */
  const ownTree = (): Promise<OrganisationTree> | null => {
    if (source !== null) own ??= operation.waves.run(async () => treeOf(await source.crm.organisationUnits(operation)));
    return own ?? null;
  };

  const tree = async (): Promise<OrganisationTree | null> =>
    // The kept one may be an hour old: that is not good enough for what a write is checked against.
    operation.caller.isPassthrough || operation.fresh === true
      ? ownTree()
      : (kept.organisation?.get(
          operation,
          () =>
            new UpstreamError(
              'UPSTREAM_UNAVAILABLE',
              { system: 'DYNAMIC_PLANNER' },
              "'s organisation units are not loaded yet.",
            ),
        ) ?? null);

  const visible = (): Promise<Visibility> => {
    // Without a hierarchy to look up there is nothing to wait for.
    visibility ??= needsNoTree(operation.caller)
      ? Promise.resolve(visibilityOf(operation.caller, null))
      : tree().then((loaded) => visibilityOf(operation.caller, loaded));
    return visibility;
  };

  const employees = batched<Wire, null>(
    operation,
    async (ids) => {
      return byId(source === null ? NOTHING : await source.crm.employees(operation, ids), 'id');
    },
    () => null,
  );

  const unit = async (id: string): Promise<OrganisationUnitModel | null> =>
    (await visible()).includes(id) ? ((await tree())?.get(id) ?? null) : null;

  const employeeModel = (wire: Wire): EmployeeModel => ({ id: String(wire.item.id), wire });

  return {
    visibility: visible,
    unit,

    async units(args: PageArguments): Promise<Connection<OrganisationUnitModel>> {
      const { includes } = await visible();
      const units = (await tree())?.units ?? [];
      return connectionOf(
        { name: 'organisationUnits' },
        units.filter(({ id }) => includes(id)),
        args,
      );
    },

    async children(id: string): Promise<readonly OrganisationUnitModel[]> {
      return (await tree())?.children(id) ?? [];
    },

    /** An employee by Dynamic Planner id. Who advises a visible client is no secret, so only lists are narrowed. */
    async employee(id: string): Promise<EmployeeModel | null> {
      const wire = await employees.load(id);
      return wire === null ? null : employeeModel(wire);
    },

    /** An employee whom the caller asks for by id: must belong to a visible unit. */
    async visibleEmployee(id: string): Promise<EmployeeModel | null> {
      const [wire, { everything, byPlatform, includes }] = await Promise.all([employees.load(id), visible()]);
      return wire !== null && (everything || byPlatform || wire.texts('organisationUnitIds').some(includes))
        ? employeeModel(wire)
        : null;
    },

    async employees(args: PageArguments): Promise<Connection<EmployeeModel>> {
      const { everything, byPlatform, includes } = await visible();
      const list = { name: 'employees', filter: null };
      if (!everything && !byPlatform) {
        // No filter of the platform narrows employees, and places in its list would tell how many there are between the visible ones.
        pageRequest(args);
        const all = source === null ? [] : await operation.waves.run(() => source.crm.allEmployees(operation));
        const seen = all.filter((wire) => Wire.safely(() => wire.texts('organisationUnitIds').some(includes), false));
        return connectionOf(list, seen.map(employeeModel), args);
      }
      const section = listSection(operation, {
        system: 'DYNAMIC_PLANNER',
        name: 'employee',
        window: source === null ? null : (offset, count) => source.crm.employeeWindow(operation, offset, count),
        exact: true,
        keep: () => true,
        node: employeeModel,
      });
      return new JoinedList(list, [section]).page(args);
    },
  };
}
