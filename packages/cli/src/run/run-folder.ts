/** A run's folder: options, log, loss curve, samples, checkpoints and the finished model in one place. @module */
import { type FileHandle, mkdir, open, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { GenError } from '@gen/backend'
import { type CheckpointStore, folderStore } from '@gen/io/node'
import { type LossPoint, lossPlot } from '../figure/loss-plot.ts'

/** The files of one training run. */
export interface RunFolder {
  readonly path: string
  readonly checkpoints: CheckpointStore
  /** Appends a line of JSON to `log.jsonl`. */
  log(entry: Readonly<Record<string, unknown>>): Promise<void>
  /** Writes `samples/<name>`. */
  saveSamples(name: string, file: Uint8Array | string): Promise<string>
  /** Draws `loss.svg` from the whole log, also of the parts before a resume. */
  plot(title: string): Promise<void>
  close(): Promise<void>
}

/** The recorded options of the run in `path`. */
export async function readRunConfig(path: string): Promise<unknown> {
  const file = join(path, 'config.json')
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch (cause) {
    throw new GenError(
      'file',
      `gen train: expected a run with a readable config.json in ${path}; pass the folder of a run to --resume`,
      {
        cause,
      },
    )
  }
}

/** Starts a run in a new folder; the options are on the disk before any work begins. */
export async function createRun(path: string, config: unknown): Promise<RunFolder> {
  if (await stat(join(path, 'config.json')).catch(() => undefined)) {
    throw new GenError(
      'file',
      `gen train: expected an empty folder, got the run in ${path}; pass --resume to go on with it, or another --out`,
    )
  }
  try {
    await mkdir(join(path, 'samples'), { recursive: true })
    await writeFile(join(path, 'config.json'), `${JSON.stringify(config, null, 2)}\n`)
  } catch (cause) {
    throw new GenError(
      'file',
      `gen train: expected a folder that can be written, got ${path} (${(cause as Error).message})`,
      { cause },
    )
  }
  return openRun(path)
}

/** Opens the folder of a run to go on with it. */
export async function openRun(path: string): Promise<RunFolder> {
  const logPath = join(path, 'log.jsonl')
  const log: FileHandle = await open(logPath, 'a')
  return {
    path,
    checkpoints: folderStore(join(path, 'checkpoints')),
    log: async (entry) => {
      await log.write(`${JSON.stringify(entry)}\n`)
    },
    saveSamples: async (name, file) => {
      const target = join(path, 'samples', name)
      await writeFile(target, file)
      return target
    },
    plot: async (title) => {
      const points = lossPoints(await readFile(logPath, 'utf8'))
      if (points.length > 1) await writeFile(join(path, 'loss.svg'), lossPlot(points, { title }))
    },
    close: () => log.close(),
  }
}

/** Losses by step; what a killed process logged beyond its last checkpoint is overwritten by the resumed run. */
export function lossPoints(log: string): LossPoint[] {
  const byStep = new Map<number, number>()
  for (const line of log.split('\n')) {
    const entry = parseLine(line)
    if (typeof entry?.step === 'number' && typeof entry.loss === 'number') byStep.set(entry.step, entry.loss)
  }
  return [...byStep].sort(([a], [b]) => a - b).map(([step, loss]) => ({ step, loss }))
}

/** A kill may have cut a line short. */
function parseLine(line: string): { step?: unknown; loss?: unknown } | undefined {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
