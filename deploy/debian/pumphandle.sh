#!/bin/sh
# The command line, with the service's settings. What works on the data folder runs as its owner: root's files there would
# lock the service out.
set -e
settings=/etc/pumphandle/pumphandle.env
node=/usr/lib/pumphandle/node
# an authority that this computer trusts is trusted
export NODE_USE_SYSTEM_CA=1
export PUMPHANDLE_DATA="${PUMPHANDLE_DATA:-/var/lib/pumphandle}"
if [ -r "$settings" ]; then
  set -- --env-file="$settings" /usr/lib/pumphandle/app/pumphandle.js "$@"
else
  set -- /usr/lib/pumphandle/app/pumphandle.js "$@"
fi
if [ "$(id -u)" = 0 ]; then
  for arg in "$@"; do
    case "$arg" in
      --data | --data=*) exec setpriv --reuid=pumphandle --regid=pumphandle --init-groups "$node" "$@" ;;
    esac
  done
fi
exec "$node" "$@"
