# Image of the client commands: those of ./hejin that ask a scheduler or work on files. A file of its
# own, because builders without BuildKit go through all stages of a file up to the one that is wanted.
ARG JRE=eclipse-temurin:25-jre
FROM ${JRE}
ARG VERSION=dev
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Hejin client" \
      org.opencontainers.image.description="Commands for those who deploy models and look after nodes" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
WORKDIR /hejin
COPY deploy/images/bin/hejin bin/
COPY deploy/local/target/lib/ lib/
COPY deploy/local/target/*.jar lib/
ENV PATH=/hejin/bin:$PATH
USER 10001:10001
ENTRYPOINT ["hejin"]
CMD ["--help"]
