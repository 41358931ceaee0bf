#!/bin/bash
# Checks systemd/handbill.service: systemd can read it, it is hardened, and the
# words on its command line are the program's.
#
#   tests/systemd/check.sh [BINARY]
#
# BINARY: a built handbill, whose --help must know every flag and command of
# ExecStart; without it that part is skipped.
set -euo pipefail

# Times ten: 1.5. Anything above it is a gap in the hardening.
readonly EXPOSURE_MAX=15

here=$(cd "$(dirname "$0")" && pwd)
unit=$here/../../systemd/handbill.service
binary=${1:-}

fail() {
    echo "systemd/handbill.service: $1" >&2
    exit 1
}

# The value of a setting in the unit; the last one counts.
setting() {
    sed -n "s/^$1=//p" "$unit" | tail -n 1
}

[ -f "$unit" ] || fail "the file is missing"
exec_start=$(setting ExecStart)

# The words of the command line, looked up in the program's own help.
if [ -z "$binary" ]; then
    echo "skipped: the flags of ExecStart, as no binary was named"
else
    [ -x "$binary" ] || fail "$binary is not a program"
    help=$("$binary" --help) || fail "$binary --help failed"
    read -ra words <<<"$exec_start"
    for word in "${words[@]:1}"; do
        case $word in
        --*) word=${word%%=*} ;;
        */*) continue ;;
        esac
        # As a word of its own: --config is not found in --config-folder.
        grep -qE -- "(^|[[:space:],])$word([[:space:]=,[<]|\$)" <<<"$help" ||
            fail "ExecStart uses $word, which $(basename "$binary") --help does not know"
    done
    echo "ExecStart: the program's help knows its words"
fi

# What the program counts on: it gives calls under way 25 s, and feeds the watchdog.
stop=$(setting TimeoutStopSec)
case $stop in
'' | *[!0-9]*) fail "TimeoutStopSec must be a plain number of seconds, it is '$stop'" ;;
esac
[ "$stop" -gt 25 ] || fail "TimeoutStopSec=$stop cuts off calls under way, which get 25 s"
[[ $(setting Type) == notify* ]] || fail "Type must be notify: the daemon says when it is ready"
[ -n "$(setting WatchdogSec)" ] || fail "WatchdogSec is missing"
[ "$(setting DynamicUser)" != yes ] || fail "DynamicUser hides the database's owner from staff's commands"
case $exec_start in
*"sqlite:/var/lib/$(setting StateDirectory)/"*) ;;
*) fail "the database of ExecStart is not in StateDirectory" ;;
esac

if ! command -v systemd-analyze >/dev/null 2>&1; then
    echo "skipped: systemd-analyze is not installed"
    exit 0
fi

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# The program need not be installed for this, so a copy starts something that is there.
# Every word after it stays.
sed -E "s|^(ExecStart=)[^ ]+|\1$(command -v true)|" "$unit" >"$tmp/handbill.service"
if ! systemd-analyze verify --man=no --recursive-errors=no "$tmp/handbill.service" >"$tmp/verify" 2>&1; then
    cat "$tmp/verify" >&2
    fail "systemd-analyze verify found fault"
fi
# Older versions only warn of a key that they do not know.
if grep -F handbill.service: "$tmp/verify" >&2; then
    fail "systemd-analyze verify warns"
fi
echo "systemd-analyze verify: nothing found"

if ! systemd-analyze security --no-pager --offline=true --threshold=$EXPOSURE_MAX "$unit" >"$tmp/security" 2>&1; then
    cat "$tmp/security" >&2
    fail "its exposure must be at most 1.5, or systemd-analyze cannot read it"
fi
grep -F 'exposure level' "$tmp/security"
