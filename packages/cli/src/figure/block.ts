/** Parts of a figure: SVG of a known size, put under or beside each other. @module */

/** SVG whose upper left corner is the origin. */
export interface Block {
  readonly width: number
  readonly height: number
  readonly svg: string
}

/** Dark on white: figures go into documents and onto dark pages alike. */
export const ink = '#222'
/** Of frames and ticks. */
export const faint = '#999'

/** In pixels. */
export const fontSize = 12
/** All letters of the font are equally wide. */
const letterWidth = 0.6 * fontSize
export const lineHeight = 16

/** Pixels that a text takes. */
export const widthOf = (text: string): number => Math.ceil([...text].length * letterWidth)

export const escapeXml = (text: string): string =>
  text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign]!)

/** The end of a text that is too long says more than its beginning: of paths, for instance. */
export function shortened(text: string, letters: number): string {
  const all = [...text]
  return all.length <= letters ? text : `…${all.slice(all.length - letters + 1).join('')}`
}

/** How a line of text is put. */
interface TextOptions {
  anchor?: 'start' | 'middle' | 'end'
  bold?: boolean
}

/** A line of text whose letters stand on `y`. */
export function textAt(
  x: number,
  y: number,
  text: string,
  { anchor = 'start', bold = false }: TextOptions = {},
): string {
  const weight = bold ? ` stroke="${ink}" stroke-width="0.4"` : ''
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" fill="${ink}"${weight}>${escapeXml(text)}</text>`
}

/** Two decimals. */
export const round = (value: number): number => Math.round(value * 100) / 100

/** Lines of text. */
export function paragraph(lines: readonly string[], { bold = false }: { bold?: boolean } = {}): Block {
  return {
    width: Math.max(0, ...lines.map(widthOf)),
    height: lines.length * lineHeight,
    svg: lines.map((line, i) => textAt(0, (i + 1) * lineHeight - 4, line, { bold })).join(''),
  }
}

/** Breaks a text into lines of at most so many pixels, where they have words. */
export function broken(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && widthOf(`${last} ${word}`) <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

/** Blocks under each other, flush left. */
export function under(blocks: readonly Block[], gap = 12): Block {
  let height = -gap
  const placed = blocks.map((block) => {
    const y = height + gap
    height = y + block.height
    return `<g transform="translate(0 ${round(y)})">${block.svg}</g>`
  })
  return { width: Math.max(0, ...blocks.map(({ width }) => width)), height: Math.max(0, height), svg: placed.join('') }
}

/** Blocks beside each other, their upper edges in line. */
export function beside(blocks: readonly Block[], gap = 24): Block {
  let width = -gap
  const placed = blocks.map((block) => {
    const x = width + gap
    width = x + block.width
    return `<g transform="translate(${round(x)} 0)">${block.svg}</g>`
  })
  return { width: Math.max(0, width), height: Math.max(0, ...blocks.map(({ height }) => height)), svg: placed.join('') }
}

const margin = 12

/** The whole figure as an SVG document, on white. */
export function svgDocument({ width, height, svg }: Block): string {
  const [across, down] = [Math.ceil(width) + 2 * margin, Math.ceil(height) + 2 * margin]
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${across}" height="${down}" viewBox="0 0 ${across} ${down}" font-family="Fira Mono, monospace" font-size="${fontSize}">`,
    `<rect width="${across}" height="${down}" fill="white"/>`,
    `<g transform="translate(${margin} ${margin})">${svg}</g>`,
    '</svg>',
  ].join('\n')
}
