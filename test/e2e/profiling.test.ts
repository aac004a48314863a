import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DpProfilingResult } from '../../src/sandbox/dynamic-planner/wire.ts';
import { type House, startHouse } from './harness.ts';

let house: House;
beforeAll(async () => {
  house = await startHouse({ sandbox: { clients: 60 } });
});
afterAll(() => house.stop());

const store = () => house.sandbox.data.dynamicPlanner;
const RESULTS = '/profiling/v1/clients/{clientIds}/results';
const QUESTIONNAIRES = '/profiling/v1/questionnaires';

const WHOLE = `{ clients(first: 60, filter: { system: DYNAMIC_PLANNER }) { nodes { sources { id }
  riskLevel { level }
  currentProfilingResults { id framework isCurrent }
  profilingResults(first: 20) { nodes { id framework status isCurrent
    riskLevel { level label } factors { id name dimension score }
    responses { questionId answerId value question { id text dimension } answer { id text value } }
    questionnaire { id name framework version questions { id answers { id } } }
    sustainability { preference strength } lossesAndGains { worstYear averageYear bestYear } } } } } }`;

interface Node {
  id: string;
  framework: string;
  isCurrent: boolean;
}

/** The newest complete result of each framework, worked out from the sandbox's data. */
function currentOf(clientId: string): DpProfilingResult[] {
  const newest = new Map<string, DpProfilingResult>();
  for (const result of store().results.by('client', clientId)) {
    const before = newest.get(result.framework);
    if (result.status !== 'complete' || result.riskLevel === null) continue;
    if (before === undefined || result.completedOn > before.completedOn) newest.set(result.framework, result);
  }
  return [...newest.values()].sort((a, b) => (a.framework < b.framework ? -1 : 1));
}

describe('profiling results', () => {
  test('are whole: answers with their questions, factors, losses and gains, sustainability', async () => {
    house.clear();
    const reply = await house.ask(WHOLE);
    expect(reply.errors).toBeUndefined();
    const calls = house.calls();
    const all = store().results.byAny(
      'client',
      store()
        .clients.all()
        .map(({ id }) => id),
    );
    const results = calls.filter(({ template }) => template === RESULTS);
    expect(results).toHaveLength(Math.ceil(all.length / 100));
    expect(results[0]?.query).toMatchObject({ fields: 'factors,responses', includes: 'questionnaire' });
    // Questionnaires come with the results: no call of their own.
    expect(calls.filter(({ template }) => template === QUESTIONNAIRES)).toEqual([]);
    let seen = 0;
    for (const { sources, profilingResults } of reply.data.clients.nodes)
      for (const node of profilingResults.nodes) {
        const own = store()
          .results.by('client', sources[0].id)
          .find(({ id }) => Buffer.from(node.id, 'base64url').toString().endsWith(id));
        if (own === undefined) throw new Error('a result of someone else');
        const questionnaire = store().questionnaires.get(own.questionnaireId);
        expect(node).toMatchObject({
          framework: own.framework,
          status: own.status,
          factors: own.factors.map((factor) => ({ ...factor, score: String(factor.score) })),
          sustainability: own.sustainability,
          lossesAndGains:
            own.lossesAndGains === null
              ? null
              : Object.fromEntries(Object.entries(own.lossesAndGains).map(([name, value]) => [name, String(value)])),
          questionnaire: { name: questionnaire?.name, version: questionnaire?.version },
        });
        expect(node.responses).toEqual(
          own.responses.map(({ questionId, answerId, value }) => {
            const question = questionnaire?.questions.find(({ id }) => id === questionId);
            const answer = question?.answers.find(({ id }) => id === answerId);
            return {
              questionId,
              answerId,
              value: String(value),
              question: { id: questionId, text: question?.text, dimension: question?.dimension },
              answer: { id: answerId, text: answer?.text, value: String(answer?.value) },
            };
          }),
        );
        seen += 1;
      }
    expect(seen).toBeGreaterThan(40);
  });

  test('of several frameworks stand side by side, and one of each is the one that counts', async () => {
    const reply = await house.ask(WHOLE);
    let several = 0;
    for (const { sources, currentProfilingResults, profilingResults, riskLevel } of reply.data.clients.nodes) {
      const expected = currentOf(sources[0].id);
      const idsOf = (nodes: Node[]) => nodes.map(({ id }) => Buffer.from(id, 'base64url').toString().split(':')[3]);
      expect(idsOf(currentProfilingResults)).toEqual(expected.map(({ id }) => id));
      expect(idsOf(profilingResults.nodes.filter(({ isCurrent }: Node) => isCurrent)).sort()).toEqual(
        expected.map(({ id }) => id).sort(),
      );
      const main = expected.find(({ framework }) => framework === 'dynamic-planner');
      expect(riskLevel?.level ?? null).toBe(main === undefined ? null : Number(main.riskLevel?.slice(2)));
      if (expected.length > 1) several += 1;
    }
    expect(several).toBeGreaterThan(3);
  });

  test('ask for no more than is selected', async () => {
    house.clear();
    await house.ask(
      '{ clients(first: 5) { nodes { profilingResults { nodes { isCurrent lossesAndGains { bestYear } } } } } }',
    );
    const [call] = house.calls().filter(({ template }) => template === RESULTS);
    expect([call?.query.fields, call?.query.includes]).toEqual([undefined, undefined]);
  });

  test('whose questionnaire does not come along have it read, all in one call', async () => {
    const silent = await startHouse({ beside: house, contract: { parameters: { includes: 'embed' } } });
    silent.clear();
    const reply = await silent.ask(WHOLE);
    expect(reply.errors).toBeUndefined();
    expect(silent.calls().filter(({ template }) => template === QUESTIONNAIRES)).toHaveLength(1);
    const texts = reply.data.clients.nodes.flatMap(
      ({ profilingResults }: { profilingResults: { nodes: { responses: { question: { text: string } }[] }[] } }) =>
        profilingResults.nodes.flatMap(({ responses }) => responses.map(({ question }) => question.text)),
    );
    expect(texts.length).toBeGreaterThan(100);
    expect(texts.every((text: unknown) => typeof text === 'string')).toBe(true);
    await silent.stop();
  });

  test('an answer that the questionnaire no longer has is told by its ids', async () => {
    const [result] = store().results.all();
    if (result === undefined) throw new Error('no results');
    store().results.set(result.id, { ...result, responses: [{ questionId: 'gone', answerId: 'too', value: 2 }] });
    const id = Buffer.from(`ProfilingResult:d:${result.clientId}:${result.id}`).toString('base64url');
    const query =
      'query ($id: ID!) { node(id: $id) { ... on ProfilingResult { responses { questionId answerId value question { id } answer { id } } } } }';
    const reply = await house.ask(query, { id });
    store().results.set(result.id, result);
    expect(reply.errors).toBeUndefined();
    expect(reply.data.node.responses).toEqual([
      { questionId: 'gone', answerId: 'too', value: '2', question: null, answer: null },
    ]);
  });
});
