// What a block in a document may use without declaring it: the names of README.md's first lab.
// Whatever a block declares itself comes before these.

type Lab = Awaited<ReturnType<typeof import('netrig')['createLab']>>
type Host = ReturnType<Lab['host']>
type Link = ReturnType<Lab['link']>

declare const lab: Lab
declare const a: Host
declare const b: Host
declare const c: Host
declare const r: ReturnType<Lab['router']>
declare const lan: ReturnType<Lab['switch']>
declare const link: Link
declare const wan: Link
declare const server: ReturnType<Host['spawn']>
