/** The one place that says how a package is built: ESM for ES2022 with types; dependencies and peers stay outside. */
import type { Options } from 'tsup'

/** Makes a package's tsup configuration from its entry points. */
export function packageBuild(entry: string[] = ['src/index.ts'], options: Options = {}): Options {
  return {
    entry,
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    dts: true,
    sourcemap: true,
    clean: true,
    treeshake: true,
    external: [/^node:/],
    ...options,
  }
}
