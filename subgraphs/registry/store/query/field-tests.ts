import { someAt } from '../values/paths.js'
import type { FieldTest, LeafTest } from './matcher.js'

/** Passes when a value at the path, or an element of an array there, passes. */
export function anyValue(test: LeafTest): FieldTest {
  const spread = (leaf: unknown) => test(leaf) || (Array.isArray(leaf) && leaf.some(test))
  return { at: (value, path) => someAt(value, path, spread), alone: test }
}

/** Passes when a value at the path passes, arrays taken as a whole. */
export function wholeValue(test: LeafTest): FieldTest {
  return { at: (value, path) => someAt(value, path, test), alone: test }
}

export function not(test: FieldTest): FieldTest {
  return { at: (value, path) => !test.at(value, path), alone: (value) => !test.alone(value) }
}

export function every(tests: FieldTest[]): FieldTest {
  if (tests.length === 1) return tests[0]!
  return {
    at: (value, path) => tests.every((test) => test.at(value, path)),
    alone: (value) => tests.every((test) => test.alone(value)),
  }
}
