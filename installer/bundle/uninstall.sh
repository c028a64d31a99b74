#!/bin/sh
# Takes Holdfast away again where the bundle installed it. The data stay, unless their end is confirmed.
#   sudo /usr/lib/holdfast/uninstall.sh
#   sudo HOLDFAST_PURGE=destroy-keys /usr/lib/holdfast/uninstall.sh --purge
set -eu
#MACHINE#

fail() { echo "holdfast: $*" >&2; exit 1; }
[ "$(id -u)" = 0 ] || fail "root is needed"
list=/usr/lib/holdfast/installed-files
[ -e "$list" ] || fail "the bundle did not install anything here"
purge=no
if [ "${1:-}" = --purge ]; then
  purge=yes
  if [ -e "$data/keys.json" ] && [ "${HOLDFAST_PURGE:-}" != destroy-keys ]; then
    fail "purging destroys the keys and with them all data of the node. Confirm it: HOLDFAST_PURGE=destroy-keys $0 --purge"
  fi
fi

stop_service
if manager_runs; then systemctl --quiet disable holdfast.service holdfast.socket || true; fi
cd /
folders=$(sed 's|/[^/]*$||' "$list" | LC_ALL=C sort -ru | grep -v '^usr/lib/holdfast')
xargs -r -d '\n' rm -f -- <"$list"
rm -rf /usr/lib/holdfast
# Folders that nobody else has anything in.
for folder in $folders; do rmdir -p --ignore-fail-on-non-empty "$folder" 2>/dev/null || true; done
if manager_runs; then systemctl daemon-reload; fi
if [ "$purge" = yes ]; then destroy_everything; else say_what_is_kept; fi
