# What rpm makes of the package. $1 has old.rpm, new.rpm, config.yaml, wire.xml.
# A line "== name" begins a step.
packages=$1
mkdir -p /run/systemd/system
printf '#!/bin/sh\necho "systemctl $*"\n' >/usr/bin/systemctl
chmod +x /usr/bin/systemctl
is() { [ "$1" = "$2" ] || { echo "FAIL: $3 is $1, not $2"; exit 1; }; }
as_user() { setpriv --reuid=topicwire --regid=topicwire --clear-groups -- "$@"; }
# On Debian rpm knows no other packages.
rpm() { command rpm --nodeps --nosignature "$@"; }

echo "== install"
rpm -i $packages/old.rpm
is "$(stat -c '%U:%G %a' /etc/topicwire)" 'root:topicwire 750' /etc/topicwire
is "$(stat -c '%U:%G %a' /var/lib/topicwire)" 'topicwire:topicwire 750' /var/lib/topicwire
is "$(find /etc/systemd /etc/topicwire -name '*topicwire*' ! -name topicwire)" "" "what is enabled"
[ -s /usr/lib/systemd/system/topicwire.service ]
[ -s /usr/share/zsh/site-functions/_topicwire ]
topicwire version

echo "== use"
install -o root -g topicwire -m 0640 $packages/config.yaml $packages/wire.xml /etc/topicwire
cd /var/lib/topicwire
as_user topicwire check -c /etc/topicwire/config.yaml
as_user topicwire fetch --all -c /etc/topicwire/config.yaml
topicwire export security --format json -c /etc/topicwire/config.yaml >/before
sum=$(sha256sum /etc/topicwire/config.yaml /var/lib/topicwire/topicwire.db)

echo "== upgrade"
rpm -U $packages/new.rpm
is "$(sha256sum /etc/topicwire/config.yaml /var/lib/topicwire/topicwire.db)" "$sum" "configuration or database"
as_user topicwire export security --format json -c /etc/topicwire/config.yaml >/after
cmp /before /after

echo "== remove"
rpm -e topicwire
[ ! -e /usr/bin/topicwire ]
is "$(sha256sum /etc/topicwire/config.yaml /var/lib/topicwire/topicwire.db)" "$sum" "configuration or database"
