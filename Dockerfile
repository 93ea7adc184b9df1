# One image, a target per process: docker build --target gateway .
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --include=dev
COPY tsconfig.json ./
COPY shared shared
COPY gateway gateway
COPY subgraphs subgraphs
COPY cli cli
COPY deploy deploy
COPY bench bench
COPY test test
COPY vitest.config.ts ./
RUN node node_modules/typescript/bin/tsc -p tsconfig.json && npm prune --omit=dev
# onnxruntime-node brings its library for every platform; only this one is loaded.
RUN cd node_modules/onnxruntime-node/bin && find . -mindepth 3 -maxdepth 3 -type d \
      -not -path "./*/linux/$(node -p process.arch)" -exec rm -rf {} +

FROM node:24-bookworm-slim AS runtime
ENV NODE_ENV=production HOST=0.0.0.0 MODELGRAPH_DATA=/data NODE_OPTIONS=--max-semi-space-size=32
WORKDIR /app
RUN install -d -o node -g node -m 700 /data /mesh /keys
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json ./
COPY deploy/container deploy/container
COPY schema schema
COPY subgraphs subgraphs
USER node
VOLUME /data
HEALTHCHECK --interval=2s --timeout=2s --start-period=60s --retries=5 CMD ["node", "deploy/container/health.mjs"]

FROM runtime AS registry
ENV PORT=4001
EXPOSE 4001
CMD ["node", "dist/subgraphs/registry/main.js"]

FROM runtime AS patients
ENV PORT=4002
EXPOSE 4002
CMD ["node", "dist/subgraphs/patients/main.js"]

FROM runtime AS diagnostics
ENV PORT=4003
EXPOSE 4003
CMD ["node", "dist/subgraphs/diagnostics/main.js"]

FROM runtime AS vision
ENV PORT=4004
EXPOSE 4004
CMD ["node", "dist/subgraphs/vision/main.js"]

FROM runtime AS fraud
ENV PORT=4005
EXPOSE 4005
CMD ["node", "dist/subgraphs/fraud/main.js"]

FROM runtime AS gateway
ENV PORT=4000
EXPOSE 4000
CMD ["node", "dist/gateway/main.js"]

# Makes the secret of the mesh and the development keys, once.
FROM runtime AS secrets
HEALTHCHECK NONE
CMD ["node", "dist/deploy/container/secrets.js"]

# Publishes the reference teams to a gateway that runs, once.
FROM runtime AS publish
HEALTHCHECK NONE
CMD ["node", "dist/deploy/container/publish.js"]
