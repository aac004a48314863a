import { setTimeout as pause } from 'node:timers/promises';
import type { Field } from './field.ts';
import { mb, ms, percent, say } from './figures.ts';

const EVERY_MS = 1_000;
/** Looks between two lines. */
const TELL_EVERY = 15;

/** Watches the field until stopped, and tells how it goes. @returns ends it, with everything that must not be */
export function watchField(field: Field, fired: () => Promise<number>): () => Promise<string[]> {
  const found = new Set<string>();
  const start = performance.now();
  const look = async (): Promise<void> => {
    for (const strange of await field.strange()) found.add(strange);
  };
  say('   time    fired   gateways: loop late p99, most   ran   waited   RSS       heap      platforms: loop late p99');
  const tell = async (): Promise<void> => {
    const [own, platforms] = [await field.vitals(), await field.platformVitals()];
    const cells = [
      `${Math.round((performance.now() - start) / 1_000)} s`.padStart(7),
      String(await fired()).padStart(9),
      ms(own.late.p99).padStart(19),
      ms(own.late.most).padStart(13),
      percent(own.thread.ran / own.thread.of).padStart(6),
      percent(own.thread.waited / own.thread.of).padStart(9),
      mb(own.rss).padStart(9),
      mb(own.heap).padStart(10),
      ms(platforms.late.p99).padStart(16),
    ];
    say(cells.join(''));
  };
  let stopped = false;
  const watching = (async () => {
    for (let looks = 1; !stopped; looks += 1) {
      await pause(EVERY_MS);
      await look();
      if (looks % TELL_EVERY === 0) await tell();
    }
    await look();
  })().catch((error: unknown) => {
    // The gateways' process has ended, for one.
    found.add(error instanceof Error ? error.message : String(error));
  });
  return async () => {
    stopped = true;
    await watching;
    return [...found];
  };
}
