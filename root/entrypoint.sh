#!/bin/sh
# entrypoint.sh: runs a container's command next to pierdatd, which seeds the data of the image.
# ENTRYPOINT ["/entrypoint.sh"]; Docker passes the container's CMD as arguments.
set -eu

here=$(dirname "$0")
[ $# -gt 0 ] || exec "$here/usr/bin/pierdatd"
exec "$here/usr/bin/pierdatd" -- "$@"
