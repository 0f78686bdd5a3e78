package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"encoding/pem"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"golang.org/x/crypto/x509roots/fallback/bundle"
)

// inImage is the user and group of the process in a container: no one on the machine.
const inImage = 65532

// image writes the container image as one archive that is both: a layout of OCI (podman,
// skopeo, containerd), and what `docker load` reads of every version.
func (s shipped) image(to string) (string, error) {
	img, err := s.container()
	if err != nil {
		return "", err
	}
	tag := "topicwire:" + s.label()
	folder := filepath.Join(s.work, s.os+"-"+s.arch+"-image")
	if err := os.RemoveAll(folder); err != nil { // parts of another would stay
		return "", err
	}
	index, err := layout.Write(folder, empty.Index)
	if err != nil {
		return "", err
	}
	if err := index.AppendImage(img, layout.WithPlatform(v1.Platform{OS: s.os, Architecture: s.arch}), layout.WithAnnotations(map[string]string{
		"org.opencontainers.image.ref.name": s.label(),
		"io.containerd.image.name":          "docker.io/library/" + tag,
	})); err != nil {
		return "", err
	}
	files, err := tree(folder, "")
	if err != nil {
		return "", err
	}
	manifest, err := dockerManifest(img, tag)
	if err != nil {
		return "", err
	}
	files = append(files, file{path: "manifest.json", mode: 0o644, data: manifest})
	var b bytes.Buffer
	if err := writeTar(&b, files, s.at); err != nil {
		return "", err
	}
	name := "topicwire-" + s.label() + "-" + s.os + "-" + s.arch + ".image.tar"
	return name, os.WriteFile(filepath.Join(to, name), b.Bytes(), 0o644)
}

// container is the image: one layer, and how to run what is in it.
func (s shipped) container() (v1.Image, error) {
	layer, err := s.layer()
	if err != nil {
		return nil, err
	}
	img, err := mutate.Append(mutate.MediaType(empty.Image, types.OCIManifestSchema1), mutate.Addendum{
		Layer: layer, History: v1.History{Created: v1.Time{Time: s.at}, CreatedBy: "make release"},
	})
	if err != nil {
		return nil, err
	}
	img = mutate.ConfigMediaType(img, types.OCIConfigJSON)
	config, err := img.ConfigFile()
	if err != nil {
		return nil, err
	}
	config = config.DeepCopy()
	config.OS, config.Architecture, config.Created = s.os, s.arch, v1.Time{Time: s.at}
	config.Config = v1.Config{
		User:         "65532:65532",
		Entrypoint:   []string{"/usr/bin/topicwire"},
		Cmd:          []string{"serve"},
		WorkingDir:   "/data",
		Volumes:      map[string]struct{}{"/data": {}},
		ExposedPorts: map[string]struct{}{"8080/tcp": {}},
		Env:          []string{"PATH=/usr/bin", "HOME=/data", "TOPICWIRE_CONFIG=/data/config.yaml"},
		StopSignal:   "SIGTERM",
		// Docker's own; OCI's format has none, and lets others be.
		Healthcheck: &v1.HealthConfig{
			Test:     []string{"CMD", "/usr/bin/topicwire", "status", "--quick"},
			Interval: 30 * time.Second, Timeout: 10 * time.Second, StartPeriod: time.Minute, Retries: 3,
		},
		Labels: map[string]string{
			"org.opencontainers.image.title":       "Topicwire",
			"org.opencontainers.image.description": summary,
			"org.opencontainers.image.version":     s.label(),
			"org.opencontainers.image.revision":    s.commit,
			"org.opencontainers.image.created":     s.at.Format(time.RFC3339),
			"org.opencontainers.image.licenses":    "MIT",
		},
	}
	return mutate.ConfigFile(img, config)
}

// layer is the file system of the image. Time zones are in the binary.
func (s shipped) layer() (v1.Layer, error) {
	const documents = "usr/share/doc/topicwire/"
	var b bytes.Buffer
	err := writeTar(&b, []file{
		{path: "usr/bin/topicwire", mode: 0o755, from: s.binary},
		{path: "etc/ssl/certs/ca-certificates.crt", mode: 0o644, data: roots()},
		{path: "etc/passwd", mode: 0o644, data: []byte("root:x:0:0:root:/:/sbin/nologin\ntopicwire:x:65532:65532:Topicwire:/data:/sbin/nologin\n")},
		{path: "etc/group", mode: 0o644, data: []byte("root:x:0:\ntopicwire:x:65532:\n")},
		{path: "data", mode: fs.ModeDir | 0o750, owner: inImage},
		{path: "tmp", mode: fs.ModeDir | fs.ModeSticky | 0o777},
		{path: documents + "LICENSE", mode: 0o644, from: filepath.Join(s.folder, "LICENSE")},
		{path: documents + "THIRD-PARTY-LICENSES", mode: 0o644, data: s.third},
	}, s.at)
	if err != nil {
		return nil, err
	}
	data, err := zip(b.Bytes(), gzip.DefaultCompression)
	if err != nil {
		return nil, err
	}
	return tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }, tarball.WithMediaType(types.OCILayer))
}

// roots are the certificates that Mozilla trusts, as PEM, without those that it trusts with
// conditions a file cannot tell. They come with a module, so that go.sum says which.
func roots() []byte {
	var b bytes.Buffer
	for root := range bundle.Roots() {
		if root.Constraint == nil {
			b.Write(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: root.Certificate}))
		}
	}
	return b.Bytes()
}

// dockerManifest is what `docker load` reads, and says where the layout has the parts.
func dockerManifest(img v1.Image, tag string) ([]byte, error) {
	m, err := img.Manifest()
	if err != nil {
		return nil, err
	}
	blob := func(h v1.Hash) string { return path.Join("blobs", h.Algorithm, h.Hex) }
	d := tarball.Descriptor{Config: blob(m.Config.Digest), RepoTags: []string{tag}}
	for _, l := range m.Layers {
		d.Layers = append(d.Layers, blob(l.Digest))
	}
	return json.Marshal(tarball.Manifest{d})
}
