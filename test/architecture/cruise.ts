import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cruise, type IConfiguration, type ICruiseResult } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';

const configuration: IConfiguration = createRequire(import.meta.url)('../../.dependency-cruiser.cjs');

const ROOTS = ['src', 'resolvers'];

/** The rules of the house. */
export const rules = (configuration.forbidden ?? []).map((rule) => ({
  name: rule.name ?? '',
  from: String(rule.from.path),
}));

/** The rules about who may import from where; the others ban a single thing. */
export const rooms = rules.filter((rule) => rule.name.startsWith('room-'));

/** Reads every import below `src` and `resolvers` in a folder (an absolute path), and judges it. */
export async function judge(folder: string): Promise<ICruiseResult> {
  const { options, forbidden } = configuration;
  const { output } = await cruise(
    ROOTS,
    { ...options, baseDir: folder, ruleSet: { forbidden: forbidden ?? [] }, validate: true },
    { ...options?.enhancedResolveOptions },
    { tsConfig: extractTSConfig(options?.tsConfig?.fileName ?? 'tsconfig.json') },
  );
  if (typeof output === 'string') throw new Error(output);
  return output;
}

/** What was found wrong, each as `<rule>: <from> → <to>`, sorted. */
export function violations(result: ICruiseResult): string[] {
  return result.summary.violations.map((each) => `${each.rule.name}: ${each.from} → ${each.to}`).sort();
}

/**
 * Runs `use` with a throw-away folder that holds these files.
 * @param files text by path
 */
export async function withFiles<T>(
  files: ReadonlyMap<string, string>,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'architecture-'));
  try {
    for (const root of ROOTS) mkdirSync(join(folder, root));
    for (const [path, text] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
