# What packages do to a machine beside laying files down: the user, the folders, the service. The Debian package's scripts and those of the
# bundle begin with this text. ROOT is empty but where an image is filled.
data=/var/lib/holdfast
cache=/var/cache/holdfast
# There while an upgrade has the service stopped.
was_running=/run/holdfast-was-running

manager_runs() { [ -z "${ROOT:-}" ] && [ -d /run/systemd/system ]; }

make_user() {
  if ! getent passwd holdfast >/dev/null; then
    if command -v systemd-sysusers >/dev/null; then
      systemd-sysusers /usr/lib/sysusers.d/holdfast.conf
    else
      getent group holdfast >/dev/null || groupadd --system holdfast
      useradd --system --gid holdfast --no-create-home --home-dir "$data" --shell /usr/sbin/nologin \
        --comment "Holdfast customer platform" holdfast
    fi
  fi
}

make_folders() {
  install -d -m 0700 -o holdfast -g holdfast "$data" "$cache"
  # Read by the node, changed by root.
  chown root:holdfast /etc/holdfast /etc/holdfast/holdfast.json
  chmod 0750 /etc/holdfast
  chmod 0640 /etc/holdfast/holdfast.json
  [ -e "$data/holdfast.json" ] || ln -sfn /etc/holdfast/holdfast.json "$data/holdfast.json"
}

# Stops the node when it runs, and remembers that it did.
stop_service() {
  manager_runs || return 0
  if systemctl --quiet is-active holdfast.service; then
    if [ "${1:-}" = upgrade ]; then touch "$was_running"; fi
    systemctl stop holdfast.service
  fi
}

start_again() {
  manager_runs || return 0
  systemctl daemon-reload
  if [ -e "$was_running" ]; then
    rm -f "$was_running"
    systemctl start holdfast.service || echo "holdfast: the service did not start; see: journalctl -u holdfast" >&2
    echo "holdfast: the node runs again. It is sealed unless its passphrase is given to the service: holdfast unseal"
  fi
}

say_what_is_next() {
  [ ! -e "$data/keys.json" ] || return 0
  echo "holdfast: installed, not set up. Next: sudo holdfast setup, then: sudo systemctl enable --now holdfast"
}

# Overwrites the keys where the disk lets it, and takes everything of the node away.
destroy_everything() {
  if [ -e "$data/keys.json" ]; then
    for name in keys.json access-token passphrase; do
      if [ -f "$data/$name" ]; then shred --force --remove "$data/$name" || rm -f "$data/$name"; fi
    done
    echo "holdfast: the keys are destroyed. What is left of this node in backups, and in a PostgreSQL database, opens only with a copy of"
    echo "holdfast: keys.json and its passphrase or recovery shares. Where neither is left, nobody can read it any more."
  fi
  rm -rf "$data" "$cache" /etc/holdfast
  if getent passwd holdfast >/dev/null; then userdel holdfast || true; fi
  if getent group holdfast >/dev/null; then groupdel holdfast || true; fi
}

say_what_is_kept() {
  echo "holdfast: the data and the keys are kept in $data, which belongs to the user holdfast."
  echo "holdfast: to destroy the keys and the data for good:"
  echo "holdfast:   shred -u $data/keys.json $data/access-token && rm -rf $data && userdel holdfast"
}
