# Two stages: wheels are installed from the lock file in the first, only the environment reaches the second.
FROM python:3.13-slim-bookworm AS build
WORKDIR /src
COPY requirements.lock ./
RUN python -m venv /opt/widerhall \
 && /opt/widerhall/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements.lock
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY monitor monitor
COPY store store
COPY config config
RUN /opt/widerhall/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.13-slim-bookworm
RUN groupadd --gid 10001 widerhall \
 && useradd --uid 10001 --gid widerhall --no-create-home --home-dir /data widerhall \
 && install -d -o widerhall -g widerhall /data
COPY --from=build /opt/widerhall /opt/widerhall
ENV PATH=/opt/widerhall/bin:$PATH PYTHONUNBUFFERED=1 WIDERHALL_DATA_DIR=/data
USER widerhall
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=60s --timeout=10s --start-period=60s CMD ["widerhall", "status", "--healthy"]
CMD ["widerhall", "run"]
