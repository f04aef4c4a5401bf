# One image for web, worker, timetable, inbound and catcher; compose.yaml says which it is.
FROM python:3.13-slim

ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore PYTHONUNBUFFERED=1
WORKDIR /srv/trygghet

# The packages first: they change seldom, and their layer is kept until the lock file changes.
COPY requirements.lock ./
RUN pip install --require-hashes --no-deps --requirement requirements.lock

COPY pyproject.toml README.md ./
COPY src src
COPY workers workers
COPY templates templates
COPY static static
COPY migrations migrations
RUN pip install --no-deps --no-build-isolation --editable . && python -m compileall -q src workers

# Nobody in particular, who owns nothing but the folder for what the example catches.
RUN useradd --system --uid 10001 --no-create-home trygghet && install -d -o trygghet -g trygghet /var/lib/trygghet
USER trygghet
VOLUME /var/lib/trygghet
EXPOSE 8000
CMD ["uvicorn", "--factory", "trygghet.app:create_app", "--host", "0.0.0.0", "--port", "8000", "--no-access-log", "--timeout-graceful-shutdown", "5"]
