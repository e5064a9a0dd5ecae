/** The playground: built from the packages' sources, formulas turned into MathML while it is built. */
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

const config: UserConfig = defineConfig({
  base: './',
  plugins: [formulas],
  resolve: { conditions: ['@gen/source', ...defaultClientConditions] },
  worker: { format: 'es' },
  server: { headers: isolation },
  preview: { headers: isolation },
  build: { target: 'es2022' },
})

export default config
