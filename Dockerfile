# The service in a container: not root, and nothing of it is written but /data.
# Build: docker build -t recsys-rag .   Run: docker compose up
FROM python:3.11-slim AS build
WORKDIR /src
RUN python -m venv /opt/recsys-rag
COPY pyproject.toml README.md LICENSE constraints.txt ./
COPY src src
RUN /opt/recsys-rag/bin/pip install --no-cache-dir --only-binary :all: --no-binary recsys-rag \
    --constraint constraints.txt ".[serve,postgres]"

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /data --create-home recsys
COPY --from=build /opt/recsys-rag /opt/recsys-rag
ENV PATH=/opt/recsys-rag/bin:$PATH RECSYS_RAG_HOME=/data PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=300s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
ENTRYPOINT ["recsys-rag"]
CMD ["serve", "--host", "0.0.0.0"]
