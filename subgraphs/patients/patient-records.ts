import DataLoader from 'dataloader'
import type { Patient } from './patient.js'

/** Patients in the order of their records. */
export class PatientRecords {
  readonly #patients: readonly Patient[]
  readonly #places: ReadonlyMap<string, number>
  readonly #loaders = new WeakMap<object, DataLoader<string, Patient | null>>()

  constructor(patients: readonly Patient[]) {
    this.#patients = patients
    this.#places = new Map(patients.map(({ id }, place) => [id, place]))
  }

  get count(): number {
    return this.#patients.length
  }

  find(id: string): Patient | null {
    return this.#patients[this.#places.get(id) ?? -1] ?? null
  }

  /** References of one request (its context) are looked up together, each id once. */
  load(id: string, context: object): Promise<Patient | null> {
    const known = this.#loaders.get(context)
    const loader = known ?? new DataLoader(async (ids: readonly string[]) => this.findMany(ids))
    if (!known) this.#loaders.set(context, loader)
    return loader.load(id)
  }

  /** In the order asked; null where there is none. */
  findMany(ids: readonly string[]): (Patient | null)[] {
    return ids.map((id) => this.find(id))
  }

  /** At most `count` patients that follow the one with this id, or the first ones; undefined if there is no such id. */
  following(id: string | undefined, count: number): readonly Patient[] | undefined {
    if (id === undefined) return this.#patients.slice(0, count)
    const place = this.#places.get(id)
    return place === undefined ? undefined : this.#patients.slice(place + 1, place + 1 + count)
  }
}
