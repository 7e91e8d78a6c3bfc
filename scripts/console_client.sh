#!/usr/bin/env bash
# Writes the types of the console's client from the OpenAPI document that the server would serve.
set -euo pipefail
cd "$(dirname "$0")/.."
.venv/bin/python scripts/openapi_document.py > console/openapi.json
cd console
npm run --silent client
