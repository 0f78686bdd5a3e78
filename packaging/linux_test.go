package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// onCopy runs a script of testdata as root of a copy of this machine that is gone
// afterwards: an overlay in namespaces of its own, with nothing of /run. $1 of the script
// is the folder with the packages. With TOPICWIRE_CHROOT, a folder that debootstrap made,
// the copy is of that system.
func onCopy(t *testing.T, script, packages string) string {
	t.Helper()
	needRoot(t)
	need(t, "unshare", "mount", "chroot")
	system := "/"
	if other := os.Getenv("TOPICWIRE_CHROOT"); other != "" {
		system = other
	}
	text, err := os.ReadFile(filepath.Join("testdata", script))
	if err != nil {
		t.Fatal(err)
	}
	const mount = `
set -e
system=$1 dir=$2 packages=$3
mount --make-rprivate /
mount -t tmpfs tmpfs "$dir"
mkdir "$dir/up" "$dir/work" "$dir/root"
mount -t overlay overlay -o "lowerdir=$system,upperdir=$dir/up,workdir=$dir/work" "$dir/root" && [ -x "$dir/root/usr/bin/env" ] || exit 77
mkdir -p "$dir/root/packages" && mount --bind "$packages" "$dir/root/packages"
mount -t tmpfs tmpfs "$dir/root/run"
mount -t proc proc "$dir/root/proc"
mount --rbind /dev "$dir/root/dev"
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C DEBIAN_FRONTEND=noninteractive chroot "$dir/root" /bin/sh -eu -c "$4" script /packages
`
	c := exec.CommandContext(t.Context(), "unshare", "--mount", "--pid", "--ipc", "--fork", "--kill-child", "sh", "-c", mount, "mount", system, t.TempDir(), packages, string(text))
	said, err := c.CombinedOutput()
	if c.ProcessState != nil && c.ProcessState.ExitCode() == 77 {
		t.Skipf("no overlay over %s: %s", system, said)
	}
	if err != nil {
		t.Fatalf("%s: %v\n%s", script, err, said)
	}
	t.Logf("%s:\n%s", script, said)
	return string(said)
}

// packagesOf makes a package of the version there is and of the one before, beside a
// configuration, a feed, and a database of a later version.
func packagesOf(t *testing.T, s shipped, write func(shipped, string) (string, error)) string {
	t.Helper()
	dir := t.TempDir()
	for name, version := range map[string]string{"new": "0.2.0", "old": "0.1.9"} {
		s.version = version
		file, err := write(s, dir)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(filepath.Join(dir, file), filepath.Join(dir, name+filepath.Ext(file))); err != nil {
			t.Fatal(err)
		}
	}
	files := wire(t, "/var/lib/topicwire", "127.0.0.1:1")
	output(t, "cp", filepath.Join(files, "config.yaml"), filepath.Join(files, "wire.xml"), dir)
	output(t, "cp", newerDatabase(t, s), filepath.Join(dir, "newer.db"))
	return dir
}

// steps cuts what a script said at its lines "== name".
func steps(said string) map[string]string {
	all := map[string]string{}
	parts := regexp.MustCompile(`(?m)^== (.+)$`).FindAllStringSubmatchIndex(said, -1)
	for i, p := range parts {
		end := len(said)
		if i+1 < len(parts) {
			end = parts[i+1][0]
		}
		all[said[p[2]:p[3]]] = said[p[1]:end]
	}
	return all
}

func says(t *testing.T, all map[string]string, step string, words ...string) {
	t.Helper()
	said, ok := all[step]
	if !ok {
		t.Errorf("no step %q", step)
	}
	for _, w := range words {
		if !strings.Contains(said, w) {
			t.Errorf("%s: no %q in\n%s", step, w, said)
		}
	}
}

// A deb is installed, used, upgraded, downgraded, removed and purged; what is the
// operator's stays until the purge. The script has what must hold of files.
func TestDeb(t *testing.T) {
	s := prepared(t)
	need(t, "dpkg", "setpriv")
	all := steps(onCopy(t, "deb.sh", packagesOf(t, s, shipped.deb)))
	says(t, all, "install", "topicwire init", "systemctl enable --now topicwire")
	says(t, all, "upgrade", "(0.2.0-1) over (0.1.9-1)", "systemctl --system daemon-reload", "deb-systemd-invoke try-restart topicwire.service")
	if strings.Contains(all["upgrade"], "topicwire init") {
		t.Error("the upgrade speaks of the first steps")
	}
	says(t, all, "downgrade", "downgrading topicwire from 0.2.0-1 to 0.1.9-1")
	says(t, all, "a database of a later version", "written by a newer topicwire (schema 200,", "hint: use the newer topicwire")
	says(t, all, "remove", "/etc/topicwire and /var/lib/topicwire stay", "deb-systemd-invoke stop topicwire.service", "systemctl --quiet --no-reload disable topicwire.service")
	says(t, all, "purge", "/etc/topicwire and /var/lib/topicwire are deleted")
	for _, step := range all {
		if strings.Contains(step, "systemctl enable topicwire") || strings.Contains(step, "invoke start") {
			t.Errorf("the package enables or starts:\n%s", step)
		}
	}
}

// An rpm goes through the same.
func TestRPM(t *testing.T) {
	s := prepared(t)
	need(t, "rpm", "rpm2cpio", "setpriv")
	dir := packagesOf(t, s, shipped.rpm)
	info := output(t, "rpm", "-qp", "--nosignature", "--qf", "%{NAME} %{VERSION}-%{RELEASE} %{ARCH} %{LICENSE} %{BUILDHOST}\n", filepath.Join(dir, "new.rpm"))
	if !strings.HasPrefix(info, "topicwire 0.2.0-1 ") || !strings.HasSuffix(info, " MIT localhost\n") {
		t.Errorf("rpm -qp: %s", info)
	}
	// Its status is 1 where the library that wrote the package counts bytes in another way.
	archive, err := exec.CommandContext(t.Context(), "rpm2cpio", filepath.Join(dir, "new.rpm")).Output()
	for _, part := range []string{"/usr/bin/topicwire", "/usr/lib/systemd/system/topicwire.service", "TRAILER!!!"} {
		if !bytes.Contains(archive, []byte(part)) {
			t.Errorf("rpm2cpio: no %s in %d bytes, %v", part, len(archive), err)
		}
	}
	if os.Getenv("TOPICWIRE_CHROOT") != "" {
		t.Skip("TOPICWIRE_CHROOT names a Debian without rpm")
	}
	all := steps(onCopy(t, "rpm.sh", dir))
	says(t, all, "install", "topicwire init", "systemctl enable --now topicwire")
	says(t, all, "upgrade", "systemctl --system daemon-reload", "systemctl try-restart topicwire.service")
	if strings.Contains(all["upgrade"], "topicwire init") || strings.Contains(all["upgrade"], "systemctl stop") {
		t.Errorf("the upgrade does too much:\n%s", all["upgrade"])
	}
	says(t, all, "remove", "systemctl stop topicwire.service", "/etc/topicwire and /var/lib/topicwire stay")
}
