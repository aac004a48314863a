import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Whether Node was started with this very module, so that a tool can also be imported without running. */
export function isEntry(moduleUrl: string): boolean {
  const [, script] = process.argv;
  return script !== undefined && realpathSync(script) === realpathSync(fileURLToPath(moduleUrl));
}

/** Prints one line. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
