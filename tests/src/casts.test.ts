/** No cast where TypeScript knows the type already, and none at all in what users read first. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import ts from 'typescript'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '..', '..')
const packages = join(root, 'packages')
/** Still to be swept. */
const later = ['backend-simd', 'diffusion', 'linear-algebra']
const swept = readdirSync(packages).filter((folder) => !later.includes(folder))
const sources = swept.flatMap((folder) =>
  readdirSync(join(packages, folder, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => /(?<!\.d|\.test|\.test-d|\.fixture)\.ts$/.test(file))
    .map((file) => join(packages, folder, 'src', file)),
)

const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path))
const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, root)
const program = ts.createProgram({ rootNames: sources, options })
const checker = program.getTypeChecker()
const unsure = ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.TypeParameter
const nothing = unsure | ts.TypeFlags.Null | ts.TypeFlags.Undefined | ts.TypeFlags.Void

/** Says whether a cast changes nothing. What a call gives may follow from the cast, as what is asked of it. */
function isNeedless(node: ts.Node): boolean {
  if (!ts.isNonNullExpression(node) && !ts.isAsExpression(node)) return false
  const inner = node.expression
  if (!ts.isIdentifier(inner) && !ts.isPropertyAccessExpression(inner) && !ts.isElementAccessExpression(inner))
    return false
  const type = checker.getTypeAtLocation(inner)
  if (ts.isAsExpression(node)) return !(type.flags & unsure) && type === checker.getTypeFromTypeNode(node.type)
  return !(type.isUnion() ? type.types : [type]).some(({ flags }) => flags & nothing)
}

function needless(path: string): string[] {
  const file = program.getSourceFile(path)!
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    if (isNeedless(node)) {
      const { line } = file.getLineAndCharacterOfPosition(node.getStart())
      found.push(`${relative(root, path)}:${line + 1} ${node.getText()}`)
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

it('the sources of packages cast where the types do not say it, and nowhere else', () => {
  expect(sources.flatMap(needless)).toEqual([])
}, 60_000)

/** Casts in the programs of a text, those to constants apart. */
function castsIn(path: string): string[] {
  const programs = [...readFileSync(join(root, path), 'utf8').matchAll(/```ts[^\n]*\n(.*?)```/gs)]
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    const cast = ts.isAsExpression(node) && !ts.isConstTypeReference(node.type)
    if (cast || ts.isNonNullExpression(node)) found.push(`${path}: ${node.getText()}`)
    ts.forEachChild(node, visit)
  }
  for (const [, code] of programs) visit(ts.createSourceFile('readme.ts', code!, ts.ScriptTarget.Latest, true))
  return found
}

it('no README casts', () => {
  expect(['README.md', ...swept.map((folder) => `packages/${folder}/README.md`)].flatMap(castsIn)).toEqual([])
})
