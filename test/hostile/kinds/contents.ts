import type { Random } from '../random.ts';
import { type Bait, head, type Kind, type Shot } from '../shot.ts';
import { NASTY_NAMES, TRICKS } from './material.ts';

// The door of documents' content: ids that are none or somebody's, headers that promise what does not come, bodies of every kind.

function target(random: Random, bait: Bait): string {
  const id = random.pick([
    () => random.pick(bait.ids),
    () => Buffer.from(`Document:d:${random.pick(NASTY_NAMES)}:${random.word(8)}`).toString('base64url'),
    () => Buffer.from('Document:d:../..:..%2f').toString('base64url'),
    () => encodeURIComponent(random.pick(TRICKS).toWellFormed()),
    () => random.pick(NASTY_NAMES),
    () => random.word(random.size(1, 5_000)),
    () => '..%2f..%2fetc%2fpasswd',
  ])();
  return `/documents/${id}/content${random.pick(['', '?x=1', '/', '/../content'])}`;
}

function download(random: Random, bait: Bait): Shot {
  const headers = random.pick([
    [],
    ['range: bytes=0-18446744073709551615'],
    ['range: bytes=-1,-1,-1'],
    ['if-none-match: *'],
    ['accept: text/event-stream'],
    ['x-dt-traceid: a\tb'],
  ]);
  return { pieces: [head(bait, `GET ${target(random, bait)}`, headers)], whole: true };
}

function upload(random: Random, bait: Bait): Shot {
  const body = random.bytes(random.size(0, 20_000));
  const length = random.pick([body.length, body.length, body.length + 10, 0, -1, 99_999_999_999, '1e3', '']);
  const type = random.pick([
    'application/pdf',
    'text/html',
    'application/pdf; x="\\',
    '',
    '__proto__',
    'a/b'.repeat(900),
  ]);
  const lines = [`content-type: ${type}`, `content-length: ${length}`];
  return {
    pieces: [head(bait, `PUT ${target(random, bait)}`, lines), body],
    after: random.pick(['wait', 'end', 'reset']),
  };
}

export const contentKinds: readonly Kind[] = [
  { name: 'contents that are nobody’s', weight: 3, make: download },
  { name: 'uploads of anything', weight: 3, make: upload },
];
