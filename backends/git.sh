# shellcheck shell=sh disable=SC2034,SC2154
# git.sh: functions for backends that get data from a git repository. A script reads them after origin.sh.

# parse_git_uri URI: splits SCHEME:REPOSITORY[@REVISION][#PATH]. Sets repository, place, which is the same without what may
# be secret, revision, inner, the path, name, and digest.
parse_git_uri() {
    parse_uri "$1"
    repository=${uri#*:} inner='' revision=HEAD
    case $repository in *'#'*) inner=${repository#*#} repository=${repository%%#*} ;; esac
    case $repository in
        *://*) start_of_path=${repository#*://} ;;
        /*) start_of_path=$repository ;;
        *) fail 65 "the URI must name a repository by its URL or its absolute path" ;;
    esac
    case $start_of_path in
        */*@*) revision=${start_of_path##*@} repository=${repository%@*} ;;
    esac
    case $repository in
        file://* | git://* | http://* | https://* | ssh://* | /*) ;;
        *) fail 65 "the URL of a repository must begin with https, http, ssh, git or file" ;;
    esac
    case ${repository#*://} in -* | '') fail 65 "there is no server in the URL of the repository" ;; esac
    case $revision in
        -* | *..* | '' | *[!0-9A-Za-z_./+-]*) fail 65 "this is not the name of a branch, a tag or a commit: $revision" ;;
    esac
    while case $inner in */) ;; *) false ;; esac do inner=${inner%/}; done
    case /$inner/ in
        //) ;;
        */./* | */../* | *//* | */.git/*) fail 65 "the path must be one in the repository, without '.' and '..'" ;;
    esac
    place=$repository
    case $repository in
        # The user of ssh is no secret, and nobody gets in without it.
        ssh://*:*@*) place=$(printf %s "$repository" | sed 's|://\([^/:@]*\):[^/]*@|://\1@|') ;;
        ssh://*) ;;
        *://*@*) place=$(printf %s "$repository" | sed 's|://[^/]*@|://|') ;;
    esac
    name=${repository%/}
    name=${name%.git}
    name=${name%/}
    name=${name##*/}
    [ -z "$inner" ] || name=${inner##*/}
    is_name "$name" || fail 65 "there is no name for the data in the URI"
}

# prepare_git: sets the environment for git: no prompts, no other protocols, no hooks, time limits. The repository's URL,
# which may have a password, is not written to a file.
prepare_git() {
    unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_OBJECT_DIRECTORY
    stall=${PIERDAT_STALL_TIMEOUT:-600}
    export GIT_TERMINAL_PROMPT=0 GIT_ASKPASS="${GIT_ASKPASS:-true}" \
        GIT_ALLOW_PROTOCOL=file:git:http:https:ssh GIT_LITERAL_PATHSPECS=1 \
        GIT_SSH_COMMAND="${GIT_SSH_COMMAND:-ssh -o BatchMode=yes}" \
        GIT_HTTP_LOW_SPEED_LIMIT=1 GIT_HTTP_LOW_SPEED_TIME="$stall"
    count=${GIT_CONFIG_COUNT:-0}
    configure remote.origin.url "$repository"
    configure remote.origin.fetch '+refs/heads/*:refs/remotes/origin/*'
    configure core.hooksPath /dev/null
    configure core.autocrlf false
    configure gc.auto 0
    configure advice.detachedHead false
}

# configure KEY VALUE: adds a setting for git.
configure() {
    export "GIT_CONFIG_KEY_$count=$1" "GIT_CONFIG_VALUE_$count=$2"
    count=$((count + 1))
    export GIT_CONFIG_COUNT=$count
}

# git_run ARGUMENT…: runs git in the folder "$work/tree", and exits with the exit code of the contract on failure.
git_run() {
    run env LC_ALL=C git -C "$work/tree" "$@"
    require_git
}

# require_git: exits with the exit code of the contract if git failed.
require_git() {
    [ "$status" -ne 0 ] || return 0
    ! said "find remote ref|not our ref|unadvertised object|invalid refspec" ||
        fail 66 "the repository $place has no $revision. A commit needs all digits of its hash"
    ! said 'authentication (failed|required)|could not read (username|password)|terminal prompts disabled|error: 40[13]|permission denied \(|authorization error|credentials' ||
        fail 69 "the server refuses the credentials, or requires some: $place"
    ! said 'not found|does not appear to be a git repository|does not exist|no such file' ||
        fail 66 "there is no such repository or file: $place"
    ! said 'too slow|timed out|i/o timeout|deadline exceeded' || fail 124 "the server sent nothing for too long: $place"
    fail 69 "git failed with exit code $status: $place"
}

# fetch_revision: fetches the revision, checks it out in "$work/tree", and sets commit to its hash.
fetch_revision() {
    remove "$work/git"
    mkdir -p "$work/tree"
    # No other git uses the folder. A lock is of one that was killed.
    [ ! -d "$work/tree/.git" ] || find "$work/tree/.git" -name '*.lock' -exec rm -f {} +
    git_run init --quiet --template=
    set -- fetch --quiet --no-tags --no-recurse-submodules
    quiet=yes
    run env LC_ALL=C git -C "$work/tree" "$@" --depth 1 origin "$revision"
    quiet=
    if [ "$status" -ne 0 ] && said 'dumb http'; then
        # A web server without git knows no depth, and no names but those of branches and tags.
        git_run "$@" origin "$revision"
    else
        cat "$work/log" >&2
        require_git
    fi
    commit=$(git -C "$work/tree" rev-parse --verify --quiet 'FETCH_HEAD^{commit}') ||
        fail 65 "$revision is not a commit of $place"
    git_run checkout --force --quiet --detach "$commit"
    # A download that was killed leaves files of another commit.
    git_run clean --quiet -ffdx
    require_folders "$inner"
    [ -e "$work/tree/$inner" ] || [ -L "$work/tree/$inner" ] || fail 66 "the commit has no $inner: $place"
    [ "$revision" = "$commit" ] ||
        say "$revision is now the commit $commit: to pin it, use '${uri%%:*}:$place@$commit${inner:+#$inner}'"
}

# require_folders PATH: fails if a link of the repository would lead out of it.
require_folders() {
    parent=$1
    while case $parent in */*) ;; *) false ;; esac do
        parent=${parent%/*}
        [ ! -L "$work/tree/$parent" ] || fail 65 "$parent is a link in the commit: use its target instead"
    done
}

# is_tree_present: true if DEST/NAME has the files of the commit with their content, and no other files. Then its seed line
# has been printed. sum_of FILE, a function of the script, prints the SHA-256 of the data for a file that only stands for
# it, and fails if that is unknown.
is_tree_present() {
    there=$dest/$name tree=$work/tree${inner:+/$inner}
    [ -z "$digest" ] && [ -e "$there" ] && [ ! -L "$there" ] || return 1
    [ ! -L "$tree" ] || case $(readlink "$tree") in */annex/objects/*) ;; *) return 1 ;; esac
    if [ -d "$tree" ] && [ ! -L "$tree" ]; then
        [ -d "$there" ] || return 1
        list_files "$tree" >"$work/list-wanted"
        list_files "$there" | cmp -s - "$work/list-wanted" || return 1
        while IFS= read -r file; do
            is_same "$tree/$file" "$there/$file" || return 1
        done <"$work/list-wanted"
    else
        [ -f "$there" ] && is_same "$tree" "$there" || return 1
    fi
    say "all of the data is there already and verified"
    seed_line "$there" || exit $?
    close_work
}

# is_same FILE DATA: true if FILE is the DATA, or stands for it.
is_same() {
    sum=$(sum_of "$1") || return 1
    if [ -n "$sum" ]; then [ "$(sha256sum <"$2")" = "$sum  -" ]; else cmp -s "$1" "$2"; fi
}

# list_files FOLDER: prints the paths of everything that is or stands for a file.
list_files() {
    (cd "$1" && find . -name .git -prune -o -type f -print -o -type l -exec sh -c '
        for link; do case $(readlink "$link") in */annex/objects/*) printf "%s\n" "$link" ;; esac done' sh {} +) |
        LC_ALL=C sort
}

# take_tree: moves the data from "$work/tree" to "$work/data", without the repository and without links.
take_tree() {
    from=$work/tree${inner:+/$inner}
    links=$(find "$from" -name .git -prune -o -type l -print | wc -l)
    [ "$((links))" -eq 0 ] || {
        say "warning: symbolic links are left out: $((links))"
        find "$from" -name .git -prune -o -type l -exec rm -f {} +
    }
    [ -e "$from" ] || fail 66 "there is no file in $inner: $place"
    # In one step: half a repository could not be resumed. close_work removes it.
    mv "$work/tree/.git" "$work/git"
    rm -rf "${work:?}/data/$name"
    mv "$from" "$work/data/$name"
}

# put OBJECT FILE: puts the data in place of a pointer or a link: without a copy, unless the repository is one of this
# machine, which then may own the data.
put() {
    rm -f "$2"
    case $repository in
        /* | file://*) cp "$1" "$2" ;;
        *) ln "$1" "$2" 2>/dev/null || cp "$1" "$2" ;;
    esac
}
