# One process of Chatsite; compose.yaml puts two of them behind nginx.
FROM python:3.12-slim

RUN useradd --create-home --uid 10001 chatsite && install -d -o chatsite /data
WORKDIR /chatsite
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes --requirement requirements.lock
COPY manage.py pyproject.toml README.md CHANGELOG.md SECURITY.md ./
COPY chatsite chatsite
COPY conversations conversations
COPY streaming streaming
COPY templates templates
COPY static static
COPY docs docs

USER chatsite
ENV HOST=0.0.0.0 PORT=8000 DATA_DIR=/data PYTHONUNBUFFERED=1
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
CMD ["python", "manage.py", "serve"]
