import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import type { Sandbox } from '../../src/sandbox/index.ts';

/** An OpenID issuer on loopback that signs what it is asked to. */
export interface Issuer {
  url: string;
  /** Settings of a gateway that takes its tokens. */
  env: Readonly<Record<'AUTH_MODE' | 'AUTH_ISSUER' | 'AUTH_AUDIENCE', string>>;
  /** @param lifetime how long it is good, five minutes unless told otherwise */
  sign(claims: JWTPayload, lifetime?: string): Promise<string>;
  /** The header that such a token is sent in. */
  bearer(claims: JWTPayload): Promise<{ authorization: string }>;
  stop(): void;
}

const AUDIENCE = 'wealthgraph';

export async function startIssuer(): Promise<Issuer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' };
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    const body = request.url === '/jwks' ? { keys: [jwk] } : { issuer: url, jwks_uri: `${url}/jwks` };
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const sign: Issuer['sign'] = (claims, lifetime = '5m') =>
    new SignJWT({ sub: 'tester', scope: 'clients:read personal:read plans:read', ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
      .setIssuer(url)
      .setAudience(AUDIENCE)
      .setExpirationTime(lifetime)
      .sign(privateKey);
  return {
    url,
    env: { AUTH_MODE: 'jwt', AUTH_ISSUER: url, AUTH_AUDIENCE: AUDIENCE },
    sign,
    bearer: async (claims) => ({ authorization: `Bearer ${await sign(claims)}` }),
    stop: () => server.close(),
  };
}

/** The id of the unit that all others are below: whose token holds it may see everyone. */
export function topUnitOf({ data }: Sandbox): string {
  const top = data.dynamicPlanner.organisationUnits.all().find(({ parentId }) => parentId == null);
  if (top === undefined) throw new TypeError('no unit is on top');
  return top.id;
}
