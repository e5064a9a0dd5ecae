/**
 * The version of the program in WebAssembly: a number of all that its numbers depend on, which is compiled into it and into this
 * package, so that a file of another build is refused. `writeVersion` brings `src/shared/version.ts` up to date.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const file = join(root, 'src', 'shared', 'version.ts')

/** The assembly, what it shares with JavaScript, and how it is compiled. */
function sources() {
  const inFolder = (...parts) =>
    readdirSync(join(root, ...parts))
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && name !== 'version.ts')
      .map((name) => join(root, ...parts, name))
  return [...inFolder('assembly'), ...inFolder('src', 'shared'), join(root, 'scripts', 'build-wasm.mjs')]
}

/** 31 bits of a hash, with the same line ends everywhere. */
export function programVersion() {
  const hash = createHash('sha256')
  for (const path of sources().toSorted()) hash.update(readFileSync(path, 'utf8').replaceAll('\r\n', '\n'))
  return hash.digest().readUInt32BE() >>> 1
}

export function writeVersion() {
  const text = `/** What the program in WebAssembly and this package must agree on; \`scripts/build-wasm.mjs\` writes it. @module */

/** A hash of the program's sources. */
export const programVersion = 0x${programVersion().toString(16)}
`
  if (readFileSync(file, 'utf8') !== text) writeFileSync(file, text)
}
