package config

import (
	"bytes"
	"encoding/xml"
	"image"
	_ "image/gif" // formats that image reads
	_ "image/jpeg"
	_ "image/png"

	"topicwire/feed"
)

// maxIcon bounds the file of an icon, in bytes.
const maxIcon = 512 << 10

// A Picture is an icon with its file's bytes.
type Picture struct {
	feed.Icon
	Body []byte
}

// picture reads the path of an icon, and its file.
func (r *reader) picture(n *node, what string) (p Picture, ok bool) {
	data, name, ok := r.content(n, what, maxIcon)
	if !ok {
		return p, false
	}
	if p = (Picture{iconOf(data), data}); p.Ext == "" {
		r.fail(n, what+" "+quote(name)+" is no image that can be shown", "a PNG, JPEG or GIF; an SVG is shown on pages alone")
	}
	return p, p.Ext != ""
}

// content reads a path and the file there, of at most so many bytes.
func (r *reader) content(n *node, what string, most int64) (data []byte, name string, ok bool) {
	if name, ok = r.text(n, what); !ok {
		return nil, "", false
	}
	path := r.path(name)
	r.depends(path)
	data, err := r.disk.read(path, most)
	if err != nil {
		r.fail(n, what+" "+quote(name)+" cannot be read: "+err.Error(), "a file of this machine; its path is relative to the configuration's folder")
	}
	return data, name, err == nil
}

// iconOf tells what image bytes are, whatever the file is called; the zero value for
// none.
func iconOf(data []byte) feed.Icon {
	if c, format, err := image.DecodeConfig(bytes.NewReader(data)); err == nil && c.Width > 0 && c.Height > 0 {
		return feed.Icon{Ext: map[string]string{"png": ".png", "jpeg": ".jpg", "gif": ".gif"}[format], Width: c.Width, Height: c.Height}
	}
	if drawing(data) {
		return feed.Icon{Ext: ".svg"}
	}
	return feed.Icon{}
}

// drawing reports whether data begins as an SVG does.
func drawing(data []byte) bool {
	d := xml.NewDecoder(bytes.NewReader(data))
	for {
		token, err := d.RawToken()
		if err != nil {
			return false
		}
		switch t := token.(type) {
		case xml.StartElement:
			return t.Name.Local == "svg"
		case xml.CharData:
			if len(bytes.TrimSpace(t)) > 0 {
				return false
			}
		}
	}
}
