/** The worker: one run at a time, trained here so that the page stays free. @module */
import { type BackendName, useBackend } from '@gen/backend'
import { setThreads } from '@gen/backend-simd'
import { engine } from '@tensorflow/tfjs-core'
import { expose } from 'comlink'
import type { Lesson } from './lesson.ts'
import { lessons } from './lessons.ts'
import type { Credit, News, Ready, Trainer } from './protocol.ts'
import { type Session, session } from './session.ts'
import { timeline } from './timeline.ts'

let current: Session | undefined

function running(): Session {
  if (current) return current
  throw new Error('no run has been opened')
}

/** Starts a backend, on as many threads as the lesson has use for. */
async function start(lesson: Lesson, asked: string | undefined): Promise<Ready> {
  const choice = await useBackend((asked as BackendName | undefined) ?? lesson.backends)
  const { name: backend, passedOver, threads, threadsReason } = choice
  const few = backend === 'simd' && lesson.threads !== undefined && lesson.threads < (threads ?? 1)
  if (few) await setThreads(lesson.threads)
  const reason = few ? 'one is enough for networks as small as these' : threadsReason
  return {
    ...{ backend, passedOver },
    ...(threads !== undefined && { threads: few ? lesson.threads : threads }),
    ...(reason !== undefined && { threadsReason: reason }),
  }
}

const trainer: Trainer = {
  async open({ page, run, wish, site, backend }, port) {
    await current?.close()
    current = undefined
    const lesson = await lessons[page]!()
    const ready = await start(lesson, backend)
    const tell = (news: News, transfer: Transferable[] = []) => port.postMessage(news, transfer)
    const opened = session(await timeline(lesson, run, site), wish, tell)
    port.onmessage = ({ data }: MessageEvent<Credit>) => data.type === 'credit' && opened.credit()
    current = opened
    return ready
  },
  play: (pace) => running().play(pace),
  pause: () => running().pause(),
  seek: (step) => running().seek(step),
  edit: (set) => running().edit(set),
  look: (wish) => running().look(wish),
  async close() {
    await current?.close()
    current = undefined
    return { tensors: engine().state.numTensors }
  },
}

expose(trainer)
