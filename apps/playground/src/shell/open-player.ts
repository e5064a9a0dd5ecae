/** Opens a page's run. @module */
import { signal } from '@preact/signals'
import type { Settings } from '../run/fields.ts'
import { type ReadLink, readLink, writeLink } from '../run/link.ts'
import { edited, type Run, settingsAt } from '../run/run.ts'
import { type Client, client } from '../trainer/client.ts'
import type { Wish } from '../trainer/lesson.ts'
import type { Frame, News, Pace, Ready } from '../trainer/protocol.ts'
import { curves } from './curves.ts'
import { recall, remember } from './memory.ts'
import type { Page, Player, Speed, Status } from './page.ts'

const paces: Readonly<Record<Speed, Pace>> = {
  slow: { secondsPerStep: 0.5 },
  '1': { stepsPerFrame: 1 },
  '10': { stepsPerFrame: 10 },
  fastest: 'fastest',
}

/** Opens the run that a link asks for. */
export function openPlayer(page: Page, query: string): Player {
  const asked: ReadLink = readLink(page.fields, query)
  const before = recall(page.name, writeLink(page.fields, { run: asked.run }))
  const run = signal<Run>(asked.run)
  const status = signal<Status>('loading')
  const [step, goal, painted] = [signal(0), signal(0), signal(0)]
  const bits = signal('')
  const kept = signal<boolean | undefined>(undefined)
  const ready = signal<Ready | undefined>(undefined)
  const speed = signal<Speed>('1')
  const layers = signal<readonly string[]>(page.layers.flatMap(({ name, initial }) => (initial ? [name] : [])))
  const probe = signal<readonly number[]>(page.probe ?? [])
  const waiting = signal<Settings>({})
  const notices = signal<readonly string[]>(asked.notices)
  const past = curves()
  let frame: Frame | undefined
  /** The backend that the link asks for, until it has failed. */
  let { backend } = asked
  let worker: Client = client(hear)
  /** Runs opened; answers to earlier ones are of no interest. */
  let opened = 0
  let wanted: 'playing' | 'paused' = 'paused'
  /** Whether the run may go on beyond the page's planned end. */
  let beyond = false
  /** What is done once a run has come to where it was sent. */
  let then: (() => void) | undefined

  function hear(news: News): void {
    if (news.type === 'frame') {
      frame = news
      past.add(news.names, news.history)
      step.value = news.step
      requestAnimationFrame(() => {
        painted.value++
        worker.credit()
      })
      if (wanted === 'playing' && news.step >= page.end && !beyond) pause()
    } else if (news.type === 'seeking') {
      step.value = news.step
    } else if (news.type === 'paused') {
      settle(news.step, news.bits)
    } else {
      status.value = 'fault'
      notices.value = [...notices.value, news.message]
    }
  }

  function settle(at: number, print: string): void {
    // A word of a rest before the run was sent elsewhere.
    if (status.value === 'seeking' && goal.value >= 0 && at !== goal.value) return
    ;[step.value, bits.value] = [at, print]
    if (wanted === 'playing') return
    status.value = 'paused'
    const next = at === goal.value ? then : undefined
    if (next) then = undefined
    next?.()
    if (status.value !== 'paused') return
    if (asked.at === at && asked.bits !== undefined && kept.value === undefined)
      kept.value = print.startsWith(asked.bits)
    remember(page.name, link(false), { step: at, playing: false })
    history.replaceState(undefined, '', link(true))
  }

  function link(moment: boolean): string {
    const { hide } = asked
    const at = moment && step.value > 0 ? { at: step.value, bits: bits.value.slice(0, 8) } : {}
    const rest = { ...(backend !== undefined && { backend }), ...(hide && { hide }) }
    return `#/${page.name}${writeLink(page.fields, { run: run.value, ...at, ...rest })}`
  }

  function wish(): Wish {
    return { resolution: 64, layers: layers.value, probe: probe.value }
  }

  function look(): void {
    attempt(() => worker.trainer.look(wish()))
  }

  async function open(): Promise<void> {
    const own = ++opened
    status.value = 'loading'
    past.clear()
    const opening = {
      page: page.name,
      run: run.value,
      wish: wish(),
      site: new URL('.', location.href).href,
      ...(backend !== undefined && { backend }),
    }
    const answer = await worker.open(opening)
    if (own === opened) ready.value = answer
  }

  /** What fails is told, once and in words. */
  function attempt(task: () => Promise<unknown>): void {
    task().catch((error: unknown) =>
      hear({ type: 'fault', code: 'unknown', message: error instanceof Error ? error.message : String(error) }),
    )
  }

  function play(): void {
    wanted = 'playing'
    status.value = 'playing'
    kept.value = undefined
    beyond = step.value >= page.end
    then = undefined
    history.replaceState(undefined, '', link(false))
    attempt(() => worker.trainer.play(paces[speed.value]))
  }

  function pause(): void {
    wanted = 'paused'
    // Wherever that is.
    goal.value = -1
    attempt(() => worker.trainer.pause())
  }

  function seek(to: number, next?: () => void): void {
    wanted = 'paused'
    status.value = 'seeking'
    goal.value = to
    bits.value = ''
    then = next
    attempt(() => worker.trainer.seek(to))
  }

  function set(settings: Settings): void {
    const fresh = Object.entries(settings).filter(([name]) => page.fields[name]?.when === 'fresh')
    if (step.value === 0 && status.value !== 'playing') {
      restart(edited(run.value, 0, settings))
      return
    }
    if (fresh.length > 0) waiting.value = { ...waiting.value, ...Object.fromEntries(fresh) }
    const live = Object.fromEntries(Object.entries(settings).filter(([name]) => page.fields[name]?.when === 'live'))
    if (Object.keys(live).length === 0) return
    edit(live)
  }

  function edit(live: Settings): void {
    attempt(async () => {
      run.value = await worker.trainer.edit(live)
      past.cut(step.value)
      if (wanted === 'playing') history.replaceState(undefined, '', link(false))
    })
  }

  function restart(next: Partial<Run> = {}): void {
    const { seed } = run.value
    const settings = { ...settingsAt(run.value, 0), ...waiting.value }
    run.value = { seed, settings, tape: [], ...next }
    waiting.value = {}
    const going = wanted
    ;[step.value, bits.value, kept.value] = [0, '', undefined]
    attempt(async () => {
      if (status.value === 'fault') {
        await worker.close().catch(() => undefined)
        worker = client(hear)
        backend = undefined
      }
      await open()
      if (going === 'playing') play()
      else history.replaceState(undefined, '', link(false))
    })
  }

  const self: Player = {
    ...{ page, run, status, step, goal, bits, kept, ready, speed, layers, probe, waiting, notices, painted },
    curves: past,
    hide: asked.hide ?? [],
    frame: () => frame,
    ...{ play, pause, set, restart, seek: (to) => seek(to), link: () => new URL(link(true), location.href).href },
    advance(count, players) {
      if (players === undefined) return seek(step.value + count)
      const others = settingsAt(run.value, step.value).players!
      pause()
      attempt(async () => {
        run.value = await worker.trainer.edit({ players })
        seek(step.value + count, () => edit({ players: others }))
      })
    },
    setSpeed(next) {
      speed.value = next
      if (wanted === 'playing') attempt(() => worker.trainer.play(paces[next]))
    },
    setLayers(next) {
      layers.value = next
      look()
    },
    setProbe(next) {
      if (next.join() === probe.value.join()) return
      probe.value = next
      look()
    },
    async close() {
      remember(page.name, link(false), { step: step.value, playing: wanted === 'playing' })
      opened++
      await worker.close().catch(() => undefined)
    },
  }
  addEventListener('pagehide', () =>
    remember(page.name, link(false), { step: step.value, playing: wanted === 'playing' }),
  )

  attempt(async () => {
    await open()
    const at = asked.at ?? before?.step ?? 0
    const still = asked.at !== undefined || (before ? !before.playing : prefersStill())
    if (at > 0) seek(at, still ? undefined : play)
    else if (!still) play()
  })

  return self
}

function prefersStill(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches
}
