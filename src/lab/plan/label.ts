import type { EndDeclaration, LinkDeclaration } from './types.js'

/** The name of the host, router or switch at the end of a link. */
export function endName(end: EndDeclaration): string {
  return end.kind === 'host' ? end.host : end.switch
}

/** How errors, events and drawings speak of a link: `a-lan`. */
export function linkLabel(link: Pick<LinkDeclaration, 'ends'>): string {
  return `${endName(link.ends[0])}-${endName(link.ends[1])}`
}
