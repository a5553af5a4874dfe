# docs/deployment.md, Images, says how to build it reproducibly. Bases by digest are given there: a
# digest can only be chosen where the registry can be asked.
ARG NODE_IMAGE=node:22-slim
ARG PYTHON_IMAGE=python:3.11-slim

# What the portal's pages load in the browser, as the lock pins it. Only what is served goes on.
FROM ${NODE_IMAGE} AS assets
WORKDIR /assets
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts
COPY services/portal/web/styles ./services/portal/web/styles
RUN npm run build

# One image for every service; the command decides which one a container is.
FROM ${PYTHON_IMAGE}

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONPATH=/app \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_ROOT_USER_ACTION=ignore

# The account's date is that of its last change of password, and the copies have it too.
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin waybill \
    && chage --lastday 1 waybill \
    && rm -f /etc/passwd- /etc/group- /etc/shadow- /etc/gshadow- /etc/subuid- /etc/subgid-
WORKDIR /app

# Before the code, so that a changed line of ours doesn't install everything again.
COPY requirements.lock ./
# Bytecode is checked by nothing at run time, neither by time nor by content: times differ between
# builds, and the file system can't be written. Sets in bytecode have the order of their hashes.
RUN pip install --no-cache-dir --no-compile --require-hashes -r requirements.lock \
    && PYTHONHASHSEED=0 python -m compileall -q --invalidation-mode unchecked-hash \
        "$(python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"

COPY shared ./shared
COPY ops ./ops
COPY services ./services
COPY client/waybill_client ./waybill_client
COPY config ./config
COPY --from=assets /assets/node_modules/.built ./node_modules/.built
COPY --from=assets /assets/node_modules/htmx.org/dist/htmx.min.js ./node_modules/htmx.org/dist/
COPY --from=assets /assets/node_modules/@tabler/icons/icons/outline ./node_modules/@tabler/icons/icons/outline
# The code runs from /app as it stands, without a build step of its own; so the command is made
# here, and the bytecode too, because the user below may write nothing.
RUN printf '#!/usr/bin/env python\nimport sys\n\nfrom ops.cli.main import main\n\nsys.exit(main())\n' \
        >/usr/local/bin/waybill \
    && chmod 755 /usr/local/bin/waybill \
    && PYTHONHASHSEED=0 python -m compileall -q --invalidation-mode unchecked-hash \
        shared ops services waybill_client

# Last, since they change with every commit.
ARG VERSION=dev
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Waybill" \
      org.opencontainers.image.description="Order management as message-driven microservices" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"

# By number: an orchestrator can tell that it isn't root without reading the image's user list.
USER 10001
CMD ["waybill", "--help"]
