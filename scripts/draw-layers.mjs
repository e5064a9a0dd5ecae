/**
 * Draws `docs/layers.svg`: the packages by layer as README.md's table has them, with the imports that their manifests
 * declare. Of two ways down the longer is drawn: who imports `@gen/vae` gets `@gen/backend` by it.
 *
 * `node scripts/draw-layers.mjs` writes the picture, `--print` prints it; `npm test` fails where it is not what this would draw.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const box = { width: 152, height: 40 }
const row = { height: 104, left: 96, gap: 14 }
const margin = 24
const colors = ['#475569', '#0f766e', '#0369a1', '#4338ca', '#7e22ce', '#be185d', '#b45309', '#a16207']

/** The rows of README.md's table, highest layer first: `{ layer, names }`. */
function layers() {
  const table = readFileSync(join(root, 'README.md'), 'utf8').matchAll(/^\| ([\d½]+) \| \[`@gen\/([\w-]+)`\]/gm)
  const found = [...table].map(([, layer, name]) => ({ layer, name }))
  const order = [...new Set(found.map(({ layer }) => layer))].reverse()
  return order.map((layer) => ({ layer, names: found.flatMap((one) => (one.layer === layer ? [one.name] : [])) }))
}

/** The packages that a package imports. */
function importsOf(name) {
  const { dependencies = {} } = JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'))
  return Object.keys(dependencies).flatMap((other) => (other.startsWith('@gen/') ? [other.slice(5)] : []))
}

/** Pairs `[from, to]` of imports that no other import implies. */
function directImports(names) {
  const imports = new Map(names.map((name) => [name, importsOf(name)]))
  const reaches = (from, to) => imports.get(from).some((next) => next === to || reaches(next, to))
  return names.flatMap((from) =>
    imports
      .get(from)
      .filter((to) => !imports.get(from).some((other) => other !== to && reaches(other, to)))
      .map((to) => [from, to]),
  )
}

/** Where each package's box is, by its name. */
function placed(rows, width) {
  return new Map(
    rows.flatMap(({ names }, depth) => {
      // Every other row stands between the boxes of the next, so that lines pass through the gaps.
      const aside = ((depth % 2) - 0.5) * ((box.width + row.gap) / 2)
      const all = names.length * (box.width + row.gap) - row.gap
      const start = row.left + (width - row.left - margin - all) / 2 + aside
      return names.map((name, i) => [
        name,
        { x: start + i * (box.width + row.gap), y: margin + depth * row.height, depth },
      ])
    }),
  )
}

function arrow(from, to, color) {
  const [x1, y1] = [from.x + box.width / 2, from.y + box.height]
  const [x2, y2] = [to.x + box.width / 2, to.y]
  const bend = (y2 - y1) / 2
  const path = `M${x1} ${y1}C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}`
  return `<path d="${path}" fill="none" stroke="${color}" stroke-opacity="0.55" stroke-width="1.5" />`
}

function label(x, y, text, attributes) {
  return `<text x="${x}" y="${y}" ${attributes}>${text}</text>`
}

/** The picture, as SVG. */
function drawLayers() {
  const rows = layers()
  const most = Math.max(...rows.map(({ names }) => names.length))
  const width = row.left + (most + 0.5) * (box.width + row.gap) - row.gap + margin
  const height = 2 * margin + (rows.length - 1) * row.height + box.height
  const places = placed(rows, width)
  const arrows = directImports([...places.keys()]).map(([from, to]) => {
    const [upper, lower] = [places.get(from), places.get(to)]
    return arrow(upper, lower, colors[upper.depth])
  })
  const boxes = [...places].map(([name, { x, y, depth }]) =>
    [
      `<rect x="${x}" y="${y}" width="${box.width}" height="${box.height}" rx="6" fill="${colors[depth]}" />`,
      label(x + box.width / 2, y + box.height / 2 + 5, `@gen/${name}`, 'text-anchor="middle" fill="#fff"'),
    ].join(''),
  )
  const numbers = rows.map(({ layer }, depth) =>
    label(margin, margin + depth * row.height + box.height / 2 + 5, `layer ${layer}`, 'fill="#475569"'),
  )
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="14">`,
    '<title>The packages of @gen by layer; lines lead down to what a package imports</title>',
    `<rect width="${width}" height="${height}" fill="#fff" />`,
    ...arrows,
    ...boxes,
    ...numbers,
    '</svg>',
  ].join('\n')}\n`
}

if (process.argv.includes('--print')) process.stdout.write(drawLayers())
else writeFileSync(join(root, 'docs', 'layers.svg'), drawLayers())
