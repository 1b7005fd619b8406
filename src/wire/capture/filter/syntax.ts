/** A filter as it was read. */
export type Expression =
  | { readonly kind: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'not'; readonly of: Expression }
  | { readonly kind: 'test'; readonly test: Test }

/** Which of a packet's two addresses or ports. */
export type Which = 'src' | 'dst' | 'either' | 'both'

/** A transport protocol: its number, and the versions of IP in which it has it. */
export interface Transport {
  readonly number: number
  readonly versions: readonly (4 | 6)[]
}

/** What a filter asks of a packet. */
export type Test =
  | { readonly test: 'ethertype'; readonly value: number }
  | { readonly test: 'transport'; readonly transport: Transport }
  | {
      readonly test: 'net'
      readonly which: Which
      /** 4 or 16 bytes; what lies behind the prefix is zero. */
      readonly address: Uint8Array
      readonly prefix: number
      /** Ethertypes in which the address is looked for. */
      readonly within: readonly number[]
    }
  | {
      readonly test: 'port'
      readonly which: Which
      readonly transports: readonly Transport[]
      readonly low: number
      readonly high: number
    }
  | { readonly test: 'mac'; readonly which: Which; readonly address: Uint8Array }
  | { readonly test: 'multicast' }
  | { readonly test: 'broadcast' }
  | { readonly test: 'vlan'; readonly id: number | undefined }
  | { readonly test: 'inbound' | 'outbound' }
  | { readonly test: 'less' | 'greater'; readonly length: number }

/** linux/if_ether.h */
export const Ethertype = {
  ip: 0x0800,
  arp: 0x0806,
  rarp: 0x8035,
  vlan: 0x8100,
  ip6: 0x86dd,
  serviceVlan: 0x88a8,
} as const

/** https://www.iana.org/assignments/protocol-numbers */
export const Transports = {
  tcp: { number: 6, versions: [4, 6] },
  udp: { number: 17, versions: [4, 6] },
  sctp: { number: 132, versions: [4, 6] },
  icmp: { number: 1, versions: [4] },
  icmp6: { number: 58, versions: [6] },
} as const satisfies Record<string, Transport>
