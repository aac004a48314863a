/** How long and how often is measured; from the environment, so that a quick look is cheap. */
export interface BenchOptions {
  /** Rounds; each measures everyone once. */
  readonly rounds: number;
  /** Seconds of load for one measurement. */
  readonly seconds: number;
  /** Seconds of load for each query before the first round: the compiler needs some thousand calls. */
  readonly warmUpSeconds: number;
  /** Only situations whose name contains this. */
  readonly only: string;
  /** Sockets that follow events at once. */
  readonly subscribers: number;
  /** Profile a subject that is asked a query, instead of comparing; null to compare. */
  readonly profile: { readonly subject: string; readonly query: string } | null;
  /** Minutes of a storm to stand, instead of comparing; null for none. */
  readonly stormMinutes: number | null;
}

/** Seconds of load right before each measurement, unmeasured: sockets open, and the collector has its rhythm. */
export const SETTLE_SECONDS = 0.3;

/** People that the sandbox invents. */
export const PEOPLE = 250;

/** Reads the options. @throws RangeError that names what is wrong */
export function readOptions(env: NodeJS.ProcessEnv, argv: readonly string[]): BenchOptions {
  const at = argv.indexOf('--profile');
  const storm = argv.indexOf('--storm');
  return {
    rounds: number(env, 'BENCH_ROUNDS', 5),
    seconds: number(env, 'BENCH_SECONDS', 3),
    warmUpSeconds: number(env, 'BENCH_WARM_UP_SECONDS', 5),
    only: env.BENCH_ONLY ?? '',
    subscribers: number(env, 'BENCH_SUBSCRIBERS', 5_000),
    profile: at < 0 ? null : { subject: argv[at + 1] ?? 'cold', query: argv[at + 2] ?? 'book50' },
    stormMinutes: storm < 0 ? null : number({ '--storm': argv[storm + 1] }, '--storm', 5),
  };
}

function number(env: NodeJS.ProcessEnv, name: string, fallback: number): number {
  const value = Number(env[name] || fallback);
  if (!(value > 0)) throw new RangeError(`${name} must be a number above 0, not "${env[name]}"`);
  return value;
}
