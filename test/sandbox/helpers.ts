import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/index.ts';

/** What a test reads of an answer. */
export interface Reply {
  status: number;
  headers: Headers;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  json: any;
}

export interface Asked {
  method?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/** Speaks to one platform with valid credentials. */
export type Ask = (path: string, asked?: Asked) => Promise<Reply>;

export async function start(options: SandboxOptions = {}): Promise<{ sandbox: Sandbox; dp: Ask; plannr: Ask }> {
  const sandbox = await startSandbox(options);
  const token = await newToken(sandbox);
  const dpHeaders = {
    authorization: `Bearer ${token}`,
    'ocp-apim-subscription-key': setting(sandbox, 'DP_SUBSCRIPTION_KEY'),
  };
  const plannrHeaders = {
    authorization: `Bearer ${setting(sandbox, 'PLANNR_ACCESS_TOKEN')}`,
    'x-plannr-account-uuid': setting(sandbox, 'PLANNR_ACCOUNT_UUID'),
  };
  return {
    sandbox,
    dp: (path, asked) => ask(sandbox.dynamicPlanner.url + path, dpHeaders, asked),
    plannr: (path, asked) => ask(sandbox.plannr.url + path, plannrHeaders, asked),
  };
}

export function setting(sandbox: Pick<Sandbox, 'settings'>, name: string): string {
  return sandbox.settings[name] ?? '';
}

export function credentials(sandbox: Pick<Sandbox, 'settings'>): Record<string, string> {
  return {
    grant_type: 'client_credentials',
    client_id: setting(sandbox, 'DP_CLIENT_ID'),
    client_secret: setting(sandbox, 'DP_CLIENT_SECRET'),
    scope: setting(sandbox, 'DP_SCOPE'),
  };
}

export async function newToken(sandbox: Pick<Sandbox, 'settings'>): Promise<string> {
  const body = new URLSearchParams(credentials(sandbox));
  const response = await fetch(setting(sandbox, 'DP_TOKEN_URL'), { method: 'POST', body });
  return ((await response.json()) as { access_token: string }).access_token;
}

export async function ask(url: string, headers: Record<string, string>, asked: Asked = {}): Promise<Reply> {
  const raw = asked.body instanceof Uint8Array || typeof asked.body === 'string';
  const response = await fetch(url, {
    method: asked.method ?? 'GET',
    headers: {
      ...headers,
      ...(asked.body !== undefined && !raw ? { 'content-type': 'application/json' } : {}),
      ...asked.headers,
    },
    ...(asked.body === undefined ? {} : { body: raw ? (asked.body as string) : JSON.stringify(asked.body) }),
  });
  const text = await response.text();
  let json: unknown = null;
  try {
    json = JSON.parse(text);
  } catch {
    // Not every body is JSON.
  }
  return { status: response.status, headers: response.headers, text, json };
}

/** The ids of a list's items. */
export function ids(reply: Reply): string[] {
  return reply.json.items.map((item: { id: string }) => item.id);
}

export function client(number: number): string {
  return `7b0c1d2e-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;
}

export function uuid(number: number): string {
  return `11111111-2222-4333-8444-${String(number).padStart(12, '0')}`;
}
