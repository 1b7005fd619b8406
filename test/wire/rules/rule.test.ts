import { expect, test } from 'vitest'
import { parseRule, type RuleOptions, verdictWords } from '../../../src/wire/rules/index.js'

const words = (options: RuleOptions) => parseRule(options).words.join(' ')

test.each<readonly [RuleOptions, string]>([
  [{ do: 'drop' }, 'do=drop'],
  [{ do: { delay: '20ms' } }, 'do=delay,20000000'],
  [{ do: 'duplicate' }, 'do=duplicate,1'],
  [{ do: { corrupt: { mend: true } } }, 'do=corrupt,1'],
  [{ do: { reset: 'receiver' } }, 'do=reset,2'],
  [{ do: () => 'pass' }, 'do=ask,1000000000,0'],
  [{ do: () => 'pass', timeout: 5, otherwise: 'drop' }, 'do=ask,5000000,1'],
  [{ match: { proto: 'arp' }, do: 'drop' }, 'do=drop ether=2054'],
  [{ match: { proto: 47 }, do: 'drop' }, 'do=drop proto=47'],
  [
    { match: { from: '10.0.0.0/24', to: ['10.1.0.1', 'fd00::2'] }, do: 'drop' },
    `do=drop from=0a000000,24 to=0a010001,32 to=fd00${'0'.repeat(27)}2,128`,
  ],
  [
    { match: { port: [80, '8000-8100'], fromPort: 1, toPort: '2' }, do: 'drop' },
    'do=drop port=80,80 port=8000,8100 from-port=1,1 to-port=2,2',
  ],
  [{ match: { size: '0-100', flags: 'syn, !ACK' }, do: 'drop' }, 'do=drop size=0,100 flags=2,16'],
  [{ match: { payload: 'GET ' }, do: 'drop' }, 'do=drop payload=47455420'],
  [{ match: { nth: [1, 3], every: 2 }, do: 'drop' }, 'do=drop every=2 nth=1 nth=3'],
  [
    { match: { after: 3, first: 2, per: 'connection' }, do: 'drop' },
    'do=drop after=3 first=2 per-connection=1',
  ],
  [{ match: { after: '10KiB' }, do: 'reset' }, 'do=reset,3 bytes=10240'],
  [
    { match: { connections: { after: 2, nth: 1 } }, do: 'drop' },
    'do=drop connection-after=2 connection-nth=1',
  ],
])('%j', (options, expected) => {
  expect(words(options)).toBe(expected)
})

test.each<readonly [unknown, RegExp]>([
  [{}, /do is missing/],
  [undefined, /do is missing/],
  [{ do: 'dorp' }, /'dorp' is none of .*\n.*did you mean 'drop'/],
  [{ do: 'delay' }, /how long/],
  [{ do: { delay: '2h' } }, /longer than an hour/],
  [{ do: { delay: 1, reset: 'both' } }, /one action/],
  [{ do: { reset: 'all' } }, /sender, receiver, both/],
  [{ do: { duplicate: 0 } }, /at least 1/],
  [{ do: { duplicate: 1001 } }, /at most 1000/],
  [{ do: { dealy: 1 } }, /did you mean 'delay'/],
  [{ do: 'drop', timeout: 5 }, /for a rule whose `do` is a function/],
  [{ do: () => 'pass', timeout: 0 }, /no time/],
  [{ do: () => 'pass', otherwise: 'reset' }, /neither/],
  [{ do: 'drop', match: { prot: 'tcp' } }, /did you mean 'proto'/],
  [{ do: 'drop', match: { proto: 'sctp' } }, /none of tcp/],
  [{ do: 'drop', match: { proto: 256 } }, /0 to 255/],
  [{ do: 'drop', match: { from: 'nobody' } }, /no address or subnet/],
  [{ do: 'drop', match: { from: [] } }, /not 0/],
  [{ do: 'drop', match: { port: '90-80' } }, /neither a number/],
  [{ do: 'drop', match: { port: 65_536 } }, /neither a number/],
  [{ do: 'drop', match: { flags: 'SIN' } }, /none of FIN/],
  [{ do: 'drop', match: { flags: 'SYN,!SYN' } }, /both set and not set/],
  [{ do: 'drop', match: { payload: '' } }, /1 to 1024 bytes/],
  [{ do: 'drop', match: { nth: 0 } }, /at least 1/],
  [{ do: 'drop', match: { after: '10 apples' } }, /after/],
  [{ do: 'drop', match: { per: 'host' } }, /neither 'link' nor/],
  [{ do: 'drop', match: { connections: { nht: 1 } } }, /did you mean 'nth'/],
])('%j is refused', (options, message) => {
  expect(() => parseRule(options as RuleOptions)).toThrow(message)
})

test('what a function may say', () => {
  expect(verdictWords(undefined)).toEqual(['pass'])
  expect(verdictWords('drop')).toEqual(['drop'])
  expect(verdictWords({ delay: '1ms' })).toEqual(['delay,1000000'])
  expect(verdictWords({ replace: new Uint8Array(14) })).toEqual(['pass', '00'.repeat(14)])
  expect(() => verdictWords({ replace: new Uint8Array(13) })).toThrow(/whole frame/)
  expect(() => verdictWords(7 as never)).toThrow(/options are an object/)
})

test('a rule has a name that says what it does', () => {
  expect(parseRule({ match: { proto: 'tcp', nth: 3 }, do: 'drop' }).label).toBe(
    'drop proto tcp, nth 3',
  )
  expect(parseRule({ do: { delay: '1s' } }).label).toBe('delay 1s every packet')
  expect(
    parseRule({
      do: function judge() {
        return 'pass'
      },
    }).label,
  ).toBe('function judge for every packet')
})
