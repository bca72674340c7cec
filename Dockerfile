# syntax=docker/dockerfile:1
# An image that has trained: its build runs the smoke run of the commit that its label names.
#
#   docker build -t agropest --build-arg COMMIT=$(git rev-parse HEAD) .
#   docker build -t agropest:cuda --target cuda --build-arg COMMIT=$(git rev-parse HEAD) .
#   docker run --rm --gpus all --shm-size 4g -v "$PWD:/work" agropest:cuda train -p run 1 -p data bees
ARG PYTHON=3.12

FROM python:${PYTHON}-slim-bookworm AS commit
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PATH=/opt/agropest/bin:$PATH
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends git \
    && rm -rf /var/lib/apt/lists/*
ARG COMMIT
RUN --mount=type=bind,source=.git,target=/src/.git \
    git config --global --add safe.directory /src/.git \
    && head="$(git --git-dir /src/.git rev-parse HEAD)" \
    && if [ "$head" != "$COMMIT" ]; then echo "give --build-arg COMMIT=$head" >&2; exit 1; fi \
    && python -m venv /opt/agropest

# PyTorch from its own index, without CUDA
FROM commit AS slim-packages
ARG TORCH=2.14.1
ARG TORCHVISION=0.29.1
RUN pip install "torch==${TORCH}" "torchvision==${TORCHVISION}" --index-url https://download.pytorch.org/whl/cpu
ARG COMMIT
RUN --mount=type=bind,source=.git,target=/src/.git \
    pip install "git+file:///src@${COMMIT}" \
    && pip freeze > /opt/agropest/packages.txt

# PyTorch from the package index, with CUDA; RF-DETR beside Faster R-CNN
FROM commit AS cuda-packages
ARG TORCH=2.14.1
ARG TORCHVISION=0.29.1
ARG VERSION=0.1.0
RUN pip install "torch==${TORCH}" "torchvision==${TORCHVISION}"
ARG COMMIT
RUN --mount=type=bind,source=.git,target=/src/.git \
    pip install "git+file:///src@${COMMIT}" \
    && pip install "agropest[rfdetr]==${VERSION}" \
    && pip freeze > /opt/agropest/packages.txt

FROM python:${PYTHON}-slim-bookworm AS user
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
ARG PYTHON
ARG COMMIT
ARG VERSION=0.1.0
ARG TORCH=2.14.1
LABEL org.opencontainers.image.title="agropest" \
      org.opencontainers.image.source="https://github.com/agropest/agropest" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${COMMIT}" \
      agropest.python="${PYTHON}" \
      agropest.torch="${TORCH}"
# What lies in the working folder is never imported in place of the package
ENV PATH=/opt/agropest/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONSAFEPATH=1
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends git \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --create-home --uid 1000 agropest && install -d -o agropest /work
WORKDIR /work
ENTRYPOINT ["agropest"]
CMD ["--help"]

# Triton and torch.compile call a C compiler
FROM user AS cuda
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends g++ \
    && rm -rf /var/lib/apt/lists/*
ENV NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility
COPY --from=cuda-packages /opt/agropest /opt/agropest
USER 1000
RUN agropest train /tmp/run-1.ipynb -p run 1 -p out /tmp/run-1 -p track none && rm -rf /tmp/* ~/.cache && mkdir ~/.cache

FROM user AS slim
COPY --from=slim-packages /opt/agropest /opt/agropest
USER 1000
RUN agropest train /tmp/run-1.ipynb -p run 1 -p out /tmp/run-1 -p track none && rm -rf /tmp/* ~/.cache && mkdir ~/.cache
