package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"html/template"
	"path/filepath"
	"strings"
	"time"
)

//go:embed templates static
var assets embed.FS

// static prepares an embedded file under a name that holds its hash, so that it
// may be kept for ever and a new version is asked for by a new name.
func (c *compressor) static(name, mediaType string) (string, *document) {
	body, err := assets.ReadFile("static/" + name)
	if err != nil {
		panic(err) // it is part of the program
	}
	sum := sha256.Sum256(body)
	ext := filepath.Ext(name)
	path := "/static/" + strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext
	return path, c.document(body, time.Time{}, traits{mediaType: mediaType, cache: cacheStatic}, nil)
}

// parsePages reads the templates. They are part of the program, like the code.
func parsePages() *template.Template {
	t := template.New("").Funcs(template.FuncMap{"plural": plural})
	return template.Must(t.ParseFS(assets, "templates/*.html"))
}
