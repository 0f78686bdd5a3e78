if ! getent group topicwire >/dev/null; then
	groupadd --system topicwire
fi
if ! getent passwd topicwire >/dev/null; then
	useradd --system --gid topicwire --home-dir /var/lib/topicwire --no-create-home \
		--shell /usr/sbin/nologin --comment "Topicwire feed server" topicwire
fi
