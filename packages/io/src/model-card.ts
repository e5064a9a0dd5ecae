/** Model cards: what a model is, in Markdown. @module */

/** What a model card says; everything but the name may be left out. */
export interface ModelCard {
  /** The model's name; the title. */
  name: string
  /** What it generates, in a sentence or a few. */
  description?: string
  /** The data it was trained on and where they come from. */
  data?: string
  /** Its architecture: kind, sizes, number of parameters. */
  architecture?: string
  /** License of the weights, as an SPDX identifier. */
  license?: string
  /** What was measured, by name. */
  metrics?: Readonly<Record<string, number | string>>
  /** The seed that training started from. */
  seed?: number
  /** Path of a picture of samples, relative to the card. */
  samples?: string
  /** Words to find it by. */
  tags?: readonly string[]
  /** Which library opens it, as hubs call it. @default 'gen' */
  library?: string
  /** What it does, as hubs call it: `unconditional-image-generation`. */
  task?: string
  /** The data's name on the hub: `ylecun/mnist`. */
  dataset?: string
  /** How to sample from it: TypeScript. */
  usage?: string
  /** How to sample from it on a command line. */
  command?: string
}

/**
 * Writes a model card: Markdown with the YAML front matter that model hubs read.
 *
 * Texts may be Markdown; HTML in them is shown, not obeyed, and no text can open or close a block of code that is not its own.
 *
 * @see Model Cards for Model Reporting (Mitchell et al., 2018) https://arxiv.org/abs/1810.03993
 * @example
 * modelCard({ name: 'digits', data: 'MNIST, 60,000 digits', license: 'MIT', metrics: { FID: 7.2 }, seed: 0, samples: 'samples.png' })
 */
export function modelCard(card: Readonly<ModelCard>): string {
  const { name, description, data, architecture, license, metrics = {}, seed, samples, usage, command } = card
  const measured = Object.entries(metrics).map(([metric, value]) => `| ${cell(metric)} | ${cell(value)} |`)
  const ways = [
    command === undefined ? [] : [code('sh', command)],
    usage === undefined ? [] : [code('ts', usage)],
  ].flat()
  const sections = [
    frontMatter(card),
    `# ${prose(line(name))}`,
    description === undefined ? undefined : prose(description),
    samples === undefined ? undefined : `![Samples](<${line(samples).replace(/[<>\\]/g, encodeURIComponent)}>)`,
    section('Data', data && prose(data)),
    section('Architecture', architecture && prose(architecture)),
    section('Metrics', measured.length > 0 ? ['| metric | value |', '|---|---|', ...measured].join('\n') : undefined),
    section('Training', seed === undefined ? undefined : `Seed: ${seed}`),
    section('Usage', ways.length > 0 ? ways.join('\n\n') : undefined),
    section('License', license && prose(license)),
  ]
  return `${sections.filter((part) => part !== undefined).join('\n\n')}\n`
}

/** What hubs read: one key a line, of which each value is JSON. */
function frontMatter(card: Readonly<ModelCard>): string {
  const { license, library = 'gen', task, tags = [], dataset, metrics = {}, samples } = card
  const names = Object.keys(metrics)
  const keys = {
    license,
    library_name: library,
    pipeline_tag: task,
    tags: tags.length > 0 ? tags : undefined,
    datasets: dataset === undefined ? undefined : [dataset],
    metrics: names.length > 0 ? names : undefined,
    'model-index': modelIndex(card),
    widget: samples === undefined ? undefined : [{ text: '-', output: { url: line(samples) } }],
  }
  // JSON is YAML, so nothing in a value can end the front matter or add a key.
  const lines = Object.entries(keys).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}: ${JSON.stringify(value)}`],
  )
  return ['---', ...lines, '---'].join('\n')
}

/** The numbers as results, which a hub takes for a task and a data set that it knows. */
function modelIndex({ name, task, dataset, metrics = {} }: Readonly<ModelCard>): object[] | undefined {
  const values = Object.entries(metrics).filter(([, value]) => typeof value === 'number')
  if (task === undefined || dataset === undefined || values.length === 0) return undefined
  const measured = values.map(([metric, value]) => ({ type: metric, name: metric, value }))
  return [{ name, results: [{ task: { type: task }, dataset: { name: dataset, type: dataset }, metrics: measured }] }]
}

function section(title: string, text: string | undefined): string | undefined {
  return text === undefined ? undefined : `## ${title}\n\n${text}`
}

function cell(value: number | string): string {
  return prose(line(String(value)).replaceAll('\\', '\\\\').replaceAll('|', '\\|'))
}

/** HTML as text: what begins a tag, and what would be read as a character's name. Fences of code become text too. */
function prose(text: string): string {
  return text
    .replace(/&(?=#?\w+;)/g, '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/^([ \t>]*)(`{3,}|~{3,})/gm, '$1\\$2')
}

/** A block of code whose fence is longer than any in it. */
function code(language: string, text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}${language}\n${text}\n${fence}`
}

function line(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
