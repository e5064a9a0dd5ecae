import { describe, expect, it } from 'vitest'
import { parseNpyDictionary } from './npy-dictionary.ts'

describe('parseNpyDictionary', () => {
  it.each([
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }", ['<f4', false, [3, 4]]],
    ["{'shape': (), 'fortran_order': True, 'descr': '|u1'}", ['|u1', true, []]],
    [" {'shape':(3L,),'fortran_order':True,'descr':'|u1'} \n", ['|u1', true, [3]]],
    ["{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (3,), }", [undefined, false, []]],
  ])('reads %s', (text, expected) => {
    const found = parseNpyDictionary(text)
    expect([found?.descr, found?.fortranOrder, found?.shape]).toEqual(expected)
  })

  it.each([
    '',
    '{}',
    "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), } x",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (3, , 4), }",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (3 4), }",
    "{'descr': '<f4', 'fortran_order': False, 'shape': '3', }",
    "{'descr': '<f4', 'fortran_order': 0, 'shape': (3,), }",
    "{'descr': '<f4' 'fortran_order': False, 'shape': (3,), }",
    "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (3,), }",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), 'more': True}",
    "{'descr': '<f4\\'', 'fortran_order': False, 'shape': (3,), }",
  ])('takes %s for nothing', (text) => {
    expect(parseNpyDictionary(text)).toBeUndefined()
  })

  // What takes the square of the length would take hours here.
  const long = 2 ** 21
  it.each([
    ['spaces', ' '.repeat(long)],
    ['quotation marks', "'".repeat(long)],
    ['a key with spaces behind it', `{'shape'${' '.repeat(long)}`],
    ['spaces in a tuple', `{'shape': (${`1${' '.repeat(50)}, `.repeat(long / 64)}`],
    ['tuples', `{'shape': ${'(1,'.repeat(long / 4)}`],
    ['digits', `{'shape': (${'1'.repeat(long)}`],
    ['starts that fit', "{'descr': '<f4',".repeat(long / 16)],
    ['keys', `{${Array.from({ length: long / 16 }, (_, i) => `'k${i}': True,`).join('')}`],
  ])('is done with much of %s in time proportional to its length', (_, text) => {
    expect(parseNpyDictionary(text)).toBeUndefined()
  })
})
