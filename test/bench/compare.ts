import { answersOf, type Field, measure, warmUp } from './field.ts';
import type { Figures } from './figures.ts';
import type { BenchOptions } from './options.ts';
import { ask } from './questions.ts';
import { nameOf, type QueryName, SITUATIONS, type Situation, takesPart } from './range.ts';
import { compare, type Sameness } from './same.ts';

/** What was found in one situation. */
export interface Found {
  readonly situation: Situation;
  /** Figures of each subject, by its name and in the order of the rounds. */
  readonly rounds: Readonly<Record<string, Figures[]>>;
}

/** What a whole comparison found. */
export interface Comparison {
  /** Whether the tutorial's gateway gives what the gateway gives. */
  readonly sameness: Sameness;
  readonly found: readonly Found[];
}

/** Measures everyone in every situation, once in each round and in turns: who comes first changes. */
export async function compareAll(
  field: Field,
  options: BenchOptions,
  say: (text: string) => void,
): Promise<Comparison> {
  const { subjects } = field;
  const answers = await answersOf(field);
  const tutorial = subjects.find(({ plan }) => plan.file === 'tutorial');
  const sameness = compare(answers.book50, await ask(tutorial?.url ?? '', 'book50'));

  const situations = SITUATIONS.filter((situation) => nameOf(situation).includes(options.only));
  for (const query of new Set(situations.map((situation): QueryName => situation.query)))
    for (const subject of subjects) await warmUp(field, subject, query, options.warmUpSeconds, answers[query]);

  const found = situations.map((situation) => {
    const names = subjects.filter(({ plan }) => takesPart(plan, situation)).map(({ plan }) => plan.name);
    return { situation, rounds: Object.fromEntries(names.map((name): [string, Figures[]] => [name, []])) };
  });
  for (let round = 0; round < options.rounds; round += 1) {
    say(`round ${round + 1} of ${options.rounds}`);
    for (const { situation, rounds } of found) {
      for (let turn = 0; turn < subjects.length; turn += 1) {
        const subject = subjects[(turn + round) % subjects.length];
        if (subject === undefined || !takesPart(subject.plan, situation)) continue;
        const figures = await measure(field, subject, situation, options, answers[situation.query]);
        rounds[subject.plan.name]?.push(figures);
      }
    }
  }
  return { sameness, found };
}
