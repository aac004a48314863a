import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

/** An OpenID issuer on loopback that signs what it is asked to. */
export interface Issuer {
  url: string;
  /** @param lifetime how long it is good, five minutes unless told otherwise */
  sign(claims: JWTPayload, lifetime?: string): Promise<string>;
  stop(): void;
}

export const AUDIENCE = 'wealthgraph';

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
  return {
    url,
    sign: (claims, lifetime = '5m') =>
      new SignJWT({ sub: 'tester', scope: 'clients:read personal:read plans:read', ...claims })
        .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
        .setIssuer(url)
        .setAudience(AUDIENCE)
        .setExpirationTime(lifetime)
        .sign(privateKey),
    stop: () => server.close(),
  };
}
