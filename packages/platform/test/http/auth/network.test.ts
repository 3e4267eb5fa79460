import assert from 'node:assert/strict'
import { test } from 'node:test'
import { networkOf } from '../../../src/http/auth/network.ts'

test('IPv4 addresses are counted one by one, IPv6 addresses by network', () => {
  const networks = {
    '10.0.0.7': '10.0.0.7',
    '::ffff:10.0.0.7': '10.0.0.7',
    '::1': '0:0:0:0::/64',
    '2001:db8::7': '2001:db8:0:0::/64',
    '2001:db8:0:0:1:2:3:4': '2001:db8:0:0::/64',
    '2001:db8:1:2:3::': '2001:db8:1:2::/64',
  }
  assert.deepStrictEqual(Object.fromEntries(Object.keys(networks).map(a => [a, networkOf(a)])), networks)
})
