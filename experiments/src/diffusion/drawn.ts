/** Samples of a trained model, judged and drawn. @module */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fold, key } from '@gen/backend'
import type { Diffusion, GuidanceWish, Sampler } from '@gen/diffusion'
import { encodePng, grid } from '@gen/io'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core'
import type { Row, RowContext } from '../experiment.ts'
import { compared } from './judge.ts'
import type { Subject } from './subjects.ts'

/** How samples are drawn. */
export interface Wishes {
  readonly sampler: Sampler
  /** @default 1 */
  readonly guidance?: GuidanceWish
}

/** As many samples as are compared, from the same noise for every sampler, of each class in turn. */
async function draw(model: Diffusion, { classes }: Subject, seed: number, wishes: Wishes & { count: number }) {
  const labels = classes === undefined ? {} : { labels: Array.from({ length: wishes.count }, (_, i) => i % classes) }
  return (await model.sample({
    ...{ ...wishes, ...labels, clip: true, batchSize: 100, key: fold(key(seed), 9) },
  })) as Tensor
}

/** What the subject's judge says of 1,000 samples, and the processor's seconds that they took. */
export async function judged(model: Diffusion, subject: Subject, { seed }: RowContext, wishes: Wishes): Promise<Row> {
  const before = process.cpuUsage()
  const samples = await draw(model, subject, seed, { ...wishes, count: compared })
  await samples.data()
  const { user, system } = process.cpuUsage(before)
  return { ...(await subject.judge(samples)), processorSeconds: (user + system) / 1e6 }
}

/** A sheet of 70 samples, in columns of a class where there are classes. */
export async function sheet(
  name: string,
  model: Diffusion,
  subject: Subject,
  { seed, pictures }: RowContext,
  wishes: Wishes,
): Promise<void> {
  const samples = (await draw(model, subject, seed, { ...wishes, count: 70 })) as Tensor4D
  const picture = grid(samples, { columns: 10 })
  writeFileSync(join(pictures, `${name}.png`), encodePng(picture))
  samples.dispose()
  picture.dispose()
}
