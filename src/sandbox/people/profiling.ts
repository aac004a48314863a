import type { DpProfilingResult, DpQuestionnaire } from '../dynamic-planner/wire.ts';
import { dayBack } from './dates.ts';
import { dpId } from './ids.ts';
import { at, type Random, randomFor } from './random.ts';
import type { World } from './world.ts';

export const DEFAULT_FRAMEWORK = 'dynamic-planner';
export const CASH_FRAMEWORK = 'dynamic-planner-cash';

const QUESTIONNAIRES = [
  { name: 'Attitude to risk', framework: DEFAULT_FRAMEWORK, version: '4' },
  { name: 'Cash needs', framework: CASH_FRAMEWORK, version: '1' },
  { name: 'Attitude to risk', framework: DEFAULT_FRAMEWORK, version: '3' },
];

const QUESTIONS = [
  'I would rather take my chances than settle for less',
  'I feel comfortable about investing in the stock market',
  'I prefer bank deposits to riskier investments',
  'I usually find it hard to decide where to invest',
];

const ANSWERS = ['Strongly disagree', 'Disagree', 'Agree', 'Strongly agree'];

/** Names of the ten risk levels, lowest first. */
const LEVEL_NAMES = [
  'Lowest risk',
  'Very low risk',
  'Low risk',
  'Lowest medium risk',
  'Low medium risk',
  'High medium risk',
  'Highest medium risk',
  'High risk',
  'Very high risk',
  'Highest risk',
];

/** Answers and scores are drawn from so many sets, which many results share. */
const SHARED_SETS = 64;

/** Adds the questionnaires and none to four results a person. */
export function addProfiling(world: World): void {
  QUESTIONNAIRES.forEach((entry, place) => {
    const questionnaire = makeQuestionnaire(dpId('questionnaire', place + 1), entry);
    world.dp.questionnaires.set(questionnaire.id, questionnaire);
  });
  const sets = Array.from({ length: SHARED_SETS }, (_, number) => makeSet(randomFor(world.seed, 'responses', number)));
  let number = 0;
  for (let index = 0; index < world.dpCount; index += 1) {
    const random = randomFor(world.seed, 'result', index);
    const count = (index * 3 + Math.floor(index / 5)) % 5;
    const incompleteNewest = count >= 2 && index % 4 === 1;
    let daysBack = random.int(0, 60);
    for (let back = 0; back < count; back += 1) {
      number += 1;
      const result = makeResult(
        world,
        index,
        number,
        daysBack,
        back === 0 && incompleteNewest,
        at(sets, random.int(0, 9_999)),
      );
      world.dp.results.set(result.id, result);
      if (back === 0 && incompleteNewest) world.oddities.incompleteResultNewest.push(result.id);
      daysBack += random.int(30, 500);
    }
  }
}

type ResponseSet = Pick<DpProfilingResult, 'factors' | 'responses'>;

function makeSet(random: Random): ResponseSet {
  return {
    factors: [
      { id: 'fac-1', name: 'Attitude to risk', dimension: 'risk', score: random.int(0, 1_000) / 10 },
      { id: 'fac-2', name: 'Capacity for loss', dimension: 'capacity', score: random.int(0, 1_000) / 10 },
    ],
    responses: QUESTIONS.map((_, place) => {
      const value = random.int(1, ANSWERS.length);
      return { questionId: `q${place + 1}`, answerId: `q${place + 1}a${value}`, value };
    }),
  };
}

function makeResult(
  world: World,
  index: number,
  number: number,
  daysBack: number,
  incomplete: boolean,
  set: ResponseSet,
): DpProfilingResult {
  const random = randomFor(world.seed, 'level', number);
  const level = random.int(1, 10);
  const questionnaire = random.int(1, 3);
  // An unfinished result may carry a provisional level, which must not be taken for the person's.
  const known = !incomplete || number % 2 === 0;
  return {
    id: dpId('result', number),
    clientId: dpId('client', index + 1),
    questionnaireId: dpId('questionnaire', questionnaire),
    framework: at(QUESTIONNAIRES, questionnaire - 1).framework,
    completedOn: dayBack(daysBack),
    status: incomplete ? 'incomplete' : 'complete',
    ...(known ? levelFields(level) : { riskLevel: null, riskLevelName: null, lossesAndGains: null }),
    ...set,
    sustainability:
      number % 3 === 0 ? null : { preference: random.pick(['integrated', 'none', 'impact']), strength: 'medium' },
  };
}

/** What a result says of a level from 1 to 10. */
export function levelFields(level: number): Pick<DpProfilingResult, 'riskLevel' | 'riskLevelName' | 'lossesAndGains'> {
  const [worstYear, averageYear, bestYear] = [
    -(level * 34) / 1_000,
    (20 + level * 6) / 1_000,
    (40 + level * 41) / 1_000,
  ];
  return {
    riskLevel: `RL${level}`,
    riskLevelName: at(LEVEL_NAMES, level - 1),
    lossesAndGains: { worstYear, averageYear, bestYear },
  };
}

function makeQuestionnaire(id: string, entry: (typeof QUESTIONNAIRES)[number]): DpQuestionnaire {
  return {
    id,
    ...entry,
    questions: QUESTIONS.map((text, place) => ({
      id: `q${place + 1}`,
      text,
      dimension: 'risk',
      answers: ANSWERS.map((answer, value) => ({ id: `q${place + 1}a${value + 1}`, text: answer, value: value + 1 })),
    })),
  };
}
