# What dpkg makes of the package. $1 has old.deb, new.deb, config.yaml, wire.xml, newer.db.
# A line "== name" begins a step; what systemd would be told is printed at its end.
packages=$1
for name in systemctl deb-systemd-invoke; do
	printf '#!/bin/sh\necho "%s $*"\n' $name >/usr/bin/$name
	chmod +x /usr/bin/$name
done
is() { [ "$1" = "$2" ] || { echo "FAIL: $3 is $1, not $2"; exit 1; }; }
as_user() { setpriv --reuid=topicwire --regid=topicwire --clear-groups -- "$@"; }

echo "== install"
dpkg -i $packages/old.deb
is "$(stat -c '%U:%G %a' /etc/topicwire)" 'root:topicwire 750' /etc/topicwire
is "$(stat -c '%U:%G %a' /var/lib/topicwire)" 'topicwire:topicwire 750' /var/lib/topicwire
is "$(getent passwd topicwire | cut -d: -f6,7)" /var/lib/topicwire:/usr/sbin/nologin "home and shell"
is "$(find /etc/systemd /etc/topicwire -name '*topicwire*' ! -name topicwire)" "" "what is enabled"
[ -s /usr/lib/systemd/system/topicwire.service ]
# A minimal system has dpkg leave out what lies in /usr/share/doc and man.
dpkg -c $packages/old.deb | grep usr/share/man/man1/topicwire-serve.1.gz >/dev/null
dpkg -c $packages/old.deb | grep usr/share/doc/topicwire/copyright >/dev/null
[ -s /usr/share/bash-completion/completions/topicwire ]
topicwire version

echo "== use"
install -o root -g topicwire -m 0640 $packages/config.yaml $packages/wire.xml /etc/topicwire
cd /var/lib/topicwire
as_user topicwire check -c /etc/topicwire/config.yaml
as_user topicwire fetch --all -c /etc/topicwire/config.yaml
topicwire export security --format json -c /etc/topicwire/config.yaml >/before
grep -q 'Terror plot foiled' /before
echo '# mine' >>/etc/topicwire/config.yaml
sum=$(sha256sum /etc/topicwire/config.yaml /var/lib/topicwire/topicwire.db)
chmod 0755 /var/lib/topicwire # what the operator changed stays

kept() {
	is "$(sha256sum /etc/topicwire/config.yaml /var/lib/topicwire/topicwire.db)" "$sum" "configuration or database"
	is "$(stat -c '%U:%G %a' /etc/topicwire/config.yaml)" 'root:topicwire 640' config.yaml
	is "$(stat -c '%U:%G %a' /var/lib/topicwire)" 'topicwire:topicwire 755' /var/lib/topicwire
}

echo "== upgrade"
mkdir -p /run/systemd/system
dpkg -i $packages/new.deb
kept
as_user topicwire export security --format json -c /etc/topicwire/config.yaml >/after
cmp /before /after

echo "== downgrade"
dpkg -i $packages/old.deb
kept

echo "== a database of a later version"
install -d -o topicwire -g topicwire /later
install -o topicwire -g topicwire -m 0600 $packages/newer.db /later/topicwire.db
sed 's|/var/lib/topicwire|/later|' $packages/config.yaml >/etc/topicwire/later.yaml
cp $packages/wire.xml /etc/topicwire
if as_user timeout 20 topicwire serve -c /etc/topicwire/later.yaml; then echo "FAIL: it serves"; exit 1; fi
cmp $packages/newer.db /later/topicwire.db
rm /etc/topicwire/later.yaml
sum=$(sha256sum /etc/topicwire/config.yaml /var/lib/topicwire/topicwire.db)

echo "== remove"
dpkg -r topicwire
[ ! -e /usr/bin/topicwire ]
[ ! -e /usr/lib/systemd/system/topicwire.service ]
kept

echo "== install again"
dpkg -i $packages/new.deb
kept
as_user topicwire check -c /etc/topicwire/config.yaml

echo "== purge"
dpkg -P topicwire
[ ! -e /etc/topicwire ]
[ ! -e /var/lib/topicwire ]
is "$(dpkg-query -W -f '${Status}' topicwire 2>/dev/null || echo none)" none "what dpkg knows"
