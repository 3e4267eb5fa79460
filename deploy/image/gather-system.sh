#!/bin/sh
# usage: gather-system.sh FOLDER
# Gathers what the image holds beside our own files: Node, the C libraries that it and the native modules are linked
# with, the notices of these, and what names the system and its one user.
set -eu
system=$1
mkdir -p "$system/etc" "$system/app" "$system/var/lib/dpkg/status.d"
mkdir -m 1777 "$system/tmp"
# A volume that is mounted here belongs to the user.
install -d -o 65532 -g 65532 "$system/var/lib/millrace"
cp --parents -L /usr/local/bin/node "$system"
{
  ldd /usr/local/bin/node
  find /app/node_modules -type f \( -name '*.node' -o -name '*.so*' \) -exec ldd {} +
} | grep -oE '[[:space:]]/(usr/)?lib[^ :]*' | sort -u | xargs cp --parents -L -t "$system"

# A pipeline that is mounted anywhere finds what it imports.
ln -s app/node_modules "$system/node_modules"

# Where scanners look for the versions of these libraries.
for package in libatomic1 libc6 libgcc-s1 libstdc++6; do
  dpkg --status "$package" >"$system/var/lib/dpkg/status.d/$package"
  cp --parents -L "/usr/share/doc/$package/copyright" "$system"
done
cp -L /etc/os-release /etc/debian_version "$system/etc"

echo 'hosts: files dns' >"$system/etc/nsswitch.conf"
echo 'millrace:x:65532:65532:millrace:/tmp:/sbin/nologin' >"$system/etc/passwd"
echo 'millrace:x:65532:' >"$system/etc/group"
