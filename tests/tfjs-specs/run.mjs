/**
 * Runs the tests of tfjs-core, which its npm package ships compiled, on one backend, with `@gen/backend` imported:
 * `node run.mjs cpu|simd|wasm [threads]` prints `{ passed, failed: [{ name, message }], pending }` as JSON.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const [backend = 'simd', threads = '2'] = process.argv.slice(2)
const here = dirname(fileURLToPath(import.meta.url))
const require = createRequire(import.meta.url)
const dist = dirname(require.resolve('@tensorflow/tfjs-core/dist/index.js'))
const wasmOut = join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'wasm-out')

/** Operations, optimizers, gradients, tensors; not files, platforms and the engine's own bookkeeping. */
function specFiles() {
  const inFolder = (name) => readdirSync(join(dist, name), { recursive: true }).map((file) => join(name, String(file)))
  const others = ['gradients_test.js', 'tensor_test.js', 'variable_test.js']
  const files = [...inFolder('ops'), ...inFolder('optimizers'), ...others]
  return files.filter((file) => file.endsWith('_test.js')).sort()
}

function program() {
  const side = ['index.js', 'register_all_gradients.js', 'public/chained_ops/register_all_chained_ops.js']
  return [
    `import { setTestEnvs } from '${join(dist, 'jasmine_util.js')}'`,
    ...side.map((file) => `import '${join(dist, file)}'`),
    `import { useBackend } from '@gen/backend'`,
    `import { registerSimdBackend } from '@gen/backend-simd'`,
    `import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'`,
    `registerSimdBackend({ threads: ${Number(threads)}, maximumBytes: 2 ** 28, ...globalThis.simdProgram })`,
    `setWasmPaths('${wasmOut}/')`,
    `await useBackend('${backend}')`,
    `setTestEnvs([{ name: '${backend}', backendName: '${backend}', isDataSync: true }])`,
    ...specFiles().map((file) => `await import('${join(dist, file)}')`),
  ].join('\n')
}

/** The backend must meet the same tfjs as the tests: all import the modules of the dist folder. */
const sameTfjs = {
  name: 'same-tfjs',
  setup({ onResolve }) {
    onResolve({ filter: /^@tensorflow\/tfjs-core$/ }, () => ({ path: join(dist, 'index.js') }))
  },
}

/** One file of tests, tfjs and backends. */
async function bundle(outfile) {
  await build({
    stdin: { contents: program(), resolveDir: here },
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
    conditions: ['@gen/source'],
    ignoreAnnotations: true,
    logLevel: 'silent',
    plugins: [sameTfjs],
    external: ['@tensorflow/tfjs-backend-webgl', '@tensorflow/tfjs-backend-webgpu'],
    define: { __dirname: JSON.stringify(wasmOut), __filename: JSON.stringify(join(wasmOut, 'x.js')) },
    banner: { js: `import { createRequire } from 'node:module'; const require = createRequire('${import.meta.url}')` },
  })
}

/** A jasmine whose `describe`, `it`, … are global, and the results of its tests. */
function jasmineWithResult() {
  const jasmineRequire = require('jasmine-core/lib/jasmine-core/jasmine.js')
  const jasmine = jasmineRequire.core(jasmineRequire)
  const env = jasmine.getEnv({ suppressLoadErrors: true })
  Object.assign(globalThis, jasmineRequire.interface(jasmine, env), { jasmine })
  env.configure({ random: false })
  const result = { passed: 0, failed: [], pending: 0 }
  const fail = (name, expectations) =>
    result.failed.push({ name: name.replace(` ${backend} {}`, ''), message: expectations[0]?.message ?? '' })
  env.addReporter({
    suiteDone({ fullName, failedExpectations }) {
      if (failedExpectations.length > 0) fail(fullName, failedExpectations)
    },
    specDone({ fullName, status, failedExpectations }) {
      if (status === 'passed') result.passed++
      else if (status === 'failed') fail(fullName, failedExpectations)
      else result.pending++
    },
  })
  return { env, result }
}

const wasmFolder = join(dirname(require.resolve('@gen/backend-simd/package.json')), 'wasm')
// The bundle does not lie beside the files: a plain build by its bytes, or all of them where the 256-bit one can be chosen.
const wide = Number.parseInt(process.versions.node, 10) >= 24
globalThis.simdProgram = wide
  ? { wasmUrl: `${pathToFileURL(wasmFolder).href}/` }
  : { wasm: readFileSync(join(wasmFolder, Number(threads) > 1 ? 'simd-threads.wasm' : 'simd.wasm')) }
const { env, result } = jasmineWithResult()
// The tests provoke warnings.
for (const level of ['log', 'warn', 'error', 'info']) console[level] = () => undefined

const folder = mkdtempSync(join(tmpdir(), 'tfjs-specs-'))
try {
  const file = join(folder, 'specs.mjs')
  await bundle(file)
  await import(pathToFileURL(file).href)
  await env.execute()
} finally {
  rmSync(folder, { recursive: true })
}
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0))
