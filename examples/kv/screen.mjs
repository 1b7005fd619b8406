// What the demo looks like. Colours on a terminal only, and not where NO_COLOR asks for none.
const WIDTH = 80
const coloured = process.stdout.isTTY === true && !process.env.NO_COLOR

const paint = (code) => (text) => (coloured ? `\x1b[${code}m${text}\x1b[0m` : text)
export const bold = paint('1')
export const dim = paint('2')
export const red = paint('31')
export const green = paint('32')
export const yellow = paint('33')
export const cyan = paint('36')

const start = performance.now()

// Whoever reads has gone (`npm run demo | head`): nothing to tell, and the lab goes with this process.
process.stdout.on('error', () => process.exit(1))

export function print(text = '') {
  process.stdout.write(`${text}\n`)
}

export function part(title) {
  print(`\n${bold(title)}\n${bold('='.repeat(title.length))}`)
}

export function step(title) {
  print(`\n${bold(title)}`)
}

/** Sentences, folded to the width. */
export function say(text, indent = '  ') {
  print(
    fold(text, WIDTH - indent.length)
      .map((line) => indent + line)
      .join('\n'),
  )
}

/** Something that happens now: when, to whom, what. */
export function event(who, text, colour = (plain) => plain) {
  const time = `${((performance.now() - start) / 1000).toFixed(1).padStart(5)} s`
  const [first, ...more] = fold(text, WIDTH - 17)
  print(`${dim(time)}  ${cyan(who.padEnd(6))}  ${colour(first)}`)
  for (const line of more) print(`${' '.repeat(17)}${colour(line)}`)
}

/** A fault that was found, or that there is none. */
export function verdict(kind, text, colour) {
  const [first, ...more] = fold(text, WIDTH - 17)
  print(`  ${colour(bold(kind.padEnd(13)))}  ${first}`)
  for (const line of more) print(`${' '.repeat(17)}${line}`)
}

/** Hosts on a switch, each `{ name, address }`. */
export function drawSwitch(hosts) {
  const centre = (text) => text.padStart((13 + text.length) >> 1).padEnd(13)
  const row = (text) => print(`   ${hosts.map((host) => centre(text(host))).join('')}`.trimEnd())
  row(({ name }) => name)
  row(({ address }) => address)
  row(() => '|')
  print(`   ${hosts.map(() => '======+======').join('')}  switch\n`)
}

/** Columns beside each other, under a heading for each side. */
export function drawSides(sides) {
  const wide = 19
  const cell = (text) => text.slice(0, wide).padEnd(wide)
  const across = (cells) => print(`  ${cells.join(red(' || '))}`.trimEnd())
  across(sides.map(({ title, columns }) => bold(title.padEnd(wide * columns.length))))
  const rows = Math.max(...sides.flatMap(({ columns }) => columns.map((lines) => lines.length)))
  for (let at = 0; at < rows; at += 1) {
    across(sides.map(({ columns }) => columns.map((lines) => cell(lines[at] ?? '')).join('')))
  }
}

/** Rows of a name and one cell for each column. */
export function drawTable(columns, rows) {
  const line = (name, cells) =>
    `  ${name.padEnd(38)}${cells.map((cell) => cell.padEnd(20)).join('')}`
  print(dim(line('', columns).trimEnd()))
  for (const [name, ...cells] of rows) print(line(name, cells).trimEnd())
}

function fold(text, width) {
  const lines = ['']
  for (const word of text.split(' ')) {
    const line = lines.at(-1)
    if (line !== '' && line.length + 1 + word.length > width) lines.push(word)
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`
  }
  return lines
}
