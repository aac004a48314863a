import type { RecordedRequest, Sandbox } from '../../src/sandbox/index.ts';

// What the platforms may be asked: exactly the contract's calls, and nothing that a caller wrote may change them.

/** By template: the parameters that must be there, and those that may. */
type Calls = Readonly<Record<string, readonly [required: readonly string[], optional: readonly string[]]>>;

const PAGE = ['pageSize', 'pageNumber'];
const DYNAMIC_PLANNER: Calls = {
  '/identity/connect/token': [[], []],
  '/crm/v1/clients': [PAGE, ['ids', 'organisationUnitIds', 'status']],
  '/crm/v1/relationships': [[...PAGE, 'clientIds'], []],
  '/crm/v1/organisation-units': [PAGE, []],
  '/crm/v1/employees': [PAGE, ['ids']],
  '/finances/v1/clients/{clientIds}/finances': [[...PAGE, 'unions'], ['fields']],
  '/finances/v1/finances': [[...PAGE, 'ids'], ['fields']],
  '/finances/v1/finances/{financeIds}/valuations': [PAGE, ['from', 'to']],
  '/tracking/v1/clients/{clientIds}/investments': [PAGE, []],
  '/tracking/v1/clients/{clientIds}/pensions': [PAGE, []],
  '/profiling/v1/clients/{clientIds}/results': [PAGE, ['fields']],
  '/profiling/v1/questionnaires': [PAGE, ['ids']],
  // The gateway looks after its subscriptions by itself.
  '/pubsub/v1/subscriptions': [PAGE, []],
  '/pubsub/v1/subscriptions/{id}/events': [PAGE, ['from']],
};

const PAGES = ['per_page', 'page'];
const PLANNR: Calls = {
  '/api/v1/logins': [[], []],
  '/api/v1/account': [
    [...PAGES, 'include'],
    ['filter[uuid]', 'filter[type]'],
  ],
  '/api/v1/plans': [
    [...PAGES, 'include'],
    ['filter[client]', 'filter[uuid]'],
  ],
  '/api/v1/plans/{uuid}/valuations': [PAGES, ['filter[valued_at_after]', 'filter[valued_at_before]', 'include']],
  '/api/v1/client/{uuid}/risk': [[], []],
};

/** Ids, numbers, dates and words, joined by commas: nothing that means something to a URL. */
const VALUE = /^[\w.:~+-]+(,[\w.:~+-]+)*$/;

/** What the platforms were asked that they must not be asked; forgets what it has seen. */
export function strangeCalls(sandbox: Sandbox): string[] {
  const servers = [
    { ...hostOf(sandbox.dynamicPlanner.url), server: sandbox.dynamicPlanner, calls: DYNAMIC_PLANNER },
    { ...hostOf(sandbox.plannr.url), server: sandbox.plannr, calls: PLANNR },
  ];
  return servers.flatMap(({ server, calls, host }) => {
    const found = server.requests.flatMap((request) => strangeness(request, calls, host));
    server.clearRequests();
    return [...new Set(found)];
  });
}

function strangeness(request: RecordedRequest, calls: Calls, host: string): string[] {
  const { method, path, template, query, headers } = request;
  const shown = `${method} ${path.slice(0, 300)} ${JSON.stringify(query).slice(0, 300)}`;
  const call = Object.hasOwn(calls, template) ? calls[template] : undefined;
  if (call === undefined) return [`upstream: not a call of the contract: ${shown}`];
  const [required, optional] = call;
  const names = Object.keys(query);
  const faults: string[] = [];
  if (method !== (template.endsWith('/token') ? 'POST' : 'GET')) faults.push('method');
  if (headers.host !== host) faults.push(`host ${headers.host}`);
  if (!required.every((name) => names.includes(name))) faults.push('a parameter is missing');
  if (!names.every((name) => required.includes(name) || optional.includes(name))) faults.push('a parameter too much');
  if (!Object.values(query).every((value) => VALUE.test(value))) faults.push('a value that is none');
  if (
    !path
      .split('/')
      .slice(1)
      .every((segment) => VALUE.test(segment) && !/^\.+$/.test(segment))
  )
    faults.push('path');
  if (Object.values(headers).some((value) => /[\r\n]/.test(String(value)))) faults.push('headers');
  return faults.map((fault) => `upstream: ${fault}: ${shown}`);
}

function hostOf(url: string): { host: string } {
  return { host: new URL(url).host };
}
