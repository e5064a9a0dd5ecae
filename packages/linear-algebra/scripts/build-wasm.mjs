/**
 * Compiles `assembly/` and writes it as a string into `generated/program.ts`: functions of this package are synchronous, so
 * the program cannot be fetched. It writes the version too that both sides carry.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'
import { writeVersion } from '../../../scripts/program-version.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const output = 'program.wasm'
const options = ['assembly/index.ts', '-o', output, '-O3', '--noAssert', '--runtime', 'stub', '--baseDir', root]
// Memory is made by JavaScript, as large as a call needs.
const memory = ['--importMemory', '--noExportMemory', '--initialMemory', '1', '--maximumMemory', '65536']

writeVersion(root)

let program
const writeFile = (name, contents) => {
  if (name === output) program = contents
}
const { error, stderr } = await asc.main([...options, ...memory, '--enable', 'simd'], { writeFile })
const messages = stderr.toString()
if (messages) process.stderr.write(messages)
if (error || !program) process.exit(1)
const base64 = Buffer.from(program).toString('base64')
const lines = base64.match(/.{1,110}/g).map((line) => `  '${line}',`)
const folder = join(root, 'generated')
mkdirSync(folder, { recursive: true })
writeFileSync(
  join(folder, 'program.ts'),
  `/** Made from \`assembly/\` by \`scripts/build-wasm.mjs\`. @module */\n\n/** The program, ${program.length} bytes, in base64. */\nexport const program: string = [\n${lines.join('\n')}\n].join('')\n`,
)
console.log(`generated/program.ts: ${program.length} bytes of WebAssembly`)
