/** A measure against calls of the network, as a picture. @module */

/** A line of the picture: its points in order. */
export interface Line {
  readonly name: string
  readonly points: readonly (readonly [calls: number, value: number])[]
}

const [width, height, margin] = [640, 400, 50]
const colors = ['#444444', '#1f77b4', '#2ca02c', '#d62728', '#9467bd', '#ff7f0e']

/** An SVG with both axes logarithmic. */
export function curveSvg(lines: readonly Line[], measure: string): string {
  const all = lines.flatMap(({ points }) => points)
  const [calls, fids] = [all.map(([n]) => n), all.map(([, fid]) => fid)]
  const x = scale(Math.min(...calls), Math.max(...calls), margin, width - 190)
  const y = scale(Math.min(...fids), Math.max(...fids), height - margin, margin / 2)
  const ticks = [...new Set(calls)].map((n) => text(x(n), height - margin + 20, String(n)))
  const marks = [Math.min(...fids), Math.max(...fids)].map((fid) =>
    text(6, y(fid) + 4, String(Number(fid.toPrecision(2)))),
  )
  const drawn = lines.map(({ name, points }, i) => {
    const color = colors[i % colors.length]!
    const path = points.map(([n, fid]) => `${x(n).toFixed(1)},${y(fid).toFixed(1)}`)
    const dots = path.map((at) => `<circle cx="${at.split(',')[0]}" cy="${at.split(',')[1]}" r="3" fill="${color}"/>`)
    const line = `<polyline points="${path.join(' ')}" fill="none" stroke="${color}" stroke-width="2"/>`
    return [line, ...dots, text(width - 175, margin + 20 * i, name, color)].join('')
  })
  const axes = text(width / 2 - 120, height - 8, 'calls of the network') + text(6, 14, measure)
  const open = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif" font-size="13">`
  return `${open}<rect width="100%" height="100%" fill="white"/>${[...ticks, ...marks, ...drawn, axes].join('')}</svg>\n`
}

function scale(from: number, to: number, start: number, end: number): (value: number) => number {
  const length = Math.log(to) - Math.log(from) || 1
  return (value) => start + ((Math.log(value) - Math.log(from)) / length) * (end - start)
}

function text(x: number, y: number, content: string, color = 'black'): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" fill="${color}">${content}</text>`
}
