# Two stages: wheels are installed from the lock file, by hash, in the first; only the environment reaches the second.
# To pin the base as well: --build-arg PYTHON=python:3.13-slim-bookworm@sha256:… (docs/server.md says how to find it)
ARG PYTHON=python:3.13-slim-bookworm

FROM ${PYTHON} AS build
WORKDIR /src
ENV PYTHONDONTWRITEBYTECODE=1
COPY requirements.lock ./
RUN python -m venv /opt/widerhall \
 && /opt/widerhall/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements.lock
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY scripts/long_description.py scripts/
COPY monitor monitor
COPY store store
COPY config config
RUN /opt/widerhall/bin/pip install --no-cache-dir --no-deps --no-build-isolation . \
 && /opt/widerhall/bin/python -m compileall -q /opt/widerhall/lib

FROM ${PYTHON}
RUN groupadd --gid 10001 widerhall \
 && useradd --uid 10001 --gid widerhall --no-create-home --home-dir /data widerhall \
 && install -d -o widerhall -g widerhall /data
COPY --from=build /opt/widerhall /opt/widerhall
COPY scripts/healthy.py /opt/widerhall/bin/healthy
ENV PATH=/opt/widerhall/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 WIDERHALL_DATA_DIR=/data
USER widerhall
VOLUME /data
EXPOSE 8787
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 CMD ["python", "/opt/widerhall/bin/healthy"]
CMD ["widerhall", "run"]
