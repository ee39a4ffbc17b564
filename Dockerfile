# newscrawler in a container: docker build -t newscrawler .  docs/service.md says what runs and how.
FROM python:3.13-slim AS build
WORKDIR /build
COPY constraints.txt pyproject.toml README.md LICENSE NOTICE ./
COPY docs docs
COPY newscrawler newscrawler
# wheels alone: a package that has none for this platform is an error here, and no compiler is wanted
RUN python -m venv /opt/build \
    && /opt/build/bin/pip install --no-cache-dir --only-binary=:all: -c constraints.txt hatchling \
    && /opt/build/bin/pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /wheels .
RUN python -m venv /opt/newscrawler \
    && /opt/newscrawler/bin/pip install --no-cache-dir --only-binary=:all: -c constraints.txt "$(echo /wheels/newscrawler-*.whl)[redis,s3]"

FROM python:3.13-slim
COPY --from=build /opt/newscrawler /opt/newscrawler
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /data newscrawler \
    && install -d -o newscrawler -g newscrawler /data
ENV PATH=/opt/newscrawler/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
# by number: Kubernetes cannot tell from a name that it is not root
USER 10001:10001
# newscrawler.toml, catalogues and the folder archive/ lie here
WORKDIR /data
VOLUME /data
EXPOSE 8001 9464
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=60s --timeout=20s --start-period=120s --retries=3 CMD ["newscrawler", "watch", "--ping"]
ENTRYPOINT ["newscrawler"]
CMD ["watch", "--wait"]
