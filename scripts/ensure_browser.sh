#!/usr/bin/env bash
# Make sure there is a Chromium for the browser tests: the one that is there, or Debian's through apt-get.
set -u

if command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; then
    exit 0
fi

if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    echo "installing Debian's chromium for the browser tests"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null && exit 0
fi

echo "no chromium here, and no right to install it with apt-get: the browser tests will be skipped" >&2
[ -z "${CI:-}" ]  # in CI nothing is skipped
