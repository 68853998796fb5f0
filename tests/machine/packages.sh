# Debian packages for the throwaway machine, fetched through apt and unpacked below target/machine. Nothing is installed: it takes no
# root, and nothing that is installed is in the way. Sourced.
cache=$(realpath -m "$(dirname "${BASH_SOURCE[0]}")/../../target/machine")

# Sees to it that apt knows packages: where it knows none, it gets lists of its own below target/machine.
lists() {
    command -v apt-get >/dev/null || { echo "machine: there is no apt-get to fetch packages with" >&2; return 1; }
    [[ -z $(apt-cache pkgnames qemu-system) ]] || return 0
    local own=$cache/apt
    mkdir -p "$own"/{lists/partial,archives/partial}
    printf '%s\n' "Dir::State::lists \"$own/lists\";" "Dir::Cache \"$own\";" 'APT::Sandbox::User "root";' >"$own/apt.conf"
    export APT_CONFIG=$own/apt.conf
    [[ -n $(apt-cache pkgnames qemu-system) ]] || apt-get -qq update >&2
}

# Prints a package and what it needs, less what is installed: needed PACKAGE
needed() {
    # As if nothing were installed, since apt would refuse what cannot stand beside something that is.
    apt-get -qq --simulate --no-install-recommends -o Dir::State::status=/dev/null -o Dir::Cache::pkgcache= \
        -o Dir::Cache::srcpkgcache= install "$1" | sed -n 's/^Inst \([^ ]*\) .*/\1/p' | while read -r name; do
        [[ $(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null) == installed && $name != "$1" ]] || echo "$name"
    done
}

# Unpacks the packages whose names a command prints into one folder, once: fetch FOLDER COMMAND...
fetch() {
    local folder=$cache/$1 names file
    shift
    mkdir -p "$cache"
    exec 9>"$folder.lock"
    flock 9
    [[ ! -d $folder ]] || return 0
    lists
    mapfile -t names < <("$@")
    ((${#names[@]})) || { echo "machine: apt does not know what to fetch: $*" >&2; return 1; }
    # What was interrupted leaves a folder of another name.
    rm -rf "$folder.part"
    mkdir "$folder.part"
    (cd "$folder.part" && apt-get -qq -o APT::Sandbox::User=root -o Dpkg::Use-Pty=0 download "${names[@]}" >&2)
    for file in "$folder.part"/*.deb; do
        dpkg-deb -x "$file" "$folder.part"
        rm "$file"
    done
    mv "$folder.part" "$folder"
}
