package config

import (
	"fmt"
	"strings"
	"testing"
)

// Subscriptions are by themselves where hubs can reach the server.
func TestSubscribes(t *testing.T) {
	for url, want := range map[string]bool{
		"https://wire.example.org": true, "http://wire.example.org/news": true, "https://WIRE.example.org.:8443": true, "https://93.184.215.14": true,
		"https://[2606:2800:21f::1]": true,
		"http://127.0.0.1:8080":      false, "http://localhost": false, "http://wire.localhost": false, "http://wire": false, "http://wire.local": false,
		"http://wire.internal": false, "https://wire.home.arpa": false, "http://10.1.2.3": false, "http://192.168.0.9:8080": false, "http://172.20.1.1": false,
		"http://100.64.0.1": false, "http://169.254.1.1": false, "http://0.0.0.0": false, "http://[::1]": false, "http://[fd00::1]": false,
		"http://[fe80::1]": false, "http://[::ffff:10.0.0.1]": false,
	} {
		for key, want := range map[string]bool{"": want, "websub: {subscribe: true}": true, "websub: {subscribe: false}": false} {
			c, problems := Parse("c.yaml", fmt.Appendf(nil, "fetch: {contact: a@b.example}\nserver: {url: %q}\n%s\nsources: [{url: \"https://a.example/\"}]\ntopics: {t: {}}", url, key), "/etc", nil)
			if c == nil || c.Subscribes() != want {
				t.Errorf("%s, %q: %v, %v, want %v", url, key, c, problems, want)
			}
			// What cannot work is warned of, unless hubs are near, too.
			warned := len(problems) == 1 && strings.Contains(problems[0].Text, "hubs cannot reach")
			if vain := strings.Contains(key, "true") && !publicHost(url); warned != vain || !vain && len(problems) > 0 {
				t.Errorf("%s, %q: %v", url, key, problems)
			}
		}
	}
	near, problems := Parse("c.yaml", []byte("fetch: {contact: a@b.example, allow_private: true}\nwebsub: {subscribe: true}\nsources: [{url: \"http://10.0.0.1/\"}]\ntopics: {t: {}}"), "/etc", nil)
	if near == nil || len(problems) > 0 {
		t.Errorf("hubs on the intranet: %v", problems)
	}
}
