/**
 * Formatter, linter and the 300-line rule over the AssemblyScript of the packages’ `assembly`, whose decorators before
 * functions Biome takes for errors: it sees copies in which they are comments.
 *
 * `node scripts/assembly.mjs` fails where a file is not as it should be; `--write` formats and mends what can be mended.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const packages = ['backend-simd', 'linear-algebra']
const biome = join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome')
const mostLines = 300
const write = process.argv.includes('--write')

/** Rules that say nothing of AssemblyScript. */
const rules = {
  suspicious: {
    // `==` and `===` are one operator, and there is nothing to coerce.
    noDoubleEquals: 'off',
    // TypeScript in an editor takes a function's decorator for an error; to expect one would be an error for asc.
    noTsIgnore: 'off',
    // The digits of a constant are those of the float nearest to it, which the reader is to see.
    noApproximativeNumericConstant: 'off',
  },
  style: {
    // asc binds the cast in `<f32>a ** b` to `a` alone.
    useExponentiationOperator: 'off',
  },
  correctness: {
    // Coefficients are written with all digits of their papers; the compiler rounds them to the nearest float.
    noPrecisionLoss: 'off',
  },
}

/** The repository's settings, for the copies. */
function settings() {
  const { formatter, javascript, linter } = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8'))
  const own = Object.fromEntries(
    Object.entries({ ...linter.rules, correctness: {} }).map(([group, chosen]) => [
      group,
      typeof chosen === 'object' ? { ...chosen, ...rules[group] } : chosen,
    ]),
  )
  // Imports keep their order: the compiler lays the program out by it.
  return { root: true, formatter, javascript, linter: { rules: own }, assist: { enabled: false } }
}

const hidden = (text) => text.replace(/^(\s*)(@\w+(?:\(.*\))?)$/gm, '$1//$2')
const shown = (text) => text.replace(/^(\s*)\/\/(@\w+(?:\(.*\))?)$/gm, '$1$2')

/** Runs Biome over the copies, which it may mend. */
function check(copies, folder) {
  const args = [biome, 'check', ...(write ? ['--write'] : []), '--max-diagnostics=50', '.']
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: copies, encoding: 'utf8' })
  if (status !== 0) process.stderr.write(`${folder} (node scripts/assembly.mjs --write):\n${stdout}${stderr}`)
  return status === 0
}

/** Checks a package's folder through copies in a temporary one. */
function checkFolder(folder, copies) {
  const source = join(root, folder)
  mkdirSync(copies)
  writeFileSync(join(copies, 'biome.json'), `${JSON.stringify(settings(), null, 2)}\n`)
  const files = readdirSync(source).filter((name) => name.endsWith('.ts'))
  for (const file of files) writeFileSync(join(copies, file), hidden(readFileSync(join(source, file), 'utf8')))
  let passed = check(copies, folder)
  for (const file of files) {
    const text = shown(readFileSync(join(copies, file), 'utf8'))
    if (write) writeFileSync(join(source, file), text)
    const lines = text.split('\n').length - 1
    if (lines <= mostLines) continue
    passed = false
    console.error(`${folder}/${file}: expected at most ${mostLines} lines, got ${lines}; split it`)
  }
  return passed
}

const temporary = mkdtempSync(join(tmpdir(), 'gen-assembly-'))
try {
  const results = packages.map((name) => checkFolder(`packages/${name}/assembly`, join(temporary, name)))
  process.exitCode = results.every(Boolean) ? 0 : 1
} finally {
  rmSync(temporary, { recursive: true, force: true })
}
