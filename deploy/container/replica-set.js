// Run by mongosh as the health check of MongoDB: makes the replica set of one node the first time, and is content only
// when the node takes writes.
try {
  rs.status()
} catch (error) {
  if (error.codeName !== 'NotYetInitialized') throw error
  rs.initiate({ _id: 'modelgraph', members: [{ _id: 0, host: 'mongodb:27017' }] })
}
if (!db.hello().isWritablePrimary) quit(1)
