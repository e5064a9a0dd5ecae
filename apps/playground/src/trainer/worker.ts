/** The worker: one run at a time, trained here so that the page stays free. @module */
import { type BackendName, refusal, useBackend } from '@gen/backend'
import { setThreads } from '@gen/backend-simd'
import type { CheckpointStore } from '@gen/model'
import { engine } from '@tensorflow/tfjs-core'
import { expose } from 'comlink'
import { type Kept, kept, storeName } from './kept.ts'
import type { Lesson } from './lesson.ts'
import { lessons } from './lessons.ts'
import type { Credit, News, Opening, Ready, Trainer } from './protocol.ts'
import { type Session, session } from './session.ts'
import { timeline } from './timeline.ts'

let current: Session | undefined

function running(): Session {
  if (current) return current
  throw new Error('no run has been opened')
}

type Tell = (news: News, transfer?: Transferable[]) => void

/** Starts a backend, on as many threads as the lesson has use for. */
async function start(lesson: Lesson, { backend: asked, without = [] }: Opening, tell: Tell): Promise<Ready> {
  const preferred = lesson.backends.filter((name) => !without.includes(name))
  const choice = await useBackend((asked as BackendName | undefined) ?? preferred)
  const { name: backend, passedOver, threads, threadsReason, lost } = choice
  void lost?.then((message) => tell({ type: 'fault', code: 'lost', message }))
  const few = backend === 'simd' && lesson.threads !== undefined && lesson.threads < (threads ?? 1)
  if (few) await setThreads(lesson.threads)
  const reason = few ? 'one is enough for networks as small as these' : threadsReason
  return {
    ...{ backend, passedOver },
    ...(threads !== undefined && { threads: few ? lesson.threads : threads }),
    ...(reason !== undefined && { threadsReason: reason }),
  }
}

/** Where a run's keyframes outlive the page; what fails there is told, and the run goes on. */
async function keeping(name: string, tell: Tell): Promise<Kept> {
  return kept(await storeOf(name), (error) => {
    const message = `This browser keeps no more of the run, which goes on: ${error instanceof Error ? error.message : error}. Save it to a file before you leave.`
    tell({ type: 'notice', message })
  })
}

/** The store of a kept run; pages that keep none do not load it. */
async function storeOf(name: string): Promise<CheckpointStore> {
  const { browserStore } = await import('@gen/io/browser')
  return browserStore(storeName(name))
}

const trainer: Trainer = {
  async open(opening, port) {
    await current?.close()
    current = undefined
    const { page, run, wish, site, keep } = opening
    const lesson = await lessons[page]!()
    const tell: Tell = (news, transfer = []) => port.postMessage(news, transfer)
    const ready = await start(lesson, opening, tell)
    const line = await timeline(lesson, run, site, keep ? await keeping(keep, tell) : undefined)
    const opened = session(line, wish, tell)
    port.onmessage = ({ data }: MessageEvent<Credit>) => data.type === 'credit' && opened.credit()
    current = opened
    return ready
  },
  play: (pace) => running().play(pace),
  pause: () => running().pause(),
  seek: (step) => running().seek(step),
  edit: (set) => running().edit(set),
  look: (wish) => running().look(wish),
  async bring(page, files, how) {
    const lesson = await lessons[page]!()
    if (!lesson.bring) throw refusal('config', 'playground', { expected: 'a page that takes files', got: page })
    const { run, ...brought } = await lesson.bring(files, how)
    if (!run) return brought
    await (await storeOf(run.name)).save(run.step, run.files)
    return { ...brought, link: run.link }
  },
  async pack({ link, name }) {
    const text = (words: string) => new TextEncoder().encode(words)
    const [files, { encodeZip }] = [await running().pack(), await import('@gen/io')]
    return encodeZip({ ...files, 'run/link.txt': text(link), 'run/name.txt': text(name) }) as Uint8Array<ArrayBuffer>
  },
  async close() {
    await current?.close()
    current = undefined
    return { tensors: engine().state.numTensors }
  },
}

expose(trainer)
