import { expect, test } from 'vitest'
import { NetrigError } from '../../../../src/base/errors.js'
import { parseFilter } from '../../../../src/wire/capture/filter/parse.js'

const known = {
  hosts: new Map([['server', ['10.0.0.2']]]),
  nets: new Map([['backbone', ['10.0.0.0/24']]]),
}

function refusal(filter: string): NetrigError {
  try {
    parseFilter(filter, 'host.capture', known)
  } catch (error) {
    if (error instanceof NetrigError) return error
    throw error
  }
  throw new Error(`'${filter}' was taken`)
}

test.each([
  ['tpc port 80', "'tpc' at character 1: no filter has this word", "did you mean 'tcp'?"],
  ['tcp prot 80', "'prot' at character 5: no filter has this word here", "did you mean 'port'?"],
  [
    'host servre',
    "'servre' at character 6: is neither an address nor a name of this lab",
    "'server'?",
  ],
  ['net backbon', "'backbon' at character 5", "did you mean 'backbone'?"],
  ['port http', "'http' at character 6: is not a port, 0 to 65535, as a number", ''],
  ['port 70000', "'70000' at character 6: is not a port", ''],
  ['port 80-90', "'80-90' at character 6: is not a port", ''],
  ['portrange 90-80', "'90-80' at character 11: is not a range of ports", ''],
  ['tcp port', 'at its end: a port, 0 to 65535, as a number, is missing', ''],
  ['icmp port 80', "'80' at character 11: 'icmp' has no ports: tcp, udp, sctp have", ''],
  ['tcp host 10.0.0.1', "'tcp' has ports, not hosts: write 'tcp and host ...'", ''],
  ['host 10.0.0.256', "'10.0.0.256' at character 6", ''],
  ['ip host fd00::1', "is no address that 'ip' has", ''],
  ['net 10.0.0.1/24', 'is no network: it has bits behind its prefix of 24', ''],
  ['net 10.0.0.0/33', 'a prefix has 0 to 32 bits', ''],
  ['ether host 10.0.0.1', 'is no MAC address', ''],
  ['ether 02:00:00:00:00:01', "after 'ether' comes 'host'", ''],
  ['vlan 5000', 'a number from 0 to 4095 is wanted here', ''],
  ['less', 'at its end: a number from 0 to 262144 is wanted here', ''],
  ['(tcp', "at its end: a ')' is missing", ''],
  ['tcp)', "')' at character 4: nothing was opened here", ''],
  ['tcp and', 'at its end: something to look for is missing here', ''],
  ['and tcp', "'and' at character 1: something to look for is missing here", ''],
  ['tcp udp', "'udp' at character 5: 'and' or 'or' is missing before it", ''],
  ['tcp[13] & 2 != 0', "'[' at character 4: no filter has this sign", ''],
  [
    'port 80 or port 81 and tcp',
    "'and' at character 20: 'or' and then 'and' can be read in two ways",
    '',
  ],
])('%s', (filter, sentence, hint) => {
  const error = refusal(filter)
  expect(error.code).toBe('INVALID_FILTER')
  expect(error.message).toContain(`host.capture: filter '${filter}'`)
  expect(error.message).toContain(sentence)
  expect(error.hint).toContain(hint)
})

test.each([
  'tcp and port 80 or port 81',
  'tcp and (port 80 or port 81) and not host server',
  '!(tcp || udp) && ip',
  'src or dst port 80',
  'src port 80 or dst port 81',
  'src server or dst server',
  'ip6 net fd00::/16',
  'ether src host 02:00:00:00:00:01',
])('%s', (filter) => {
  expect(parseFilter(filter, 'host.capture', known)).toBeDefined()
})

test('what is no text is no filter', () => {
  expect(() => parseFilter(7 as never, 'host.capture', known)).toThrow('a filter is a text')
})
