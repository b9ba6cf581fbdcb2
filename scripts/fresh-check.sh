#!/bin/sh
# A newcomer's machine in a folder: a minimal Debian, a clone of HEAD, then both commands of the
# README, each timed. Needs root, debootstrap, and rustup's toolchain on this machine, which is lent
# to the folder read-only (a newcomer installs it with the one command that setup prints).
#
# The machine's certificates are lent too: behind a company's proxy they are the ones that hold.
#
#   FRESH_DIR=/var/tmp/tenor-fresh  where; removed first
#   FRESH_RESUME=1                  go on in the folder of a check that stopped, with HEAD as it is now
#   FRESH_SUITE=bookworm            which Debian
set -eu
. "$(dirname -- "$0")/lib.sh"

FRESH=${FRESH_DIR:-/var/tmp/tenor-fresh}
SUITE=${FRESH_SUITE:-bookworm}
# The mirrors that this machine itself uses.
sites() { apt-get indextargets --format '$(SITE)' | sort -u | sed 's,/$,,'; }
MIRROR=${FRESH_MIRROR:-$(sites | grep -v security | head -n 1)}
SECURITY=${FRESH_SECURITY:-$(sites | grep security | head -n 1)}
[ -n "$MIRROR" ] && [ -n "$SECURITY" ] ||
    fail "no Debian mirrors found here. Name them: FRESH_MIRROR=… FRESH_SECURITY=… make fresh-check"

[ "$(id -u)" = 0 ] || fail "fresh-check needs root, for debootstrap and chroot"
have debootstrap || fail "debootstrap is missing. Run:  apt-get install -y debootstrap"
have cargo || fail "cargo is missing; its toolchain is lent to the fresh system"

toolchain=$(dirname "$(dirname "$(rustup which cargo 2>/dev/null || command -v cargo)")")

unmount() {
    for place in opt/rust proc dev; do
        mountpoint -q "$FRESH/$place" && umount --lazy "$FRESH/$place"
    done
    return 0
}
trap unmount EXIT
unmount

timed() {
    what=$1
    shift
    started=$(date +%s)
    "$@"
    say "fresh-check: $what took $(($(date +%s) - started)) s"
}

inside() {
    chroot "$FRESH" env -i HOME=/root PATH=/opt/rust/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        DEBIAN_FRONTEND=noninteractive CARGO_HTTP_CAINFO=/etc/ssl/lent.crt sh -ec "$1"
}

system() {
    rm -rf --one-file-system "$FRESH"
    timed "debootstrap" debootstrap --variant=minbase --include=ca-certificates,make "$SUITE" "$FRESH" "$MIRROR" >/dev/null
    printf 'deb %s %s main\ndeb %s %s-security main\n' "$MIRROR" "$SUITE" "$SECURITY" "$SUITE" \
        >"$FRESH/etc/apt/sources.list"
    cp /etc/resolv.conf "$FRESH/etc/resolv.conf"
    cp "${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}" "$FRESH/etc/ssl/lent.crt"
    git clone --quiet "$ROOT" "$FRESH/root/tenor"
}

# The folder of a check that stopped: its clone follows HEAD, what was built stays.
resume() {
    [ -d "$FRESH/root/tenor" ] || fail "nothing to resume in $FRESH; run without FRESH_RESUME"
    git -C "$FRESH/root/tenor" pull --quiet --ff-only
}

case ${FRESH_RESUME:-} in
'') system ;;
*) resume ;;
esac

mkdir -p "$FRESH/opt/rust"
mount --bind "$toolchain" "$FRESH/opt/rust"
mount -o remount,ro,bind "$FRESH/opt/rust"
mount -t proc proc "$FRESH/proc"
mount --bind /dev "$FRESH/dev"
timed "make demo, first run" inside 'cd /root/tenor && make demo'
timed "make demo, second run" inside 'cd /root/tenor && make demo'
timed "make test" inside 'cd /root/tenor && make test'
