# What the portal's pages load in the browser, as the lock pins it. Only what is served goes on.
FROM node:22-slim AS assets
WORKDIR /assets
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts
COPY services/portal/web/styles ./services/portal/web/styles
RUN npm run build

# One image for every service; the command decides which one a container is.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONPATH=/app \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_ROOT_USER_ACTION=ignore

RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin waybill
WORKDIR /app

# Before the code, so that a changed line of ours doesn't install everything again.
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock

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
    && python -m compileall -q shared ops services waybill_client

# By number: an orchestrator can tell that it isn't root without reading the image's user list.
USER 10001
CMD ["waybill", "--help"]
