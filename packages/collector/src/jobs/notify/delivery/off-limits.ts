import { BlockList, isIP } from 'node:net'

/** What only a computer's own wire has: a cloud tells its computers their credentials there, whoever asks. */
const SUBNETS: readonly (readonly [string, number, 'ipv4' | 'ipv6'])[] = [
  ['169.254.0.0', 16, 'ipv4'],
  ['fe80::', 10, 'ipv6'],
  // the same behind a gateway of IPv6 (RFC 6052)
  ['64:ff9b::a9fe:0', 112, 'ipv6'],
  // Amazon's over IPv6, Azure's wire server, Alibaba's
  ['fd00:ec2::', 32, 'ipv6'],
  ['168.63.129.16', 32, 'ipv4'],
  ['100.100.100.200', 32, 'ipv4'],
]

/** Addresses that no message goes to, whatever name leads there. */
export const OFF_LIMITS = new BlockList()
for (const [net, prefix, type] of SUBNETS) OFF_LIMITS.addSubnet(net, prefix, type)

/** Whether a URL's host is such an address itself; what a name leads to is looked at when it is connected to. */
export function isOffLimits(hostname: string): boolean {
  const address = hostname.replace(/^\[|\]$/g, '')
  const family = isIP(address)
  return family !== 0 && OFF_LIMITS.check(address, family === 4 ? 'ipv4' : 'ipv6')
}
