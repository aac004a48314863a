import { readFile } from 'node:fs/promises';

interface Node {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  readonly children?: readonly number[];
}

interface CpuProfile {
  readonly nodes: readonly Node[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const SHOWN = 45;

/** Waiting, and the profiler's own start and end. */
const NO_WORK = new Set(['(idle)', 'dispatch']);

/** What a profile says, in milliseconds an operation: by module, by function, and by function together with all that it calls. */
export async function digest(file: string, operations: number): Promise<string> {
  const profile = JSON.parse(await readFile(file, 'utf8')) as CpuProfile;
  const own = ownTimes(profile, operations);
  const parents = new Map(
    profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)),
  );
  const byId = new Map(profile.nodes.map((node) => [node.id, node]));
  const modules = new Map<string, number>();
  const functions = new Map<string, number>();
  const inclusive = new Map<string, number>();
  let total = 0;
  for (const [id, took] of own) {
    const node = byId.get(id);
    if (node === undefined) continue;
    total += took;
    add(modules, moduleOf(node), took);
    add(functions, labelOf(node), took);
    const open = new Set<string>();
    for (let at: Node | undefined = node; at !== undefined; at = byId.get(parents.get(at.id) ?? -1))
      open.add(labelOf(at));
    for (const label of open) add(inclusive, label, took);
  }
  const top = (map: ReadonlyMap<string, number>): string[] =>
    [...map]
      .sort(([, a], [, b]) => b - a)
      .slice(0, SHOWN)
      .map(([name, ms]) => `${ms.toFixed(3).padStart(8)} ms ${((100 * ms) / total).toFixed(1).padStart(5)} %  ${name}`);
  return [
    `${operations} operations, ${total.toFixed(2)} ms each while profiled`,
    ...['\nBy module', ...top(modules)],
    ...['\nBy function', ...top(functions)],
    ...['\nBy function, with what it calls', ...top(inclusive)],
  ].join('\n');
}

/** Milliseconds an operation that were spent in each node itself. */
function ownTimes({ nodes, samples, timeDeltas }: CpuProfile, operations: number): Map<number, number> {
  const idle = nodes.filter(({ callFrame: { functionName: name, url } }) => url === '' && NO_WORK.has(name));
  const idleIds = new Set(idle.map(({ id }) => id));
  const own = new Map<number, number>();
  for (const [index, id] of samples.entries())
    if (!idleIds.has(id)) add(own, id, (timeDeltas[index] ?? 0) / 1_000 / operations);
  return own;
}

function add<K>(map: Map<K, number>, key: K, value: number): void {
  map.set(key, (map.get(key) ?? 0) + value);
}

function labelOf({ callFrame: { functionName: name, url, lineNumber } }: Node): string {
  return `${name || '(anonymous)'}  ${url === '' ? '' : `${shortened(url)}:${lineNumber + 1}`}`;
}

/** A package, a file of the house, or what node and the engine do themselves. */
function moduleOf({ callFrame: { functionName: name, url } }: Node): string {
  if (url === '') return name.startsWith('(') ? name : 'engine (JSON, RegExp, Map …)';
  const inside = url.lastIndexOf('/node_modules/');
  if (inside < 0) return url.startsWith('node:') ? url.split('/').slice(0, 2).join('/') : shortened(url);
  const [scope = '', second = ''] = url.slice(inside + '/node_modules/'.length).split('/');
  return scope.startsWith('@') ? `${scope}/${second}` : scope;
}

function shortened(url: string): string {
  return url.replace(/^file:\/\//, '').replace(/^.*\/(node_modules|dist\/bench)\//, '');
}
