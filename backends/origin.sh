# shellcheck shell=sh disable=SC2034,SC2154
# origin.sh: functions for backends around a program that downloads from an origin, such as a mirror or a bucket. The
# program downloads to "$work/data/NAME" in a hidden folder of DEST. What is complete and verified moves to DEST/NAME. A
# script reads them after backend.sh.

# parse_uri URI: sets uri to URI without the digest at its end (#sha256=HEX or #sha512=HEX), and digest to ALGORITHM:HEX
# or nothing. The digest may also be in PIERDAT_CHECKSUM. It is the digest of a file, or of SHA256SUMS in a folder.
parse_uri() {
    case $1 in *[[:cntrl:]]*) fail 65 "there is a line break or another control character in the URI" ;; esac
    uri=$1 digest=$(lower "${PIERDAT_CHECKSUM-}")
    case $1 in
        *#sha256[:=]* | *#sha512[:=]*)
            uri=${1%#sha*}
            pin=${1##*#}
            pin=$(lower "${pin%%[:=]*}:${pin#*[:=]}")
            [ -z "$digest" ] || [ "$digest" = "$pin" ] || fail 65 "the URI has another digest than --checksum"
            digest=$pin
            ;;
    esac
    case $digest in
        '') return ;;
        sha256:*) length=64 ;;
        sha512:*) length=128 ;;
        *) length=0 ;;
    esac
    case ${#digest}:${digest#sha???:} in
        $((length + 7)):*[!0-9a-f]*) ;;
        $((length + 7)):*) return ;;
    esac
    fail 65 "the digest must be sha256= and 64 hexadecimal digits, or sha512= and 128"
}

lower() { printf '%s' "$1" | tr A-F a-f; }

# refuse_limit NAME: for a check: exits with 1 if the download rate is limited, which git and Kubo cannot do.
refuse_limit() {
    case ${PIERDAT_DOWNLOAD_LIMIT-} in
        *[1-9]*) fail 1 "the backend $1 does not support PIERDAT_DOWNLOAD_LIMIT" ;;
    esac
}

# is_name NAME: true if a file can have that name.
is_name() { case $1 in '' | . | .. | */*) return 1 ;; esac }

# open_work NAME SOURCE: makes the folder "$work" in "$dest", which keeps what has arrived of SOURCE, without credentials,
# if the download is interrupted.
open_work() {
    mkdir -p "$dest" 2>/dev/null || fail 73 "cannot create the folder $dest"
    mkdir -p "$(state_folder)" 2>/dev/null || true
    [ -w "$(state_folder)" ] || fail 73 "cannot write to the folder $(state_folder)"
    work=$dest/.pierdat-$1-$(printf '%s' "$2" | sha256sum | cut -c 1-32)
    mkdir -p "$work/data" 2>/dev/null || fail 73 "cannot write to $dest"
    trap 'leave $?' EXIT
    trap 'stop 130' INT
    trap 'stop 143' HUP TERM
}

# clean: removes what an interrupted download cannot use.
clean() { rm -f "$work/words" "$work/log" "$work/output" "$work/expired" "$work"/sums* "$work"/list*; }

# leave STATUS: cleans, and removes the folder if nothing has arrived or the data is wrong.
leave() {
    clean
    case $1 in
        65 | 66) remove "$work" ;;
        *) rmdir "$work"/data/* "$work/data" "$work" 2>/dev/null || true ;;
    esac
}

# remove FOLDER: also if it has folders that must not be written.
remove() {
    [ ! -e "$1" ] || find "$1" -type d ! -perm -200 -exec chmod u+w {} +
    rm -rf "$1"
}

# stop STATUS: ends the program and exits with STATUS, keeping what has arrived.
stop() {
    trap '' HUP INT TERM
    if [ -n "${program-}" ]; then
        kill "$program" 2>/dev/null || true
        { sleep 1 && kill -KILL "$program"; } >/dev/null 2>&1 &
        killer=$!
        wait "$program" 2>/dev/null || true
        kill "$killer" 2>/dev/null || true
    fi
    exit "$1"
}

# run PROGRAM ARGUMENT…: runs a program to its end, or to that of PIERDAT_TIMEOUT, counted from the time in "$start". Sets
# status to its exit code. What it prints goes to the user and to "$work/log", without credentials and the values of the
# variables named in "$secrets". The user does not see it if "$quiet" is set. Its standard output goes to "$work/output"
# instead if "$output" is set, or straight to the terminal if "$progress" is set.
run() {
    clean
    mkfifo "$work/words" 2>/dev/null || fail 73 "cannot write to $dest"
    # shellcheck disable=SC2086 # A list of names.
    "$usr/lib/pierdat/credentials" hide ${secrets-} <"$work/words" | (
        trap '' HUP INT TERM
        [ -z "${quiet-}" ] || exec cat >"$work/log"
        exec tee "$work/log" >&2
    ) &
    printer=$!
    if [ -n "${output-}" ]; then
        "$@" </dev/null 2>"$work/words" >"$work/output" &
    elif [ -n "${progress-}" ]; then
        "$@" </dev/null >&2 2>"$work/words" &
    else
        "$@" </dev/null >"$work/words" 2>&1 &
    fi
    program=$!
    watch=
    left=$(seconds_left "$start")
    [ "$left" -eq 0 ] || {
        expire "$left" "$program" >/dev/null 2>&1 &
        watch=$!
    }
    status=0
    wait "$program" || status=$?
    program=
    # Repeated, because a shell that has just been forked loses a signal for which its parent has a trap.
    while [ -n "$watch" ] && kill "$watch" 2>/dev/null; do sleep 0.01 2>/dev/null || sleep 1; done
    wait "$printer" || true
    [ ! -e "$work/expired" ] || fail 124 "the timeout expired before all of the data was there"
    if [ "$status" -ne 0 ] && is_full; then fail 80 "no space is left on the file system of $dest"; fi
}

# is_full: true if the program said so, or if less than 1 MiB is left, because then the log may be incomplete.
is_full() {
    said 'no space left on device|disk quota exceeded|not enough free space|too big for remaining disk space' ||
        [ "$(df -Pk "$dest" | tail -n 1 | tr -s ' ' | cut -d ' ' -f 4)" -lt 1024 ] 2>/dev/null
}

# expire SECONDS PID: ends the process after that time, by SIGKILL if it ignores SIGTERM.
expire() {
    trap : TERM
    sleep "$1" &
    pause=$!
    trap 'kill -KILL "$pause"; exit' TERM
    wait "$pause"
    : >"$work/expired"
    kill "$2"
    sleep 1
    kill -KILL "$2"
}

# said PATTERN: true if a line that the program printed matches the extended regular expression.
said() { LC_ALL=C grep -Eiq -e "$1" "$work/log"; }

# digest_of FILE: prints its digest, with the algorithm of "$digest".
digest_of() {
    case $digest in
        sha512:*) printf 'sha512:' && sha512sum <"$1" ;;
        *) printf 'sha256:' && sha256sum <"$1" ;;
    esac | cut -d ' ' -f 1
}

# is_present NAME: true if DEST/NAME is the data with the digest. Then its seed line has been printed.
is_present() {
    there=$dest/$1
    [ -n "$digest" ] && [ ! -L "$there" ] || return 1
    set --
    if [ -d "$there" ]; then
        [ -f "$there/SHA256SUMS" ] && [ "$(digest_of "$there/SHA256SUMS")" = "$digest" ] || return 1
        match_sums "$there" && [ ! -s "$work/sums-unlisted" ] || return 1
    else
        [ -f "$there" ] && [ "$(digest_of "$there")" = "$digest" ] || return 1
        set -- --checksum "$digest"
    fi
    say "all of the data is there already and verified"
    seed_line "$@" "$there" || exit $?
    close_work
}

close_work() {
    trap - EXIT
    remove "$work"
}

# read_sums FILE: prints its lines in one form: 64 digits, two blanks, a path below the folder.
read_sums() {
    LC_ALL=C sed -n 's/^\([0-9A-Fa-f]\{64\}\) [ *]\(\.\/\)*\([^/]\)/\1  \3/p' "$1" |
        LC_ALL=C sed '/^.\{66\}\.\.$/d; /^.\{66\}\.\.\//d; /\/\.\.$/d; /\/\.\.\//d' |
        LC_ALL=C sed -e ':again' -e 's|/\.\{0,1\}/|/|; t again'
}

# match_sums FOLDER: true if FOLDER has all files that its SHA256SUMS lists, with these digests. Otherwise says which it
# has not. "$work/sums-unlisted" then has the paths of the other files.
match_sums() {
    newline='
'
    [ -z "$(find "$1" -name "*$newline*" | head -n 1)" ] || fail 65 "there is a line break in the name of a file"
    read_sums "$1/SHA256SUMS" >"$work/sums"
    [ -s "$work/sums" ] || fail 65 "SHA256SUMS lists no file"
    if ! (cd "$1" && LC_ALL=C sha256sum -c "$work/sums") >"$work/sums-checked" 2>/dev/null; then
        say "$(LC_ALL=C grep -v ': OK$' "$work/sums-checked" | head -n 1): see SHA256SUMS"
        return 1
    fi
    cut -c 67- "$work/sums" | LC_ALL=C sort >"$work/sums-listed"
    (cd "$1" && find . -type f ! -path ./SHA256SUMS) | cut -c 3- | LC_ALL=C sort |
        LC_ALL=C comm -13 "$work/sums-listed" - >"$work/sums-unlisted"
}

# verify_folder FOLDER: fails with 65 unless its files match its SHA256SUMS, which must be there if there is a digest.
verify_folder() {
    [ -z "$digest" ] || [ -f "$1/SHA256SUMS" ] ||
        fail 65 "the folder has no file SHA256SUMS, whose digest the URI must have"
    [ -f "$1/SHA256SUMS" ] || return 0
    found=$(digest_of "$1/SHA256SUMS")
    [ -z "$digest" ] || [ "$found" = "$digest" ] ||
        fail 65 "the digest of SHA256SUMS must be $digest, but is $found"
    match_sums "$1" || fail 65 "a file does not match SHA256SUMS"
    others=$(wc -l <"$work/sums-unlisted")
    if [ "$others" -gt 0 ] && [ -n "$digest" ]; then
        say "files that SHA256SUMS does not list are left out: $((others)), $(head -n 1 "$work/sums-unlisted") among them"
        while IFS= read -r file; do rm -f "$1/$file"; done <"$work/sums-unlisted"
    elif [ "$others" -gt 0 ]; then
        say "warning: files that are not in SHA256SUMS: $((others)), $(head -n 1 "$work/sums-unlisted") among them"
    fi
    [ -n "$digest" ] || say "the files match SHA256SUMS. Its digest is $found: add '#$(pinned "$found")' to the URI"
}

pinned() { printf '%s=%s' "${1%%:*}" "${1#*:}"; }

# warn_unverified: for a URI without a digest, unless "$is_pinned" is set.
warn_unverified() {
    [ -n "$digest${is_pinned-}" ] || say "warning: the URI has no digest, so nothing proves that the data is what its author published"
}

# place NAME: verifies "$work/data/NAME", moves it to DEST, and prints the line that seeds it.
place() {
    from=$work/data/$1 to=$dest/$1
    if [ -d "$from" ]; then
        verify_folder "$from"
        line=$(seed_line --in "$dest" "$from") || exit $?
        [ ! -L "$to" ] || fail 73 "$to is a link: remove it"
    else
        line=$(seed_line --in "$dest" ${digest:+--checksum "$digest"} "$from") || exit $?
    fi
    if [ -d "$from" ] && [ -d "$to" ]; then
        merge "$from" "$to"
    elif [ -L "$to" ] || ! cmp -s "$from" "$to"; then
        [ ! -d "$to" ] || fail 73 "there is a folder $to"
        [ ! -d "$from" ] || [ ! -e "$to" ] || fail 73 "there is a file $to"
        mv -f "$from" "$dest/" || fail 73 "cannot write to $dest"
    fi
    warn_unverified
    close_work
    [ -z "$line" ] || printf '%s\n' "$line"
}

# merge FROM TO: moves all files of a folder to the same paths in another one, and leaves its other files alone, and those
# with the same content, so that they do not become part of another layer of an image.
merge() {
    link=$(find "$2" -type l | head -n 1)
    [ -z "$link" ] || fail 73 "$link is a link: remove it"
    # shellcheck disable=SC2016 # For the inner shells.
    {
        make='cd "$0" && mkdir -p "$@"'
        move='for file; do
            [ ! -d "$0/$file" ] && { cmp -s "$file" "$0/$file" || mv -f "$file" "$0/$file"; } && rm -f "$file" || exit 1
        done'
    }
    (cd "$1" && find . -type d -exec sh -c "$make" "$2" {} + && find . -type f -exec sh -c "$move" "$2" {} +) || true
    [ -z "$(find "$1" -type f | head -n 1)" ] || fail 73 "cannot write to $2"
}
