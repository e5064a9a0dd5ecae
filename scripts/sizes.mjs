/**
 * What a page fetches of each package, bundled by Vite and gzipped: `node scripts/sizes.mjs` writes `docs/sizes.md`, `--check` fails
 * where a size differs from the table by more than 3 %, as `npm test` does.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build, defaultClientConditions } from 'vite'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const file = join(root, 'docs', 'sizes.md')
const tolerance = 0.03

/** What is for Node alone, and types. */
const noPages = /^(cli|io\/node|model)$/
const tensorFlow = /^@tensorflow\//
/** What a project may add. */
const optional = [/^node:/, 'webgpu', '@tensorflow/tfjs-node', /^@tensorflow\/tfjs-backend-w/]

/** The entry points that run in a page: the name after `@gen/`, and the source. */
function entryPoints() {
  const found = readdirSync(join(root, 'packages')).flatMap((name) => {
    const { exports } = JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'))
    return Object.entries(exports).flatMap(([path, { '@gen/source': source }]) =>
      source ? [{ name: join(name, path), source: join(root, 'packages', name, source) }] : [],
    )
  })
  return found.filter(({ name }) => !noPages.test(name)).toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** The README's ten lines, as if they were a file. */
const tenLines = {
  path: join(root, 'tests', 'ten-lines.ts'),
  name: 'ten-lines',
  resolveId: (id) => (id === tenLines.path ? id : undefined),
  load: (id) =>
    id === tenLines.path
      ? /^```ts\n([^`]*@gen\/diffusion[^`]*)```/m.exec(readFileSync(join(root, 'README.md'), 'utf8'))[1]
      : undefined,
}

/** Bundles all that a module exports. */
async function bundled(input, external) {
  const { output } = await build({
    configFile: false,
    root,
    logLevel: 'silent',
    plugins: [tenLines],
    resolve: { conditions: ['@gen/source', ...defaultClientConditions] },
    worker: { format: 'es' },
    build: {
      write: false,
      target: 'es2022',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rollupOptions: { input, external, preserveEntrySignatures: 'strict' },
    },
  })
  return output
}

const gzipped = (data) => gzipSync(data, { level: 9 }).length / 1000
const sum = (chunks) => chunks.reduce((total, { code }) => total + gzipped(code), 0)

/** Kilobytes: JavaScript that is fetched at once, JavaScript that may follow, and the largest other file. */
async function measure(input, external) {
  const output = await bundled(input, external)
  const chunks = new Map(output.filter(({ type }) => type === 'chunk').map((chunk) => [chunk.fileName, chunk]))
  const first = new Set()
  const follow = (chunk) => {
    if (!chunk || first.has(chunk)) return
    first.add(chunk)
    for (const name of chunk.imports) follow(chunks.get(name))
  }
  for (const chunk of chunks.values()) if (chunk.isEntry) follow(chunk)
  const later = [...chunks.values()].filter((chunk) => !first.has(chunk))
  const files = output.filter(({ type }) => type === 'asset').map(({ source }) => gzipped(source))
  return [sum([...first]), sum(later), Math.max(0, ...files)]
}

const cell = (kilobytes) => (kilobytes === 0 ? '' : kilobytes.toFixed(1))

async function rows() {
  const all = [
    ['the ten lines of the [README](../README.md), with TensorFlow.js', ...(await measure(tenLines.path, optional))],
  ]
  for (const { name, source } of entryPoints())
    all.push([`\`@gen/${name}\``, ...(await measure(source, [...optional, tensorFlow]))])
  return all
}

const text = (measured) => `# How large

What a page fetches, in kB, bundled and minified by Vite and gzipped. A package's row is *all* that it exports with all of ours that it
needs, without TensorFlow.js, which packages share; a program that uses a part fetches less. \`node scripts/sizes.mjs\` made this table,
and \`npm test\` fails where a package has grown by more than ${100 * tolerance} %.

| | JavaScript at once | JavaScript when it is used | largest other file |
|---|---:|---:|---:|
${measured.map(([name, ...sizes]) => `| ${name} | ${sizes.map(cell).join(' | ')} |`).join('\n')}

Of \`@gen/backend-simd\`'s four programs in WebAssembly a page fetches one, as large as the largest of them: with threads or without,
with relaxed SIMD or without. The weights of \`@gen/metrics/digits\` are fetched by who asks for them.
`

/** Where the table is not what is measured. */
function differences(measured) {
  const lines = readFileSync(file, 'utf8').split('\n')
  return measured.flatMap(([name, ...sizes]) => {
    const kept = lines
      .find((line) => line.startsWith(`| ${name} |`))
      ?.split('|')
      .slice(2, 5)
      .map(Number)
    if (!kept) return [`${name} is not in it`]
    const apart = sizes.some((size, i) => Math.abs(size - kept[i]) > Math.max(0.1, tolerance * kept[i]))
    return apart ? [`${name} had ${kept.join(', ')} kB, has ${sizes.map((size) => size.toFixed(1)).join(', ')}`] : []
  })
}

const measured = await rows()
if (process.argv.includes('--check')) {
  const found = differences(measured)
  for (const line of found) console.error(line)
  if (found.length > 0) console.error('docs/sizes.md: look whether that is meant, then node scripts/sizes.mjs')
  process.exitCode = found.length > 0 ? 1 : 0
} else {
  writeFileSync(file, text(measured))
}
