// What a block in a document may use without declaring it: the names of README.md's first lab.
// Whatever a block declares itself comes before these. Only the documents' own TypeScript project
// has this file: a test that uses `lab` has to make one.

type NamedLab = Awaited<ReturnType<typeof import('netrig')['createLab']>>
type NamedHost = ReturnType<NamedLab['host']>
type NamedLink = ReturnType<NamedLab['link']>

declare global {
  const lab: NamedLab
  const a: NamedHost
  const b: NamedHost
  const c: NamedHost
  const r: ReturnType<NamedLab['router']>
  const lan: ReturnType<NamedLab['switch']>
  const link: NamedLink
  const wan: NamedLink
  const server: ReturnType<NamedHost['spawn']>
}

export {}
