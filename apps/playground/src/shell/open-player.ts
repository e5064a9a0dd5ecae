/** Opens a page's run. @module */
import type { Settings } from '../run/fields.ts'
import { writeLink } from '../run/link.ts'
import { edited, type Run, settingsAt } from '../run/run.ts'
import { type Client, client } from '../trainer/client.ts'
import type { News, Pace } from '../trainer/protocol.ts'
import { recall } from './memory.ts'
import type { Page, Player, Speed } from './page.ts'
import { runState } from './run-state.ts'

const paces: Readonly<Record<Speed, Pace>> = {
  slow: { secondsPerStep: 0.5 },
  '1': { stepsPerFrame: 1 },
  '10': { stepsPerFrame: 10 },
  fastest: 'fastest',
}

/** Opens the run that a link asks for. */
export function openPlayer(page: Page, query: string): Player {
  const state = runState(page, query)
  const { asked, run, status, step, goal, painted, bits, kept, ready, speed, layers, probe, waiting, notices } = state
  const { past, forks, link, notify } = state
  const before = recall(page.name, writeLink(page.fields, { run: asked.run }))
  /** Backends that have failed on the way. */
  const without: string[] = []
  let worker: Client = client(hear)
  /** Runs opened; answers to earlier ones are of no interest. */
  let opened = 0
  /** What is asked of a run waits until it is open. */
  let opening: Promise<void> = Promise.resolve()
  let wanted: 'playing' | 'paused' = 'paused'
  /** Whether the run may go on beyond the page's planned end. */
  let beyond = false
  /** What is done once a run has come to where it was sent. */
  let then: (() => void) | undefined

  function hear(news: News): void {
    if (news.type === 'frame') {
      state.frame = news
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
    } else if (news.type === 'notice') {
      notify(news.message)
    } else if (news.code === 'lost' && ready.value) {
      goOnWithout(ready.value.backend, news.message)
    } else {
      status.value = 'fault'
      notify(news.message)
    }
  }

  /** A backend is gone, and all that it computed; the tape brings the run back on another. */
  function goOnWithout(lost: string, message: string): void {
    if (without.includes(lost)) return
    without.push(lost)
    const [at, next] = [step.value, wanted === 'playing' ? play : undefined]
    notify(`The graphics card was lost (${lost}: ${message}). The run goes on with another backend, from its tape.`)
    status.value = 'fault'
    restart(run.value)
    seek(at, next)
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
    state.note(false)
    history.replaceState(undefined, '', link(true))
  }

  /** Opens the run; `renew` in a worker of its own. */
  function open(renew: boolean): Promise<void> {
    const own = ++opened
    status.value = 'loading'
    past.clear()
    opening = (async () => {
      if (renew) {
        await worker.close().catch(() => undefined)
        worker = client(hear)
      }
      const { backend } = state
      const answer = await worker.open({
        ...{ page: page.name, run: run.value, wish: state.wish(), without },
        site: new URL('.', location.href).href,
        ...(backend !== undefined && { backend }),
        ...(page.keeps && { keep: state.keepName() }),
      })
      if (own === opened) ready.value = answer
    })()
    return opening
  }

  /** Asks it of the run that is open, or about to be. */
  function ask(task: (trainer: Client['trainer']) => Promise<unknown>): void {
    const [own, ready] = [opened, opening]
    attempt(async () => {
      await ready
      if (own === opened) await task(worker.trainer)
    })
  }

  /** What fails is told, once and in words. */
  function attempt(task: () => Promise<unknown>): void {
    task().catch((error: unknown) => hear({ type: 'fault', code: 'unknown', message: wordsOf(error) }))
  }

  function play(): void {
    wanted = 'playing'
    status.value = 'playing'
    kept.value = undefined
    beyond = step.value >= page.end
    then = undefined
    history.replaceState(undefined, '', link(false))
    ask((trainer) => trainer.play(paces[speed.value]))
  }

  function pause(): void {
    wanted = 'paused'
    // Wherever that is.
    goal.value = -1
    ask((trainer) => trainer.pause())
  }

  function seek(to: number, next?: () => void): void {
    if (to < step.value) state.leave()
    wanted = 'paused'
    status.value = 'seeking'
    goal.value = to
    bits.value = ''
    then = next
    ask((trainer) => trainer.seek(to))
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
    const left = step.value < past.length()
    ask(async (trainer) => {
      const next = await trainer.edit(live)
      if (left) forks.part(next, past)
      run.value = next
      past.cut(step.value)
      if (wanted === 'playing') history.replaceState(undefined, '', link(false))
    })
  }

  function restart(next: Partial<Run> = {}): void {
    const { seed } = run.value
    const settings = { ...settingsAt(run.value, 0), ...waiting.value }
    state.leave()
    run.value = { seed, settings, tape: [], ...next }
    forks.part(run.value, past)
    waiting.value = {}
    const faulty = status.value === 'fault'
    ;[step.value, bits.value, kept.value] = [0, '', undefined]
    if (faulty) state.backend = undefined
    attempt(async () => {
      await open(faulty)
      if (wanted === 'playing') play()
      else if (status.value !== 'seeking') history.replaceState(undefined, '', link(false))
    })
  }

  /** Pictures that a link names and that were missing bring its run back; others begin a new one. */
  async function bring(files: readonly File[], how: string): Promise<void> {
    const brought = await worker.trainer.bring(page.name, files, how)
    brought.told.forEach(notify)
    if (brought.link !== undefined) {
      location.hash = brought.link
      return
    }
    const wanted = Object.entries(brought.settings).every(([name, value]) => run.value.settings[name] === value)
    const missed = wanted && status.value === 'fault'
    // The worker is well, and holds what was brought.
    status.value = 'loading'
    if (missed) notices.value = []
    restart(missed ? run.value : { settings: { ...settingsAt(run.value, 0), ...waiting.value, ...brought.settings } })
    if (missed && asked.at !== undefined) seek(asked.at)
    else if (!prefersStill()) play()
  }

  const leavePage = () => state.note(wanted === 'playing')
  const self: Player = {
    ...{ page, run, status, step, goal, bits, kept, ready, speed, layers, probe, waiting, notices, painted },
    ...{ curves: past, former: forks.former, hide: asked.hide ?? [], frame: () => state.frame },
    ...{ play, pause, set, restart, seek: (to) => seek(to), link: () => new URL(link(true), location.href).href },
    advance(count, players) {
      if (players === undefined) return seek(step.value + count)
      const others = settingsAt(run.value, step.value).players!
      pause()
      ask(async (trainer) => {
        run.value = await trainer.edit({ players })
        seek(step.value + count, () => edit({ players: others }))
      })
    },
    setSpeed(next) {
      speed.value = next
      if (wanted === 'playing') ask((trainer) => trainer.play(paces[next]))
    },
    setLayers(next) {
      layers.value = next
      ask((trainer) => trainer.look(state.wish()))
    },
    setProbe(next) {
      if (next.join() === probe.value.join()) return
      probe.value = next
      ask((trainer) => trainer.look(state.wish()))
    },
    returnToFormer() {
      const former = forks.former.value
      if (!former) return
      forks.former.value = undefined
      restart(former.run)
      seek(former.at)
    },
    bring: (files, how) => bring(files, how).catch((error: unknown) => notify(wordsOf(error))),
    async pack() {
      try {
        await opening
        return await worker.trainer.pack({ link: link(true), name: state.keepName() })
      } catch (error) {
        notify(wordsOf(error))
        return undefined
      }
    },
    async close() {
      removeEventListener('pagehide', leavePage)
      leavePage()
      opened++
      await worker.close().catch(() => undefined)
    },
  }
  addEventListener('pagehide', leavePage)

  attempt(async () => {
    await open(false)
    const at = asked.at ?? before?.step ?? 0
    const still = asked.at !== undefined || (before ? !before.playing : prefersStill())
    if (at > 0) seek(at, still ? undefined : play)
    else if (!still) play()
  })

  return self
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

function prefersStill(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches
}
