/** Programs in documents are type-checked against the built packages, as their readers would. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..', '..')
const documents = [
  'README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
]

/** Blocks of TypeScript, by the name of a file that is not there. */
const programs = new Map(
  documents.flatMap((path) => {
    const blocks = [...readFileSync(join(root, path), 'utf8').matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(
      ([, code = '']) => code,
    )
    return blocks.map(
      (code, i) => [join(root, 'tests', 'src', `${path.replaceAll(/\W+/g, '-')}-${i}.ts`), code] as const,
    )
  }),
)

const options: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleDetection: ts.ModuleDetectionKind.Force,
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.asynciterable.d.ts'],
  types: ['node'],
}

/** What the compiler says of each program. */
function mistakes(): string[] {
  const host = ts.createCompilerHost(options)
  const { fileExists, readFile, getSourceFile } = host
  host.fileExists = (file) => programs.has(file) || fileExists(file)
  host.readFile = (file) => programs.get(file) ?? readFile(file)
  host.getSourceFile = (file, language, ...rest) => {
    const code = programs.get(file)
    return code === undefined ? getSourceFile(file, language, ...rest) : ts.createSourceFile(file, code, language)
  }
  const program = ts.createProgram([...programs.keys()], options, host)
  return ts.getPreEmitDiagnostics(program).map(({ file, start = 0, messageText }) => {
    const line = file ? file.getLineAndCharacterOfPosition(start).line + 1 : 0
    return `${file?.fileName.split('/').at(-1)}:${line} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
  })
}

describe('programs in documents', () => {
  it('are there', () => {
    expect(programs.size).toBeGreaterThan(4)
  })

  it('type-check in strict mode', () => {
    expect(mistakes()).toEqual([])
  })
})
