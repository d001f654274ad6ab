// Draws what a command printed, colours and all, as an SVG: node scripts/terminal-picture.mjs TITLE < output > picture.svg
import { readFileSync } from 'node:fs'

const cell = { width: 8.4, height: 18 }
const margin = { left: 20, top: 52, bottom: 18 }
/** The colours that chalk uses, on a dark ground; each has a contrast of at least 4.5 to it. */
const ground = '#161b22'
const colours = {
  31: '#ff7b72',
  32: '#56d364',
  33: '#e3b341',
  34: '#79c0ff',
  35: '#d2a8ff',
  36: '#76e3ea',
  90: '#8b949e',
}

const escapeXml = (text) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)

/** Splits a line with SGR sequences into pieces of one look each. */
function pieces(line, look) {
  const found = []
  for (const [, text, codes] of line.matchAll(/([^\x1b]*)(?:\x1b\[([\d;]*)m|$)/g)) {
    if (text) found.push({ text, ...look })
    for (const code of (codes ?? '')
      .split(';')
      .filter((each) => each !== '')
      .map(Number)) {
      if (code === 0) Object.assign(look, { colour: undefined, bold: false, dim: false })
      else if (code === 1) look.bold = true
      else if (code === 2) look.dim = true
      else if (code === 22) Object.assign(look, { bold: false, dim: false })
      else if (code === 39) look.colour = undefined
      else if (colours[code]) look.colour = colours[code]
    }
  }
  return found
}

const title = process.argv[2] ?? ''
const lines = readFileSync(0, 'utf8').replace(/\n+$/, '').split('\n')
const look = { colour: undefined, bold: false, dim: false }
const width = Math.ceil(80 * cell.width + 2 * margin.left)
const height = margin.top + lines.length * cell.height + margin.bottom

/** The words of a piece and where they stand: runs of blanks would be drawn as one, so each run of words gets a place. */
function words({ text, ...look }, column) {
  return [...text.matchAll(/\S+(?: \S+)*/gu)].map((match) => ({
    ...look,
    text: match[0],
    column: column + [...text.slice(0, match.index)].length,
  }))
}

function drawWords({ text, column, colour, bold, dim }) {
  const x = (margin.left + column * cell.width).toFixed(1)
  const width = ([...text].length * cell.width).toFixed(1)
  const fill = dim ? colours[90] : colour
  const style = `${fill ? ` fill="${fill}"` : ''}${bold ? ' font-weight="600"' : ''}`
  return `<tspan x="${x}" textLength="${width}"${style}>${escapeXml(text)}</tspan>`
}

const rows = lines.map((line, row) => {
  let column = 0
  const spans = pieces(line, look).flatMap((piece) => {
    const found = words(piece, column)
    column += [...piece.text].length
    return found.map(drawWords)
  })
  return spans.length > 0 ? `<text y="${margin.top + (row + 0.5) * cell.height}">${spans.join('')}</text>` : ''
})

process.stdout.write(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeXml(title)}">
<rect width="100%" height="100%" rx="10" fill="${ground}"/>
<g fill="#30363d"><circle cx="24" cy="20" r="6"/><circle cx="44" cy="20" r="6"/><circle cx="64" cy="20" r="6"/></g>
<text x="${width / 2}" y="25" text-anchor="middle" font-family="ui-sans-serif, system-ui, sans-serif" font-size="13" fill="#8b949e">${escapeXml(title)}</text>
<g font-family="ui-monospace, 'SF Mono', 'Cascadia Mono', 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14" fill="#e6edf3">
${rows.filter((row) => row !== '').join('\n')}
</g>
</svg>
`)
