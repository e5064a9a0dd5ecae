/** The reference: a page for each entry point of each package, from the comments in the sources. @module */
import { join, relative } from 'node:path'
import {
  Application,
  Converter,
  DeclarationReflection,
  type ProjectReflection,
  ReflectionKind,
  SignatureReflection,
} from 'typedoc'
import type { PluginOptions } from 'typedoc-plugin-markdown'
import { generated, repository, root } from './places.ts'
import type { Entry } from './reference-entries.ts'

/** Writes `reference/<name>.md` for each entry. */
export async function writeReference(chosen: readonly Entry[]): Promise<void> {
  const markdown: PluginOptions = {
    outputFileStrategy: 'modules',
    entryFileName: 'index',
    hidePageHeader: true,
    hideBreadcrumbs: true,
    useCodeBlocks: true,
    parametersFormat: 'table',
    interfacePropertiesFormat: 'table',
    sanitizeComments: true,
    // Two things whose names differ in case alone have two names, which the plugin counts as it likes.
    useHTMLAnchors: true,
    tableColumnSettings: { hideSources: true },
    pageTitleTemplates: { index: 'Reference', module: ({ name }: { name: string }) => `@gen/${name}`, member: '' },
  }
  const app = await Application.bootstrapWithPlugins({
    plugin: ['typedoc-plugin-markdown'],
    entryPoints: chosen.map(({ source }) => source),
    tsconfig: join(root, 'tsconfig.json'),
    out: join(generated, 'reference'),
    name: 'Reference',
    readme: 'none',
    skipErrorChecking: true,
    excludeInternal: true,
    excludeExternals: true,
    disableGit: true,
    sourceLinkTemplate: repository,
    groupOrder: ['Functions', 'Variables', '*'],
    logLevel: 'Error',
    ...markdown,
  })
  const names = new Map(chosen.map(({ name, source }) => [source, name]))
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => nameModules(project, names))
  app.converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => keepSources(project))
  const project = await app.convert()
  if (!project) throw new Error('the reference could not be made; what is wrong is above')
  await app.generateOutputs(project)
  if (app.logger.hasErrors()) throw new Error('the reference could not be written; what is wrong is above')
}

/** An entry point is called as it is imported. */
function nameModules(project: ProjectReflection, names: ReadonlyMap<string, string>): void {
  for (const module of modulesOf(project)) {
    const source = module.sources?.[0]?.fullFileName ?? ''
    module.name = names.get(source) ?? module.name
  }
}

/** Where it stands is told of what is exported, not of each of its parts. */
function keepSources(project: ProjectReflection): void {
  const exported = new Set(modulesOf(project).flatMap(({ children = [] }) => children))
  for (const reflection of Object.values(project.reflections)) {
    if (!(reflection instanceof DeclarationReflection || reflection instanceof SignatureReflection)) continue
    const { parent } = reflection
    const kept = reflection instanceof SignatureReflection ? parent : reflection
    if (!(kept instanceof DeclarationReflection && exported.has(kept))) delete reflection.sources
    for (const source of reflection.sources ?? []) {
      source.url = `${repository}/blob/main/${relative(root, source.fullFileName)}#L${source.line}`
    }
  }
}

function modulesOf(project: ProjectReflection): DeclarationReflection[] {
  return (project.children ?? []).filter(({ kind }) => kind === ReflectionKind.Module)
}
