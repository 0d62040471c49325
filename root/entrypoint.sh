#!/bin/sh
# entrypoint.sh: runs a container's command beside pierdatd, which seeds the image's data.
# ENTRYPOINT ["/entrypoint.sh"]; the container's CMD comes as arguments.
set -eu

here=$(dirname "$0")
[ $# -gt 0 ] || exec "$here/usr/bin/pierdatd"
exec "$here/usr/bin/pierdatd" -- "$@"
