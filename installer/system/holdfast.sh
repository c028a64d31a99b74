#!/bin/sh
# The command of an installed node. About this machine's node (no --data, no HOLDFAST_HOME) it runs as the node's own user, so that no file
# of the node ends up belonging to root.
set -eu
node=/usr/lib/holdfast/bin/node
main=/usr/lib/holdfast/appliance/main.ts
export NODE_ENV=production

elsewhere=${HOLDFAST_HOME:-}
configures=
for word in "$@"; do
  case $word in
    --data | --data=*) elsewhere=yes ;;
    setup) configures=yes ;;
  esac
done

if [ -z "$elsewhere" ]; then
  export HOLDFAST_HOME=/var/lib/holdfast
  if [ "$(id -u)" = 0 ]; then
    export HOME=/var/lib/holdfast NODE_COMPILE_CACHE=/var/cache/holdfast
    umask 077
    if [ -n "$configures" ]; then
      # It writes the configuration, which is root's before and after.
      config=/etc/holdfast/holdfast.json
      trap 'chown root:holdfast "$config"; chmod 0640 "$config"' EXIT
      trap : INT TERM
      chown holdfast "$config"
      setpriv --reuid=holdfast --regid=holdfast --init-groups --no-new-privs -- "$node" "$main" "$@"
      exit
    fi
    exec setpriv --reuid=holdfast --regid=holdfast --init-groups --no-new-privs -- "$node" "$main" "$@"
  fi
fi
exec "$node" "$main" "$@"
