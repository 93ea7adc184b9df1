// The health check of every container: the process inside answers. Whether the graph is whole is /health/ready.
const { ok } = await fetch(`http://127.0.0.1:${process.env.PORT}/health/live`)
process.exit(ok ? 0 : 1)
