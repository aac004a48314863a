import pLimit from 'p-limit';
import { batched } from '../../platform/batch.ts';
import { type UpstreamError, upstreamErrorOf } from '../../platform/errors.ts';
import { type Connection, connectionOf } from '../../platform/relay/connection.ts';
import { isIdPart, type Ref } from '../../platform/relay/ids.ts';
import { JoinedList } from '../../platform/relay/sections.ts';
import { type PageArguments, pageRequest } from '../../platform/relay/window.ts';
import { remembered } from '../../platform/remembered.ts';
import type { Wire } from '../../platform/wire.ts';
import type { ResultExpansion } from '../../sources/dynamic-planner/profiling.ts';
import { byId, grouped, NOTHING } from '../../sources/found.ts';
import type { SourcedOperation } from '../../sources/index.ts';
import { listSection } from '../../sources/section.ts';
import type { ProfilingResultModel, QuestionnaireModel, RiskLevelModel } from './model.ts';
import {
  alignmentOf,
  currentResult,
  currentResults,
  plannrRiskOf,
  type RiskAlignment,
  riskLevelOf,
  riskLevelOfResult,
} from './risk.ts';

/** Plannr's risks under way at once: one call a client is all that the platform offers. */
const RISKS_IN_FLIGHT = 8;

/** What profiling needs of the other domains. */
export interface ProfilingNeeds {
  readonly clients: { accountsOf(ref: Ref): Promise<readonly string[]> };
}

/** What keeping profiling takes. */
export interface KeepOptions {
  /** The framework that `Client.riskLevel` is of. */
  readonly riskFramework: string;
}

export const keep = ({ riskFramework }: KeepOptions): KeepOptions => ({ riskFramework });

/** Profiling results, risk levels and questionnaires. */
export function open(operation: SourcedOperation, kept: { profiling: KeepOptions }, needs: ProfilingNeeds) {
  const { dynamicPlanner, plannr } = operation.sources;
  const { riskFramework } = kept.profiling;
  const limit = pLimit(RISKS_IN_FLIGHT);

  const results = batched<readonly Wire[], readonly Wire[]>(
    operation,
    async (ids) => {
      const { selection } = operation;
      const expansions: readonly ResultExpansion[] = [
        ...(selection.has('ProfilingResult.factors') ? (['factors'] as const) : []),
        ...(selection.has('ProfilingResult.responses') ? (['responses'] as const) : []),
        ...(selection.has('ProfilingResult.questionnaire', 'ProfilingResponse.question', 'ProfilingResponse.answer')
          ? (['questionnaire'] as const)
          : []),
      ];
      const found =
        dynamicPlanner === null ? NOTHING : await dynamicPlanner.profiling.results(operation, ids, expansions);
      return grouped(ids, found);
    },
    () => [],
  );

  const tracked = batched<readonly Wire[], readonly Wire[]>(
    operation,
    async (ids) => {
      if (dynamicPlanner === null) return new Map();
      const { investments, pensions } = dynamicPlanner.tracking;
      const found = await Promise.all([investments(operation, ids), pensions(operation, ids)]);
      const [ofInvestments, ofPensions] = found.map((part) => grouped(ids, part));
      return new Map(ids.map((id) => [id, joined(ofInvestments?.get(id), ofPensions?.get(id))]));
    },
    () => [],
  );

  const risks = batched<unknown, null>(
    operation,
    async (uuids) =>
      new Map(
        await Promise.all(
          uuids.map((uuid) =>
            limit(async () => [uuid, await settled(async () => plannr?.accounts.risk(operation, uuid))] as const),
          ),
        ),
      ),
    () => null,
  );

  const questionnaires = batched<Wire, null>(
    operation,
    async (ids) => {
      return byId(
        dynamicPlanner === null ? NOTHING : await dynamicPlanner.profiling.questionnaires(operation, ids),
        'id',
      );
    },
    () => null,
  );

  const questionnaireModel = (wire: Wire): QuestionnaireModel => ({ id: String(wire.item.id), wire });

  const resultsOf = async (clientId: string): Promise<ProfilingResultModel[]> =>
    (await results.load(clientId)).map((wire) => ({ id: String(wire.item.id), clientId, wire }));

  /** The level of the newest complete result in a framework. Who has many plans has one. */
  const levelOfClient = remembered(
    (clientId: string, framework: string) => `${clientId} ${framework}`,
    async (clientId, framework): Promise<RiskLevelModel | null> => {
      const result = currentResult(await resultsOf(clientId), framework, riskFramework);
      return result === null ? null : riskLevelOfResult(result, riskFramework);
    },
  );

  return {
    /** The level of the newest complete result in the default framework, by Dynamic Planner id. */
    riskLevel: (clientId: string): Promise<RiskLevelModel | null> => levelOfClient(clientId, riskFramework),

    riskLevelOfResult: (result: ProfilingResultModel) => riskLevelOfResult(result, riskFramework),

    /** A plan's own level, from the tracking of its first owner's plans: it is shown, and compared with the owners'. */
    riskLevelOfPlan: remembered(
      (financeId: string, ownerId: string) => `${financeId} ${ownerId}`,
      async (financeId, ownerId): Promise<RiskLevelModel | null> => {
        const plan = (await tracked.load(ownerId)).find((wire) => wire.item.id === financeId);
        const level = plan?.child('riskLevel') ?? null;
        return level === null
          ? null
          : riskLevelOf(level, { levelField: 'level', dateField: 'calculatedOn', framework: riskFramework });
      },
    ),

    /** The level of a fund that a plan holds, from the tracking of its first owner's plans. @param isin in capital letters */
    async riskLevelOfFund(financeId: string, ownerId: string, isin: string): Promise<RiskLevelModel | null> {
      const plan = (await tracked.load(ownerId)).find((wire) => wire.item.id === financeId);
      const holding = plan?.children('holdings').find((wire) => wire.text('isin')?.trim().toUpperCase() === isin);
      const framework = plan?.child('riskLevel')?.text('framework') ?? riskFramework;
      return holding === undefined
        ? null
        : riskLevelOf(holding, { levelField: 'riskLevel', dateField: 'calculatedOn', framework });
    },

    /** How a plan's level stands to its owners' own in the same framework; null where none of them has one. @param clientIds those that the caller may see */
    async riskAlignment(level: RiskLevelModel, clientIds: readonly string[]): Promise<RiskAlignment | null> {
      const { framework } = level;
      return alignmentOf(level, await Promise.all(clientIds.map((id) => levelOfClient(id, framework))));
    },

    /** Plannr's level of the first of the client's accounts that has one. */
    async plannrRisk(ref: Ref): Promise<RiskLevelModel | null> {
      const accounts = await needs.clients.accountsOf(ref);
      const levels = await Promise.all(accounts.map(async (uuid) => plannrRiskOf(await risks.load(uuid))));
      return levels.find((level) => level !== null) ?? null;
    },

    async result(clientId: string, id: string): Promise<ProfilingResultModel | null> {
      return (await resultsOf(clientId)).find((result) => result.id === id) ?? null;
    },

    /** A page of a client's results. @throws BadInput */
    async page(
      clientId: string,
      framework: string | null,
      args: PageArguments,
    ): Promise<Connection<ProfilingResultModel>> {
      pageRequest(args);
      const all = await resultsOf(clientId);
      const kept = framework === null ? all : all.filter(({ wire }) => wire.text('framework') === framework);
      return connectionOf({ name: `results of ${clientId}`, filter: { framework } }, kept, args);
    },

    /** The result that counts in each framework: the default one's first, then by name. */
    async current(clientId: string): Promise<readonly ProfilingResultModel[]> {
      return currentResults(await resultsOf(clientId), riskFramework);
    },

    /** Whether a result is the one that counts in its framework. */
    async isCurrent({ clientId, id }: ProfilingResultModel): Promise<boolean> {
      return currentResults(await resultsOf(clientId), riskFramework).some((result) => result.id === id);
    },

    /** The questionnaire of a result: it comes with the result where it is selected, else it is read. */
    async questionnaireOf({ wire }: ProfilingResultModel): Promise<QuestionnaireModel | null> {
      const brought = wire.child('questionnaire');
      if (brought !== null && isIdPart(brought.item.id)) return questionnaireModel(brought);
      const id = wire.text('questionnaireId');
      const read = id === null ? null : await questionnaires.load(id);
      return read === null ? null : questionnaireModel(read);
    },

    async questionnaire(id: string): Promise<QuestionnaireModel | null> {
      const wire = await questionnaires.load(id);
      return wire === null ? null : questionnaireModel(wire);
    },

    /** A page of all questionnaires: they are the firm's, and nobody's in particular. @throws BadInput */
    questionnaires(args: PageArguments): Promise<Connection<QuestionnaireModel>> {
      const section = listSection(operation, {
        system: 'DYNAMIC_PLANNER',
        name: 'questionnaire',
        window:
          dynamicPlanner === null
            ? null
            : (offset, count) => dynamicPlanner.profiling.questionnaireWindow(operation, offset, count),
        exact: true,
        keep: () => true,
        node: questionnaireModel,
      });
      return new JoinedList({ name: 'questionnaires', filter: null }, [section]).page(args);
    },
  };
}

/** Two lists as one; a failure of either is a failure. */
function joined(
  one: readonly Wire[] | UpstreamError = [],
  other: readonly Wire[] | UpstreamError = [],
): readonly Wire[] | UpstreamError {
  if (one instanceof Error) return one;
  return other instanceof Error ? other : [...one, ...other];
}

async function settled<T>(read: () => Promise<T>): Promise<T | UpstreamError> {
  try {
    return await read();
  } catch (error) {
    return upstreamErrorOf(error);
  }
}
