import { z } from 'zod'

const names = z.array(z.array(z.string().min(1)).min(1)).min(1)

/** What the operator requires, by coordinate: `{"Query.patients": {"scopes": [["patient:list"]]}}`. */
export const demandsSchema = z
  .record(
    z.string().regex(/^[_A-Za-z]\w*(\.[_A-Za-z]\w*)?$/, 'expected a type, or a field such as Query.patients'),
    z.strictObject({ scopes: names.optional(), policies: names.optional() }),
  )
  .transform((given) => new Map(Object.entries(given)))
