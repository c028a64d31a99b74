#!/bin/sh
# Installs Holdfast from this folder on a Linux with glibc 2.28 or newer. Nothing is fetched. Run it again from a newer bundle to upgrade.
#   sudo ./install.sh            checks the files, then installs
#   sudo ./install.sh --check    only checks them
set -eu
here=$(cd "$(dirname "$0")" && pwd)
#MACHINE#

fail() { echo "holdfast: $*" >&2; exit 1; }

(cd "$here" && sha256sum --check --quiet --strict FILES.sha256) || fail "files of this bundle are damaged or missing; nothing was changed"
[ "${1:-}" != --check ] || { echo "holdfast: all files are as they were packed"; exit 0; }

[ "$(id -u)" = 0 ] || fail "root is needed: sudo ./install.sh"
machine=$(uname -m)
[ "$machine" = "@UNAME@" ] || fail "this bundle is for @UNAME@, and the machine is $machine"
for tool in setpriv useradd groupadd getent install shred; do
  command -v "$tool" >/dev/null || fail "the program $tool is missing (packages util-linux, shadow, coreutils)"
done
if command -v dpkg-query >/dev/null && [ "$(dpkg-query -W -f '${db:Status-Abbrev}' holdfast 2>/dev/null | cut -c2)" = i ]; then
  fail "the Debian package is installed here: upgrade it by dpkg, or remove it first (the data stay)"
fi
"$here/root/usr/lib/holdfast/bin/node" --version >/dev/null || fail "the runtime does not start here: it needs glibc 2.28 and libstdc++ 6"
if [ ! -e /var/lib/holdfast/keys.json ]; then
  # Told, and not in the way: "holdfast setup" stops at what is an error here.
  NODE_DISABLE_COMPILE_CACHE=1 "$here/root/usr/lib/holdfast/bin/node" "$here/root/usr/lib/holdfast/appliance/main.ts" \
    preflight --data /var/lib/holdfast || true
fi

stop_service upgrade
# Before the old files go: what is new may not be there in half.
list=/usr/lib/holdfast/installed-files
[ ! -e "$list" ] || (cd / && xargs -r -d '\n' rm -f -- <"$list")
rm -rf /usr/lib/holdfast
umask 022
mkdir -p /usr/lib/holdfast
(cd "$here/root" && find usr \( -type f -o -type l \) | LC_ALL=C sort) >"$list"
tar -C "$here/root" -cf - --no-recursion --verbatim-files-from -T "$list" | tar -C / -xf - --no-same-owner
[ -e /etc/holdfast/holdfast.json ] || install -D -m 0640 "$here/root/etc/holdfast/holdfast.json" /etc/holdfast/holdfast.json
install -m 0755 "$here/uninstall.sh" /usr/lib/holdfast/uninstall.sh

make_user
make_folders
start_again
say_what_is_next
