/** The pages' models, each loaded when its page is opened. @module */
import type { Settings } from '../run/fields.ts'
import type { Lesson } from './lesson.ts'

/** A lesson by the name of its page; whatever its settings are, they come from its own table. */
export const lessons: Readonly<Record<string, () => Promise<Lesson>>> = {
  line: async () => general((await import('../pages/line/lesson.ts')).lesson),
  gan: async () => general((await import('../pages/gan/lesson.ts')).lesson),
}

/** A lesson takes the settings of its own page alone, and is given no others. */
function general<S extends Settings>(lesson: Lesson<S>): Lesson {
  return lesson as unknown as Lesson
}
