/** Where things are; the same from `src/` and, bundled, from `dist/`. @module */
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const bench = join(dirname(fileURLToPath(import.meta.url)), '..')

/** The PyTorch peer, a Python folder to run. */
export const torchPeer: string = join(bench, 'peers', 'pytorch')

/** Where results are kept. */
export const resultsFolder: string = join(bench, 'results')
