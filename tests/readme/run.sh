#!/bin/bash
# Runs the commands of README.md as a reader would: each line that begins with
# "$ handbill", in order, in one new empty folder.
#
#   tests/readme/run.sh [BINARY [README]]
#
# BINARY is target/release/handbill if not given. A line must exit with 0, or
# says at its end what else:
#   $ handbill status              # exits 8
#   $ handbill channel check x     # not run: needs an account
# A line that ends with \ goes on in the next. Other comments are the reader's.
# Times in README.md must not grow old: "tomorrow 09:00", not a date.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
binary=${1:-${CARGO_TARGET_DIR:-$root/target}/release/handbill}
readme=${2:-$root/README.md}
# The longest that one command may take.
limit=${HANDBILL_README_LIMIT:-120}

if [ ! -f "$readme" ]; then
    echo "skipped: $readme is not there"
    exit 0
fi
if [ ! -x "$binary" ]; then
    echo "$binary is not there: build it first (cargo build --release)" >&2
    exit 1
fi
binary=$(realpath "$binary")

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
mkdir "$tmp/bin" "$tmp/home" "$tmp/work"
ln -s "$binary" "$tmp/bin/handbill"

# Runs one line as a reader's shell would, but with nobody at the keyboard and
# without the settings of whoever runs this.
as_reader() {
    env -i PATH="$tmp/bin:/usr/local/bin:/usr/bin:/bin" HOME="$tmp/home" USER=reader LOGNAME=reader \
        LANG=C.UTF-8 TERM=dumb NO_COLOR=1 COLUMNS=100 \
        timeout --kill-after=10 "$limit" bash -o pipefail -c "cd '$tmp/work' && $1" </dev/null >"$tmp/output" 2>&1
}

count=0
failures=0
skipped=0
number=0
line=
while IFS= read -r text || [ -n "$text" ]; do
    number=$((number + 1))
    text=${text%$'\r'}
    if [ -n "$line" ]; then
        line+=$text
    elif [[ $text =~ ^[[:space:]]*\$\ (handbill([[:space:]].*)?)$ ]]; then
        line=${BASH_REMATCH[1]}
    else
        continue
    fi
    if [[ $line == *\\ ]]; then
        line=${line%\\}
        continue
    fi
    command=$line
    line=

    if [[ $command =~ \#[[:space:]]*not\ run(.*)$ ]]; then
        skipped=$((skipped + 1))
        echo "not run${BASH_REMATCH[1]}: ${command%%#*}"
        continue
    fi
    expected=0
    if [[ $command =~ \#[[:space:]]*exits[[:space:]]+([0-9]+) ]]; then
        expected=${BASH_REMATCH[1]}
    fi

    count=$((count + 1))
    code=0
    as_reader "$command" || code=$?
    if [ "$code" -eq "$expected" ]; then
        continue
    fi
    failures=$((failures + 1))
    {
        echo "README.md:$number: $command"
        if [ "$code" -eq 124 ] || [ "$code" -eq 137 ]; then
            echo "  did not end within $limit s"
        else
            echo "  exits $code, not $expected"
        fi
        sed 's/^/  | /' "$tmp/output"
    } >&2
done <"$readme"

if [ $((count + skipped)) -eq 0 ]; then
    echo 'README.md has no line that begins with "$ handbill"' >&2
    exit 1
fi
echo "README.md: $count commands run, $failures failed, $skipped not run"
[ "$failures" -eq 0 ]
