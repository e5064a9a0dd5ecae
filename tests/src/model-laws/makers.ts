/** The functions that make models of a family, found in the sources, so that a new one is not forgotten. @module */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

/** The packages of layer 4. */
export const families = ['vae', 'gan', 'flows', 'diffusion', 'tokens'] as const
export type FamilyPackage = (typeof families)[number]

const packages = join(import.meta.dirname, '..', '..', '..', 'packages')

/** The parsed source files of a package. */
function sourcesOf(family: string): ts.SourceFile[] {
  const folder = join(packages, family, 'src')
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/\.(test|test-d)\.ts$/.test(file))
    .map((file) => ts.createSourceFile(file, readFileSync(join(folder, file), 'utf8'), ts.ScriptTarget.Latest))
}

const isExported = (node: ts.Statement): boolean =>
  ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)

/** The name that a type begins with: `Flow` of `Flow<Tensor4D>`. */
function nameOf(type: ts.TypeNode | undefined): string | undefined {
  return type && ts.isTypeReferenceNode(type) && ts.isIdentifier(type.typeName) ? type.typeName.text : undefined
}

const statementsOf = (file: ts.SourceFile): readonly ts.Statement[] => [...file.statements]

/** The interfaces that are generative models. */
function modelTypes(files: readonly ts.SourceFile[]): Set<string> {
  const types = files.flatMap(statementsOf).filter(ts.isInterfaceDeclaration)
  const extended = (type: ts.InterfaceDeclaration): string[] =>
    (type.heritageClauses ?? []).flatMap(({ types: parents }) =>
      parents.flatMap(({ expression }) => (ts.isIdentifier(expression) ? [expression.text] : [])),
    )
  return new Set(types.filter((type) => extended(type).includes('GenerativeModel')).map(({ name }) => name.text))
}

/**
 * The public functions of a family that say that they give a model, but for those that read a config: `isolatedDeclarations`
 * has every exported function say what it gives.
 */
export function makersOf(family: FamilyPackage, exported: object): string[] {
  const files = sourcesOf(family)
  const models = modelTypes(files)
  const functions = files.flatMap(statementsOf).filter(ts.isFunctionDeclaration).filter(isExported)
  const makers = functions.filter(({ type }) => models.has(nameOf(type) ?? ''))
  const names = makers.flatMap(({ name }) => (name ? [name.text] : []))
  return [...new Set(names)].filter((name) => Object.hasOwn(exported, name) && !name.endsWith('FromConfig')).sort()
}

/** The public functions in a family's files of presets. */
export async function presetsOf(family: FamilyPackage, exported: object): Promise<string[]> {
  const folder = join(packages, family, 'src')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /(^|\/)presets\.ts$/.test(file),
  )
  const modules = await Promise.all(
    files.map((file) => import(/* @vite-ignore */ join(folder, file)) as Promise<object>),
  )
  return modules.flatMap((module) =>
    Object.entries(module)
      .filter(([name, value]) => typeof value === 'function' && Object.hasOwn(exported, name))
      .map(([name]) => name),
  )
}
