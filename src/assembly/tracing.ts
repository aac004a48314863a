import type { Settings } from '../config/index.ts';
import type { Log } from '../platform/log.ts';
import { startTracing, type Tracing } from '../platform/tracing.ts';

/** Traces to the collector of the settings; null where there is none. */
export async function openTracing(settings: Settings, version: string, log: Log): Promise<Tracing | null> {
  if (settings.tracing === undefined) return null;
  const { url, headers, serviceName, sampler, ratio } = settings.tracing;
  const pairs = (headers?.reveal() ?? '').split(',').map((pair) => pair.split('='));
  return startTracing({
    url,
    headers: Object.fromEntries(
      pairs.flatMap(([name = '', ...value]) =>
        name === '' ? [] : [[name.trim(), decodeURIComponent(value.join('=').trim())]],
      ),
    ),
    serviceName,
    version,
    sampler,
    ratio,
    onFailure: (reason) => log.warn({ reason }, 'the collector does not take traces'),
  });
}
