package feed

// An Icon is a picture of a topic, or of the whole wire, as far as documents name it.
// The zero value is none.
type Icon struct {
	Ext           string // of its address: ".png", ".jpg", ".gif" or ".svg"; "" for none
	Width, Height int    // in pixels; 0 for a drawing (.svg)
}

// MediaType is that of the icon; "" for none.
func (i Icon) MediaType() string {
	return map[string]string{".png": "image/png", ".jpg": "image/jpeg", ".gif": "image/gif", ".svg": "image/svg+xml"}[i.Ext]
}

// Raster reports whether the icon is one of pixels: readers of feeds show no other.
func (i Icon) Raster() bool { return i.Width > 0 }
