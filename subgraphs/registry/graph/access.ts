import { Directive } from 'type-graphql'

/** Who may ask; enforced by the gateway before anything is fetched. */
type Access = MethodDecorator & ClassDecorator & PropertyDecorator

export const CatalogueRead = (): Access => Directive('@requiresScopes(scopes: [["catalogue:read"]])') as Access

export const AdminOnly = (): Access => Directive('@requiresScopes(scopes: [["admin"]])') as Access

/** Who may read what was asked and answered. */
export const PredictionsRead = (): Access => Directive('@requiresScopes(scopes: [["predictions:read"]])') as Access

/** Who may read how versions did, without seeing single predictions. */
export const OutcomesRead = (): Access =>
  Directive('@requiresScopes(scopes: [["catalogue:read"], ["predictions:read"]])') as Access

/** Anybody who may publish for some team; for which, the registry itself checks. */
export const PublisherOnly = (): Access => Directive('@policy(policies: [["publisher"]])') as Access

/** Any client; whose application it is, the registry itself checks. */
export const Authenticated = (): Access => Directive('@authenticated') as Access
