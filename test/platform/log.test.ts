import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createLog } from '../../src/platform/log.ts';

it('the log has what an error is and where it came from, and no message but our own', () => {
  const log = join(import.meta.dirname, '../../src/platform/log.ts');
  const errors = join(import.meta.dirname, '../../src/platform/errors.ts');
  const script = `
    import { createLog } from '${log}';
    import { BadInput } from '${errors}';
    const log = createLog('info');
    log.error({ err: new TypeError('Int cannot represent value: "Amelia Hart"', { cause: new Error('hunter2') }) }, 'masked');
    log.error({ err: new BadInput('our own words') }, 'masked');
  `;
  const { stderr } = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  expect(stderr).toContain('"type":"TypeError"');
  expect(stderr).toContain('our own words');
  expect(stderr).toMatch(/"at":\["at /);
  expect(stderr).not.toMatch(/Amelia|hunter2/);
});

it('the log writes no credential, should one ever get into a line', () => {
  const lines: string[] = [];
  const log = createLog('info', { write: (line) => lines.push(line) });
  log.info({
    authorization: 'hunter2',
    headers: { 'x-api-key': 'hunter2', Authorization: 'hunter2' },
    token: 'hunter2',
  });
  log.info({ settings: { clientSecret: 'hunter2', password: 'hunter2' }, kept: 1 }, 'a line');
  expect(lines.join('')).not.toContain('hunter2');
  expect(lines.join('')).toMatch(/\[secret\].*"kept":1/s);
});
