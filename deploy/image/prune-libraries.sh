#!/bin/sh
# Removes what no service loads: libraries of other machines, types, source maps and documents.
set -eu
arch=$(node -p process.arch)
cd node_modules
find onnxruntime-node/bin -mindepth 3 -maxdepth 3 -type d ! -path "*/linux/$arch" -exec rm -r {} +
find onnxruntime-node/bin -mindepth 2 -maxdepth 2 -type d ! -name linux -exec rm -r {} +
find . -type f \( -name '*.map' -o -name '*.ts' -o -name '*.cts' -o -name '*.mts' -o -name '*.md' \) -delete
find . -type d \( -name test -o -name tests -o -name docs -o -name benchmarks -o -name .github \) -prune -exec rm -r {} +
rm -rf @millrace/testkit @millrace/ad-clicks .bin .package-lock.json node
find . -type d -empty -delete
