package link

import "testing"

func TestInside(t *testing.T) {
	for _, inside := range []string{
		"http://192.168.1.1/admin.png", "https://10.0.0.1:8443/x", "http://172.31.255.255/", "http://127.0.0.1/", "http://169.254.169.254/latest/meta-data",
		"http://0.0.0.0/", "http://100.64.1.1/", "http://0/", "http://224.0.0.1/",
		// As browsers read them.
		"http://2130706433/", "http://0x7f000001/", "http://0x7f.1/", "http://127.1/", "http://017700000001/", "http://0177.0.0.1/", "http://0xC0.0xA8.1.1/",
		"http://3232235777/", "http://192.168.257/", "http://192.168.1.1./", "http://1.2.3.4.5/", "http://999999999999/", "http://1.2.3.256/",
		"http://\uff11\uff19\uff12.168.1.1/", "http://192\u3002168\u30021\u30021/", "http://%31%39%32.168.1.1/", "HTTP://192.168.1.1",
		"http://user:pass@192.168.1.1/", "http://www.example.org@192.168.1.1/", `http://192.168.1.1\@www.example.org/`, "http://192.168.1.1?x", "http://192.168.1.1#x",
		"http://[::1]/", "http://[::]/", "http://[fe80::1]/", "http://[fe80::1%25eth0]/", "http://[fd00::1]:80/", "http://[::ffff:192.168.1.1]/", "http://[::ffff:c0a8:101]/",
		"http://[::192.168.1.1]/", "http://[64:ff9b::c0a8:101]/", "http://[2002:c0a8:101::]/", "http://[ff02::1]/", "http://[nonsense]/",
		"http://localhost/", "http://LOCALHOST:8080/", "http://localhost./", "http://a.localhost/", "http://router/", "http://printer.local/", "http://nas.lan/x",
		"http://db.internal/", "http://box.home.arpa/", "http://files.corp/", "", "http:///x", "http://%zz/", "nonsense",
	} {
		if !Inside(inside) {
			t.Errorf("%s is of a private network", inside)
		}
	}
	for _, outside := range []string{
		"https://www.gazeta.uz/media/1.jpg", "http://8.8.8.8/x.png", "http://[2606:4700::6810:84e5]/", "https://xn--80ak6aa92e.com/", "https://фото.рф/1.jpg",
		"https://local.example.org/", "https://lan.md/", "https://192.168.1.1.example.org/", "https://cdn.example.org:8443/?u=http://192.168.1.1/", "https://172.32.0.1/",
		"https://user@www.example.org/", "https://0x.org/", "https://1.0x7f.example.org./",
	} {
		if Inside(outside) {
			t.Errorf("%s is on the internet", outside)
		}
	}
}
