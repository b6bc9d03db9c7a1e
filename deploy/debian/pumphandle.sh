#!/bin/sh
# The command line. What works on the data folder runs as its owner: root's files there would lock the service out.
set -e
run="/usr/lib/pumphandle/node /usr/lib/pumphandle/app/pumphandle.js"
if [ "$(id -u)" = 0 ]; then
  for arg in "$@"; do
    case "$arg" in
      --data | --data=*) exec setpriv --reuid=pumphandle --regid=pumphandle --init-groups $run "$@" ;;
    esac
  done
fi
exec $run "$@"
