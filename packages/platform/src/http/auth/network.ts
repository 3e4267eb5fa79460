import { isIPv6 } from 'node:net'

const MAPPED_IPV4 = '::ffff:'
/** Groups of an IPv6 address that one customer of a provider usually has all to himself. */
const GROUPS = 4

/** What an address is counted under: an IPv4 address by itself, an IPv6 address by its network of 64 bits. */
export function networkOf(address: string): string {
  if (address.startsWith(MAPPED_IPV4)) return address.slice(MAPPED_IPV4.length)
  if (!isIPv6(address)) return address
  const [head = '', tail] = address.split('::')
  const groups = head === '' ? [] : head.split(':')
  const known = tail === undefined ? groups : [...groups, ...Array(8).fill('0')]
  return `${known.slice(0, GROUPS).join(':')}::/64`
}
