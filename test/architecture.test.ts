import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { circleAmong } from './house/circle.js'
import {
  ARROWS,
  BANNED_WORDS,
  DOORS,
  FREE_ROOMS,
  LONGEST_FILE,
  OUTPUT_DOORS,
  RECURSIVE_FOLDERS,
  REQUEST_PATH,
  TEST_DOORS,
} from './house/rules.js'
import { filesIn, ROOT, type SourceFile, sourceFiles } from './house/source-files.js'
import {
  declaredName,
  isDefaultExport,
  isFunctionInProperty,
  isMember,
  isSwitchedTest,
  isUnexplainedCondition,
  places,
  wordsOf,
} from './house/syntax.js'

const files = sourceFiles()
const code = files.filter(({ isTest }) => !isTest)
const tests = files.filter(({ isTest }) => isTest)
const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>
}

describe('who may import whom', () => {
  it('is said of every room', () => {
    const rooms = new Set(files.map(({ path }) => roomOf(path)))
    expect([...rooms].filter((room) => !(room in ARROWS) && !FREE_ROOMS.includes(room))).toEqual([])
  })

  it('holds for every import', () => {
    const wrong = files.flatMap(({ path, imports }) =>
      imports
        .filter(({ file }) => file && !mayImport(roomOf(path), roomOf(file)))
        .map(({ file }) => `${path} → ${file}`),
    )
    expect(wrong).toEqual([])
  })

  it('never is code that imports from a test', () => {
    const parts = new Set(tests.map(({ path }) => path))
    const wrong = code.flatMap(({ path, imports }) =>
      imports.filter(({ file }) => file && parts.has(file)).map(({ file }) => `${path} → ${file}`),
    )
    expect(wrong).toEqual([])
  })

  it('is never a circle', () => {
    expect(circleAmong(files.filter(({ path }) => !RECURSIVE_FOLDERS.some((f) => path.startsWith(f))))).toEqual([])
  })
})

describe('a vendor', () => {
  it('comes in by its door only', () => {
    const wrong = files.flatMap((file) =>
      file.imports
        .filter(({ vendor }) => vendor && !isAtDoor(file, vendor))
        .map(({ vendor }) => `${file.path} → ${vendor}`),
    )
    expect(wrong).toEqual([])
  })

  it('has a door when it is a dependency', () => {
    expect(Object.keys(DOORS).sort()).toEqual(Object.keys(dependencies).sort())
  })

  it('is onnxruntime-node in one file of the product', () => {
    const product = code.filter(({ path }) => !path.startsWith('bench/'))
    const importers = product.filter(({ imports }) => imports.some(({ vendor }) => vendor === 'onnxruntime-node'))
    expect(importers.map(({ path }) => path)).toEqual(['shared/inference/session.ts'])
  })
})

describe('a source file', () => {
  it('reads the environment only when it is a config.ts', () => {
    const others = code.filter(({ path }) => !path.endsWith('/config.ts'))
    expect(places(others, (node) => isMember(node, 'process', 'env'))).toEqual([])
  })

  it('writes to the console or to standard output only at the doors', () => {
    const others = code.filter(({ path }) => !OUTPUT_DOORS.some((door) => path.startsWith(door)))
    expect(places(others, (node) => isMember(node, 'console') || isMember(node, 'process', 'stdout'))).toEqual([])
  })

  it('has a name that says something, and so has all it declares', () => {
    const named = filesIn('.', () => true).filter((path) => path.split('/').some(isBanned))
    expect([...named, ...places(files, (node) => isBanned(declaredName(node) ?? ''))]).toEqual([])
  })

  it('has no default export', () => {
    const others = files.filter(({ path }) => path !== 'vitest.config.ts')
    expect(places(others, isDefaultExport)).toEqual([])
  })

  it('of the request path writes no function into a property, where it would outlive its request', () => {
    const path = code.filter((file) => REQUEST_PATH.some((room) => file.path.startsWith(room)))
    expect(places(path, isFunctionInProperty)).toEqual([])
  })

  it(`has at most ${LONGEST_FILE} lines`, () => {
    const long = code.filter(({ text }) => text.trimEnd().split('\n').length > LONGEST_FILE)
    expect(long.map(({ path }) => path)).toEqual([])
  })
})

describe('a test', () => {
  it('is neither switched off nor preferred', () => {
    expect(places(tests, isSwitchedTest)).toEqual([])
  })

  it('that depends on a condition says on which', () => {
    expect(places(tests, isUnexplainedCondition)).toEqual([])
  })
})

/** The room a path lies in: its first folder, and for subgraphs the subgraph. */
function roomOf(path: string): string {
  return path.split('/', path.startsWith('subgraphs/') ? 2 : 1).join('/')
}

function mayImport(from: string, to: string): boolean {
  return from === to || FREE_ROOMS.includes(from) || !!ARROWS[from]?.includes(to)
}

function isAtDoor(file: SourceFile, vendor: string): boolean {
  const doors = [...(DOORS[vendor] ?? []), ...(file.isTest ? (TEST_DOORS[vendor] ?? []) : [])]
  return file.path === 'vitest.config.ts' || doors.some((door) => file.path.startsWith(door))
}

function isBanned(name: string): boolean {
  return wordsOf(name).some((word) => BANNED_WORDS.includes(word))
}
