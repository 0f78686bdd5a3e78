package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/validate"
)

// unpackedImage is the image, read both as a layout of OCI and as what `docker load` takes.
func unpackedImage(t *testing.T, s shipped) v1.Image {
	t.Helper()
	to := t.TempDir()
	name, err := s.image(to)
	if err != nil {
		t.Fatal(err)
	}
	archive, folder := filepath.Join(to, name), filepath.Join(to, "layout")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	output(t, "tar", "-C", folder, "-xf", archive)
	index, err := layout.ImageIndexFromPath(folder)
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := index.IndexManifest()
	if err != nil || len(manifest.Manifests) != 1 {
		t.Fatalf("%+v, %v", manifest, err)
	}
	asOCI, err := index.Image(manifest.Manifests[0].Digest)
	if err != nil {
		t.Fatal(err)
	}
	asDocker, err := tarball.ImageFromPath(archive, nil)
	if err != nil {
		t.Fatal(err)
	}
	for what, img := range map[string]v1.Image{"OCI": asOCI, "Docker": asDocker} {
		if err := validate.Image(img); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	a, errA := asOCI.ConfigName()
	b, errB := asDocker.ConfigName()
	if a != b || errA != nil || errB != nil {
		t.Errorf("OCI has %v, Docker %v", a, b)
	}
	return asOCI
}

// The image runs as it is: its layers in a root of their own, its user, its command, with
// nothing of this machine but the network of the loopback.
func TestImage(t *testing.T) {
	s := prepared(t)
	img := unpackedImage(t, s)
	config, err := img.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	c := config.Config
	if config.OS != "linux" || config.Architecture != s.arch || c.User != "65532:65532" || c.WorkingDir != "/data" || c.Labels["org.opencontainers.image.revision"] != s.commit || c.Healthcheck == nil {
		t.Errorf("%+v", config)
	}
	if _, volume := c.Volumes["/data"]; !volume {
		t.Error("/data is no volume")
	}
	needRoot(t)
	need(t, "tar")

	root := t.TempDir()
	layers, err := img.Layers()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range layers {
		content, err := l.Uncompressed()
		if err != nil {
			t.Fatal(err)
		}
		unpack := exec.CommandContext(t.Context(), "tar", "-C", root, "--numeric-owner", "-xpf", "-")
		unpack.Stdin = content
		if said, err := unpack.CombinedOutput(); err != nil {
			t.Fatalf("tar: %v\n%s", err, said)
		}
	}
	port, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := port.Addr().String()
	port.Close()
	files := wire(t, "/data", address)
	for _, name := range []string{"config.yaml", "wire.xml"} {
		output(t, "cp", filepath.Join(files, name), filepath.Join(root, "data"))
	}

	contained := func(ctx context.Context, command []string) *exec.Cmd {
		p := exec.CommandContext(ctx, command[0], command[1:]...)
		p.Dir, p.Env = c.WorkingDir, c.Env
		p.SysProcAttr = &syscall.SysProcAttr{
			Chroot: root, Credential: &syscall.Credential{Uid: inImage, Gid: inImage},
			Cloneflags: syscall.CLONE_NEWNS | syscall.CLONE_NEWPID | syscall.CLONE_NEWIPC | syscall.CLONE_NEWUTS,
		}
		return p
	}
	once := func(command ...string) string {
		t.Helper()
		said, err := contained(t.Context(), command).CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %v\n%s", command, err, said)
		}
		return string(said)
	}
	program := c.Entrypoint[0]
	if said := once(program, "version"); !strings.Contains(said, "+abababababab") {
		t.Errorf("version: %s", said)
	}
	once(program, "check")

	health := c.Healthcheck.Test[1:]
	var failed *exec.ExitError
	if err := contained(t.Context(), health).Run(); !errors.As(err, &failed) || failed.ExitCode() != 1 {
		t.Errorf("%v before the server: %v, not status 1", health, err)
	}
	logs, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer logs.Close()
	server := contained(t.Context(), slices.Concat(c.Entrypoint, c.Cmd))
	server.Stdout, server.Stderr = logs, logs
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Wait() }()
	for contained(t.Context(), health).Run() != nil { // until it is well
		select {
		case err := <-ended:
			said, _ := os.ReadFile(logs.Name())
			t.Fatalf("serve ended: %v\n%s", err, said)
		default:
		}
	}
	page, err := http.Get("http://" + address + "/topics/security.atom")
	if err != nil {
		t.Fatal(err)
	}
	feed, err := io.ReadAll(page.Body)
	page.Body.Close()
	if err != nil || !bytes.Contains(feed, []byte("<feed")) {
		t.Errorf("the feed: %v\n%s", err, feed)
	}
	if err := server.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		said, _ := os.ReadFile(logs.Name())
		t.Errorf("serve, told to end: %v\n%s", err, said)
	}

	info, err := os.Stat(filepath.Join(root, "data/topicwire.db"))
	if err != nil {
		t.Fatal(err)
	}
	if owner := info.Sys().(*syscall.Stat_t).Uid; owner != inImage {
		t.Errorf("the database is user %d's", owner)
	}
	trusted, err := os.ReadFile(filepath.Join(root, "etc/ssl/certs/ca-certificates.crt"))
	if n := bytes.Count(trusted, []byte("BEGIN CERTIFICATE")); err != nil || n < 100 {
		t.Errorf("%d certificates, %v", n, err)
	}
	if said := once(program, "export", "security", "--format", "json"); !strings.Contains(said, "Terror plot foiled") {
		t.Error(fmt.Sprint("export: ", said))
	}
}
