#!/usr/bin/env bash
# What the browser tests need beside Python: a Chromium, the one that is there or Debian's through apt-get, and axe-core
# through npm. Where one can't be had its tests are skipped, saying so; in CI nothing is skipped.
set -u
cd "$(dirname "$0")/.."
missing=0

have_chromium() { command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; }

if ! have_chromium && command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    echo "installing Debian's chromium for the browser tests"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null
fi
if ! have_chromium; then
    echo "no chromium here, and no right to install it with apt-get: the browser tests will be skipped" >&2
    missing=1
fi

if [ ! -e tests/interfaces/web/node_modules/axe-core ]; then
    if ! npm ci --prefix tests/interfaces/web --ignore-scripts --no-audit --no-fund --silent; then
        echo "no npm here, or no axe-core from it: the tests of accessibility will be skipped" >&2
        missing=1
    fi
fi

[ -z "${CI:-}" ] || [ "$missing" = 0 ]
