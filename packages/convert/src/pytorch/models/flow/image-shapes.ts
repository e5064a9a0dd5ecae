/** Shapes within flows of images. @module */

/** What is done behind each level, as images `(channels, height, width)`: squeezes come first in a level, and the rest keeps its shape. */
export function doneShapes(event: readonly number[], levels: readonly unknown[]): string[] {
  let [height = 1, width = 1, channels = 1] = event
  return levels.map((level, i) => {
    const squeezes = squeezesOf(level)
    height /= 2 ** squeezes
    width /= 2 ** squeezes
    channels *= 4 ** squeezes
    if (i < levels.length - 1) channels /= 2
    return `(${channels}, ${height}, ${width})`
  })
}

/** How often a level halves height and width. */
export function squeezesOf(config: unknown): number {
  if (typeof config !== 'object' || config === null || !('kind' in config)) return 0
  if (config.kind === 'squeezeImage') return 1
  if (config.kind === 'inverse') return -squeezesOf(Reflect.get(config, 'transform'))
  if (config.kind === 'conditional') return squeezesOf(Reflect.get(config, 'transform'))
  const parts: unknown = config.kind === 'chain' ? Reflect.get(config, 'transforms') : []
  return Array.isArray(parts) ? parts.reduce<number>((sum, part) => sum + squeezesOf(part), 0) : 0
}
