#!/bin/sh
# Puts Node and the hosts into the folder $1. What cannot be had is named and left out; its tests are skipped.
set -u
folder=$1
have() {
  [ -f "$folder/$1/.ready-$3" ] && return 0
  echo "Installing $2@$3 into $folder/$1 (once)"
  mkdir -p "$folder/$1" && (
    cd "$folder/$1" && echo '{"private": true}' >package.json &&
      npm install --no-audit --no-fund --loglevel=error "$2@$3" >install.log 2>&1
  ) && touch "$folder/$1/.ready-$3" && return 0
  echo "Left out: $2@$3 could not be installed (see $folder/$1/install.log)"
  return 1
}
command -v npm >/dev/null || { echo "Left out: npm is not there, so no host can be installed"; exit 0; }
have node node 24 || exit 0
PATH=$(cd "$folder" && pwd)/node/node_modules/.bin:$PATH
have openclaw openclaw 2026.9.6
have claude @anthropic-ai/claude-code 2.1.330
have inspector @modelcontextprotocol/inspector 2.12.0
exit 0
