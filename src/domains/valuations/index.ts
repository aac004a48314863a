import pLimit from 'p-limit';
import { batched, type Loader } from '../../platform/batch.ts';
import { type UpstreamError, upstreamErrorOf } from '../../platform/errors.ts';
import { type Connection, connection } from '../../platform/relay/connection.ts';
import { decodeCursor, lazyHash } from '../../platform/relay/cursor.ts';
import type { Ref } from '../../platform/relay/ids.ts';
import { type PageArguments, pageRequest } from '../../platform/relay/window.ts';
import type { Wire } from '../../platform/wire.ts';
import type { SourcedOperation } from '../../sources/index.ts';
import { identified } from '../../sources/read.ts';
import { currencyOf, type PlanRecords } from '../shared/records.ts';
import {
  financeValuation,
  isOfWholePlan,
  newestFirst,
  newestValuations,
  plannrValuation,
  type ValuationModel,
} from '../shared/valuation.ts';
import { newestWindows, type Window } from './windows.ts';

export { write } from './write.ts';

/** Plannr's histories under way at once: one call a plan is all that the platform offers. */
const HISTORIES_IN_FLIGHT = 8;
/** Dynamic Planner's finances asked for singly at once. */
const SINGLES_IN_FLIGHT = 8;

/** Only arrangements have valuations (platform documentation); asking for the others' would read the whole list to find none. */
const WITHOUT_VALUATIONS: ReadonlySet<unknown> = new Set(['asset', 'liability', 'protection']);

/** Days to include, ends included. */
export interface Days {
  readonly from?: string | null | undefined;
  readonly to?: string | null | undefined;
}

interface Series {
  readonly valuations: readonly ValuationModel[];
  readonly complete: boolean;
}

/** Valuations of both platforms. */
export function open(operation: SourcedOperation) {
  const { dynamicPlanner, plannr } = operation.sources;
  const limit = pLimit(HISTORIES_IN_FLIGHT);
  const singles = pLimit(SINGLES_IN_FLIGHT);
  const windows = new Map<string, Loader<Window>>();
  const histories = new Map<string, Loader<readonly Wire[]>>();

  const windowLoader = ({ from, to }: Days, need: number) =>
    remembered(windows, JSON.stringify([from, to, need]), () =>
      batched<Window, Window>(
        operation,
        async (ids) => {
          if (dynamicPlanner === null) return new Map();
          const range = { from: from ?? undefined, to: to ?? undefined };
          const fits = (valuation: Wire) => isWithin(String(valuation.item.valuedOn).slice(0, 10), { from, to });
          const { valuationChunks, valuationPage } = dynamicPlanner.finances;
          const read = async (chunk: readonly string[], number: number) => {
            const page = await valuationPage(operation, chunk, range, number);
            return {
              ...page,
              items: page.items.flatMap((item) => identified(operation, 'DYNAMIC_PLANNER', 'valuation', 'id', [item])),
            };
          };
          const found = await Promise.all(
            valuationChunks(ids).map((chunk) => newestWindows({ read, need, fits, limit: singles }, chunk)),
          );
          return new Map(found.flatMap((chunk) => [...chunk]));
        },
        () => ({ items: [], complete: true }),
      ),
    );

  const historyLoader = (days: Days) =>
    remembered(histories, JSON.stringify([days.from, days.to]), () =>
      batched<readonly Wire[], readonly Wire[]>(
        operation,
        async (uuids) =>
          new Map(
            await Promise.all(uuids.map((uuid) => limit(async () => [uuid, await history(uuid, days)] as const))),
          ),
        () => [],
      ),
    );

  /** One plan's history, or why it can't be had: a failing one must not take the others along. */
  const history = async (uuid: string, { from, to }: Days): Promise<readonly Wire[] | UpstreamError> => {
    try {
      if (plannr === null) return [];
      // Whether the platform's bounds include their day is not published: a day more on each side, and the range is applied here.
      const before = from ? dayBeside(from, -1) : null;
      const after = to ? dayBeside(to, 1) : null;
      const range = { ...(before === null ? {} : { from: before }), ...(after === null ? {} : { to: after }) };
      return await plannr.plans.valuations(operation, uuid, range);
    } catch (error) {
      return upstreamErrorOf(error);
    }
  };

  /** The models of what can be read; a broken valuation is left out and reported. */
  const modelsOf = (wires: readonly Wire[], days: Days, model: (wire: Wire) => ValuationModel): ValuationModel[] =>
    wires.flatMap((wire) => {
      try {
        const valuation = model(wire);
        return isWithin(valuation.valuedOn, days) ? [valuation] : [];
      } catch (error) {
        operation.report(upstreamErrorOf(error));
        return [];
      }
    });

  const ofFinance = async (finance: Wire | null, days: Days, need: number): Promise<Series> => {
    if (finance === null || WITHOUT_VALUATIONS.has(finance.item.type)) return { valuations: [], complete: true };
    const id = String(finance.item.id);
    const { items, complete } = await windowLoader(days, need).load(id);
    return { valuations: modelsOf(items, days, (wire) => financeValuation(id, wire, currencyOf(finance))), complete };
  };

  const ofPlannr = async (plan: Wire | null, days: Days): Promise<Series> => {
    if (plan === null) return { valuations: [], complete: true };
    const uuid = String(plan.item.uuid);
    const items = (await historyLoader(days).load(uuid)).filter(isOfWholePlan);
    return { valuations: modelsOf(items, days, (wire) => plannrValuation(uuid, wire)), complete: true };
  };

  /** Both platforms' series, and what could not be asked. */
  const series = async (plan: PlanRecords, days: Days, need: number) => {
    const problems: UpstreamError[] = [];
    const attempt = async (read: Promise<Series>): Promise<Series> => {
      try {
        return await read;
      } catch (error) {
        problems.push(upstreamErrorOf(error));
        return { valuations: [], complete: false };
      }
    };
    const parts = await Promise.all([
      attempt(ofFinance(plan.finance, days, need)),
      attempt(ofPlannr(plan.plannr, days)),
    ]);
    return {
      valuations: parts.flatMap((part) => part.valuations).sort(newestFirst),
      complete: parts.every((part) => part.complete),
      problems,
    };
  };

  return {
    /** The newest valuation that came with the plan. */
    latest: (plan: PlanRecords): ValuationModel | null => newestValuations(plan)[0] ?? null,

    /**
     * A page of a plan's valuations, newest first.
     * @param wantsMore whether it is asked if there are more: one item more is then read
     * @throws BadInput
     */
    async page(
      plan: PlanRecords & { ref: Ref },
      days: Days,
      args: PageArguments,
      wantsMore: boolean,
    ): Promise<Connection<ValuationModel>> {
      const { count, from } = pageRequest(args);
      const hash = lazyHash(`valuations of ${plan.ref.system}:${plan.ref.id}`, days);
      const start = from === null ? 0 : decodeCursor(hash(), from).position + 1;
      const { valuations, complete, problems } = await series(plan, days, start + count + (wantsMore ? 1 : 0));
      return connection(hash, {
        entries: valuations
          .slice(start, start + count)
          .map((node, index) => ({ place: { section: 0, position: start + index }, node })),
        hasNextPage: () => valuations.length > start + count,
        hasPreviousPage: () => start > 0,
        totalCount: () => (complete ? valuations.length : null),
        problems,
      });
    },

    /** One valuation of a plan. */
    async get(plan: PlanRecords, { system, id }: Ref): Promise<ValuationModel | null> {
      const { valuations, problems } = await series(plan, {}, Number.MAX_SAFE_INTEGER);
      const found = valuations.find((valuation) => valuation.system === system && valuation.id === id) ?? null;
      const [problem] = problems.filter((entry) => entry.system === system);
      if (found === null && problem !== undefined) throw problem;
      return found;
    },
  };
}

function remembered<T>(map: Map<string, T>, key: string, make: () => T): T {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}

function isWithin(day: string, { from, to }: Days): boolean {
  return (!from || day >= from) && (!to || day <= to);
}

/** So many days later; null where that is no day of the years 1 to 9999: such a bound bounds nothing, and platforms know no such days. */
function dayBeside(day: string, offset: number): string | null {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + offset);
  const year = date.getUTCFullYear();
  return year < 1 || year > 9999 ? null : date.toISOString().slice(0, 10);
}
