/** What can be asked of a face, with yes or no. @module */

/** A question: an attribute of `@gen/data/faces`, and the values that mean yes. */
export interface Question {
  readonly name: string
  /** On a slider. */
  readonly label: string
  readonly attribute: 'skin' | 'hair' | 'hairColor' | 'glasses' | 'beard' | 'mouth' | 'background'
  readonly yes: readonly string[]
}

/** In the order of sliders, labels and the judge's outputs. */
export const questions: readonly Question[] = [
  { name: 'glasses', label: 'glasses', attribute: 'glasses', yes: ['round', 'square', 'sunglasses'] },
  { name: 'darkSkin', label: 'dark skin', attribute: 'skin', yes: ['brown', 'dark'] },
  { name: 'lightHair', label: 'light hair', attribute: 'hairColor', yes: ['blond', 'silver', 'pink'] },
  { name: 'longHair', label: 'long hair', attribute: 'hair', yes: ['big', 'bob', 'curly', 'dreads', 'fringe', 'fro'] },
  { name: 'beard', label: 'beard', attribute: 'beard', yes: ['full', 'moustache', 'short'] },
  { name: 'openMouth', label: 'open mouth', attribute: 'mouth', yes: ['scream', 'tongue', 'grimace'] },
  { name: 'blueGround', label: 'blue background', attribute: 'background', yes: ['blue', 'violet'] },
]
