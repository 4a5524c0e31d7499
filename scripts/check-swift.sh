#!/bin/sh
# Compiles schemas/swift with Swift 6 and lets it read and write every recorded frame.
#
# Swift comes from a Debian trixie root that is made once, in a folder outside of the checkout, and used again after
# that. The compiler runs in it without a network. Needs Debian or Ubuntu and root, or sudo without a password.
#
#   scripts/check-swift.sh [--fresh]     --fresh makes the root anew
#   CLAWDIA_SWIFT_ROOT                   where the root lies; by default a folder of its own in the temporary folder
set -eu

suite=trixie
packages=swiftlang,libc6-dev,libstdc++-14-dev,binutils
checkout=$(cd "$(dirname "$0")/.." && pwd)
root=${CLAWDIA_SWIFT_ROOT:-${TMPDIR:-/tmp}/clawdia-swift-root}
log=$root.log
# Only what carries this mark is ever removed.
mark=.made-by-clawdia

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

fail() {
  echo "check-swift: FAILED: $1"
  exit 1
}

# The archive that this machine itself installs from.
mirror() {
  codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
  apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
    awk -v release="$codename" '$2 == release && $3 == "main" { print $1; exit }'
}

make_root() {
  command -v mmdebstrap >/dev/null || as_root env DEBIAN_FRONTEND=noninteractive sh -c \
    'apt-get update -qq && apt-get install -y -qq mmdebstrap' >"$log" 2>&1 ||
    fail "mmdebstrap cannot be installed; see $log"
  from=$(mirror)
  [ -n "$from" ] || fail "no archive for this machine's release in its apt configuration"
  echo "check-swift: making the $suite root in $root (some minutes, 3 GB)"
  as_root rm -rf "$root.new"
  # An archive behind a cache can be older than its own promise.
  as_root mmdebstrap --variant=minbase --include="$packages" --aptopt='Acquire::Check-Valid-Until "false"' \
    "$suite" "$root.new" "$from" >>"$log" 2>&1 || fail "the root cannot be made; see $log"
  as_root touch "$root.new/$mark"
  as_root mv "$root.new" "$root"
}

# Namespaces of its own: a /proc, which the compiler finds its libraries by, and no network.
inside() {
  as_root unshare --fork --pid --mount --net --mount-proc="$root/proc" chroot "$root" \
    env -i HOME=/tmp LANG=C.UTF-8 PATH=/usr/libexec/swift/bin:/usr/bin:/bin "$@"
}

[ "${1:-}" = --fresh ] && [ -e "$root/$mark" ] && as_root rm -rf "$root"
[ -e "$root/$mark" ] || [ ! -e "$root" ] || fail "$root is something else; name another in CLAWDIA_SWIFT_ROOT"
[ -e "$root/$mark" ] || make_root

work=$root/srv/clawdia
as_root rm -rf "$work/swift" "$work/wire"
as_root mkdir -p "$work"
as_root cp -R "$checkout/schemas/swift" "$work/swift"
as_root cp -R "$checkout/test/fixtures/wire" "$work/wire"
as_root rm -rf "$work/swift/.build"

version=$(inside swiftc --version 2>/dev/null | head -n 1)
echo "check-swift: $version"
started=$(date +%s)
inside swift build --package-path /srv/clawdia/swift --disable-sandbox -Xswiftc -warnings-as-errors ||
  fail "schemas/swift does not compile"
echo "check-swift: compiled without a warning in $(($(date +%s) - started)) s"
inside /srv/clawdia/swift/.build/debug/check-fixtures /srv/clawdia/wire || fail "a frame did not survive"
echo "check-swift: passed: the package compiles with $version and every recorded frame survives"
