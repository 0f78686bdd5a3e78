if [ ! -e /etc/topicwire/config.yaml ]; then
	cat <<-'END'
	Topicwire is installed and does not run yet. Next:
	  topicwire init                      asks a few questions, writes /etc/topicwire/config.yaml
	  systemctl enable --now topicwire    starts it, now and with the machine
	END
	if [ ! -e /etc/ssl/certs/ca-certificates.crt ] && [ ! -e /etc/pki/tls/certs/ca-bundle.crt ]; then
		echo "Sources by https need the package ca-certificates, which is not here."
	fi
fi
