# shellcheck shell=sh disable=SC2154
# backend.sh: functions for backends that are scripts (docs/backends.md). A script in PREFIX/usr/bin reads them with
#
#     usr=$(dirname "$(dirname "$(readlink -f "$0")")")
#     . "$usr/lib/pierdat/backend.sh"

# say TEXT: prints TEXT for the user, without the credentials of URLs in it.
say() { echo "${0##*/}: $1" | "$usr/lib/pierdat/credentials" hide >&2; }

# fail STATUS TEXT: says TEXT and exits with STATUS, an exit code of the contract.
fail() {
    say "$2"
    exit "$1"
}

# quote WORD: prints WORD as one word of a seed line.
quote() { printf "'%s'" "$(printf '%s' "$1" | sed "s/'/'\\\\''/g")"; }

# state_folder: prints the folder for files that seeding needs in addition to the data.
state_folder() {
    if [ -n "${PIERDAT_STATE:-}" ]; then
        echo "$PIERDAT_STATE/torrents"
    else
        echo "${usr%/usr}/var/lib/pierdat"
    fi
}

# seed_line [--checksum DIGEST] [--in FOLDER] PATH: saves the canonical torrent of a file or folder in the state folder,
# and prints the line that seeds it with the built-in backend, and for the user the link by which others get it. Verifies
# a file's DIGEST. FOLDER: where the script will move the data. Prints no line if the data is empty.
seed_line() { "$usr/bin/pierdat" seed-line "$@"; }

# needs PROGRAM DEBIAN ALPINE: for a check: exits with 1 and says which package to install if PROGRAM is missing.
needs() {
    command -v "$1" >/dev/null || fail 1 "$1 is not installed: apt-get install $2 (Debian, Ubuntu), apk add $3 (Alpine)"
}

# seconds_left START: prints the remaining seconds of PIERDAT_TIMEOUT, at least 1, for a program that started at START
# (date +%s). Prints 0 if there is no limit.
seconds_left() {
    limit=${PIERDAT_TIMEOUT:-0}
    if [ "$limit" -gt 0 ]; then
        limit=$((limit + $1 - $(date +%s)))
        [ "$limit" -gt 0 ] || limit=1
    fi
    echo "$limit"
}

# is_on VALUE, is_off VALUE: true if the value of a setting means on, or off. Both may be false.
is_on() { case $1 in on | yes | true | 1) ;; *) return 1 ;; esac }
is_off() { case $1 in off | no | false | 0) ;; *) return 1 ;; esac }

# has_policy: true if there is a network policy, which few programs support.
has_policy() { [ -n "${PIERDAT_ALLOW:-}${PIERDAT_DENY:-}${PIERDAT_PROXY:-}${PIERDAT_INTERFACE:-}" ]; }

# refuse_policy NAME: reports that the program NAME does not support it.
refuse_policy() { echo "$1 does not support PIERDAT_ALLOW, PIERDAT_DENY, PIERDAT_PROXY and PIERDAT_INTERFACE" >&2; }
