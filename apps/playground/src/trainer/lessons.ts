/** The pages' models, each loaded when its page is opened. @module */
import type { Settings } from '../run/fields.ts'
import type { Lesson } from './lesson.ts'

/** A lesson by the name of its page; whatever its settings are, they come from its own table. */
export const lessons: Readonly<Record<string, () => Promise<Lesson>>> = {
  line: async () => general((await import('../pages/line/lesson.ts')).lesson),
  diffusion: async () => general((await import('../pages/diffusion/lesson.ts')).lesson),
  digits: async () => general((await import('../pages/digits/lesson.ts')).lesson),
  latent: async () => general((await import('../pages/latent/lesson.ts')).lesson),
  vae: async () => general((await import('../pages/vae/lesson.ts')).lesson),
  edit: async () => general((await import('../pages/edit/lesson.ts')).lesson),
  spaces: async () => general((await import('../pages/spaces/lesson.ts')).lesson),
  own: async () => general((await import('../pages/own/lesson.ts')).lesson),
  answers: async () => general((await import('../pages/answers/lesson.ts')).lesson),
  fill: async () => general((await import('../pages/fill/lesson.ts')).lesson),
  game: async () => general((await import('../pages/game/lesson.ts')).lesson),
  flow: async () => general((await import('../pages/flow/lesson.ts')).lesson),
  gan: async () => general((await import('../pages/gan/lesson.ts')).lesson),
}

/** A lesson takes the settings of its own page alone, and is given no others. */
function general<S extends Settings, C>(lesson: Lesson<S, C>): Lesson {
  return lesson as unknown as Lesson
}
