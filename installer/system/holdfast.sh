#!/bin/sh
# The command of an installed node. About this machine's node (no --data, no HOLDFAST_HOME) it runs as the node's own user, so that no file
# of the node ends up belonging to root.
set -eu
node=/usr/lib/holdfast/bin/node
main=/usr/lib/holdfast/appliance/main.ts
export NODE_ENV=production

elsewhere=${HOLDFAST_HOME:-}
configures=
listens=
for word in "$@"; do
  case $word in
    --data | --data=*) elsewhere=yes ;;
    setup) configures=yes listens=yes ;;
    serve) listens=yes ;;
  esac
done

if [ -z "$elsewhere" ]; then
  export HOLDFAST_HOME=/var/lib/holdfast
  if [ "$(id -u)" = 0 ]; then
    export HOME=/var/lib/holdfast NODE_COMPILE_CACHE=/var/cache/holdfast
    umask 077
    drop='setpriv --reuid=holdfast --regid=holdfast --init-groups --no-new-privs'
    # To listen below 1024 under this command it gets that one right; as a service it needs none, since systemd holds the port.
    bind='--inh-caps=+net_bind_service --ambient-caps=+net_bind_service'
    if [ -n "$listens" ] && setpriv $bind true 2>/dev/null; then drop="$drop $bind"; fi
    if [ -n "$configures" ]; then
      # It writes the configuration, which is root's before and after.
      config=/etc/holdfast/holdfast.json
      trap 'chown root:holdfast "$config"; chmod 0640 "$config"' EXIT
      trap : INT TERM
      chown holdfast "$config"
      $drop -- "$node" "$main" "$@"
      exit
    fi
    exec $drop -- "$node" "$main" "$@"
  fi
fi
exec "$node" "$main" "$@"
