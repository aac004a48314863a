import { chunked } from '../../platform/batch.ts';
import { upstreamErrorOf } from '../../platform/errors.ts';
import type { Section } from '../../platform/relay/sections.ts';
import { Wire } from '../../platform/wire.ts';
import type { SourcedOperation } from '../../sources/index.ts';
import { failingSection, listSection } from '../../sources/section.ts';
import { type ClientFilter, looksAtRecord, recordMatches, systemMatches } from './filter.ts';
import type { LinkTable } from './link-table.ts';
import type { ClientModel } from './model.ts';
import { statusOf } from './status.ts';

/** What of organisation units the list needs. */
export interface Visible {
  readonly everything: boolean;
  readonly byPlatform: boolean;
  readonly plannrAlone: boolean;
  readonly units: readonly string[];
  readonly isHonoured: boolean;
  includes(unitId: string | null): boolean;
}

/** What the list of clients is made from. */
export interface ListNeeds {
  readonly operation: SourcedOperation;
  readonly visible: Visible;
  readonly filter: ClientFilter;
  /** The link table; throws where it can't be had. Null without Plannr. */
  readonly links: () => Promise<LinkTable | null>;
  /** Makes a client of a Dynamic Planner record that the list brought, and keeps it for those who ask for it by id. */
  readonly personOf: (wire: Wire) => ClientModel;
  /** Reads Plannr's accounts that are nobody in Dynamic Planner. */
  readonly accounts: (uuids: readonly string[]) => Promise<(ClientModel | null)[]>;
}

/** Dynamic Planner's people in its order, then those who stand in Plannr alone, by uuid. */
export async function clientSections(needs: ListNeeds): Promise<Section<ClientModel>[]> {
  const { filter, operation } = needs;
  // Without Dynamic Planner everyone is a person of Plannr alone.
  const aloneOnly = operation.sources.dynamicPlanner === null;
  const people = aloneOnly ? [] : await peopleSections(needs);
  const noAlone =
    filter.status !== undefined ||
    filter.unitIds !== undefined ||
    filter.adviserIds !== undefined ||
    filter.system === 'DYNAMIC_PLANNER';
  if (operation.sources.plannr === null || noAlone || !needs.visible.plannrAlone) return people;
  return [...people, aloneSection(needs)];
}

/** One section; more only where the visible units are too many for one URL: then each holds the people of some of the units. */
async function peopleSections(needs: ListNeeds): Promise<Section<ClientModel>[]> {
  const { operation, visible, filter, personOf } = needs;
  const crm = operation.sources.dynamicPlanner?.crm;
  const units = filter.unitIds === undefined ? visible.units : filter.unitIds.filter(visible.includes);
  const restricted = filter.unitIds !== undefined || !(visible.everything || visible.byPlatform);
  if (restricted && units.length === 0) return [];
  let table: LinkTable | null = null;
  if (filter.system === 'PLANNR') {
    try {
      table = await needs.links();
    } catch (error) {
      return [failingSection(upstreamErrorOf(error))];
    }
  }
  const { adviserIds, dateOfBirth, updatedSince } = filter;
  const asked = { status: filter.rawStatus, adviserIds, dateOfBirth, updatedSince };
  const advisers = new Set(adviserIds);
  const local =
    (crm !== undefined && !crm.applies(asked)) ||
    (restricted && !visible.isHonoured) ||
    filter.nameContains !== undefined ||
    filter.system === 'PLANNR' ||
    (filter.status !== undefined && filter.rawStatus === undefined);
  const wanted = new Set(units);
  return (restricted ? chunked(units, 100) : [undefined]).map((organisationUnitIds) =>
    listSection(operation, {
      system: 'DYNAMIC_PLANNER',
      name: 'client',
      window:
        crm === undefined
          ? null
          : (offset, count) => crm.clientWindow(operation, { organisationUnitIds, ...asked }, offset, count),
      exact: !local,
      keep: (wire) => {
        const ref = { system: 'DYNAMIC_PLANNER', id: String(wire.item.id) } as const;
        const unit = wire.text('organisationUnitId');
        const adviser = wire.text('adviserId');
        return (
          visible.includes(unit) &&
          (filter.unitIds === undefined || (unit !== null && wanted.has(unit))) &&
          (filter.status === undefined || statusOf(wire.text('status') ?? '') === filter.status) &&
          (adviserIds === undefined || (adviser !== null && advisers.has(adviser))) &&
          systemMatches(ref, filter, table) &&
          recordMatches({ ref, system: 'DYNAMIC_PLANNER', wire }, filter)
        );
      },
      node: personOf,
    }),
  );
}

function aloneSection({ operation, filter, links, accounts }: ListNeeds): Section<ClientModel> {
  const ids = async () => (await links())?.alone ?? [];
  const read: Section<ClientModel>['read'] = async (offset, count) => {
    const all = await ids();
    const clients = await accounts(all.slice(offset, offset + count));
    const items = clients.flatMap((node, index) =>
      node !== null && Wire.safely(() => recordMatches(node, filter), false, operation.report)
        ? [{ position: offset + index, node }]
        : [],
    );
    return { items, more: offset + count < all.length };
  };
  return {
    exact: !looksAtRecord(filter),
    read,
    length: async () => (await ids()).length,
    total: async () => {
      const { length } = await ids();
      return !looksAtRecord(filter) ? length : (await read(0, length)).items.length;
    },
  };
}
