package parse

import (
	"cmp"
	"math"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/mmcdole/gofeed/extensions"

	"topicwire/feed"
	"topicwire/feed/html"
	"topicwire/feed/link"
)

// addEnclosure appends a file unless its address is none, or it is a program; of one
// that is there already it fills in what was not said.
func addEnclosure(list []feed.Enclosure, base *url.URL, f feed.Enclosure) []feed.Enclosure {
	f.URL = link.Resolve(base, f.URL)
	if f.Type = mediaType(f.Type); f.Type == "" {
		f.Type = guessType(f.URL)
	}
	if f.URL == "" || f.Type == flash {
		return list
	}
	f.Title, f.Length, f.Duration = html.Plain(f.Title), max(f.Length, 0), max(f.Duration, 0)
	if strings.HasPrefix(f.Type, "image/") {
		f.Duration = 0
	}
	i := slices.IndexFunc(list, func(g feed.Enclosure) bool { return g.URL == f.URL })
	if i < 0 {
		if len(list) == maxList {
			return list
		}
		return append(list, f)
	}
	g := &list[i]
	g.Type, g.Length = cmp.Or(g.Type, f.Type), cmp.Or(g.Length, f.Length)
	g.Title, g.Duration = cmp.Or(g.Title, f.Title), cmp.Or(g.Duration, f.Duration)
	return list
}

// flash is the type of a program that no reader runs any more.
const flash = "application/x-shockwave-flash"

// guessType is the media type that an address ends like, "" for none that feeds carry.
func guessType(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return endings[strings.ToLower(path.Ext(u.Path))]
}

// endings are those of the files that feeds carry. The library's own table has what the
// machine has besides, and entries must be the same on any.
var endings = map[string]string{
	".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".gif": "image/gif", ".webp": "image/webp", ".avif": "image/avif",
	".svg": "image/svg+xml", ".bmp": "image/bmp", ".heic": "image/heic",
	".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".aac": "audio/aac", ".ogg": "audio/ogg", ".oga": "audio/ogg", ".opus": "audio/ogg",
	".wav": "audio/wav", ".flac": "audio/flac",
	".mp4": "video/mp4", ".m4v": "video/mp4", ".mov": "video/quicktime", ".webm": "video/webm", ".ogv": "video/ogg", ".avi": "video/x-msvideo",
	".mkv": "video/x-matroska", ".m3u8": "application/vnd.apple.mpegurl", ".swf": flash,
	".pdf": "application/pdf", ".epub": "application/epub+zip", ".zip": "application/zip", ".torrent": "application/x-bittorrent",
	".doc": "application/msword", ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	".json": "application/json", ".vtt": "text/vtt", ".srt": "application/x-subrip", ".html": "text/html", ".htm": "text/html", ".txt": "text/plain",
}

// size is the size of a file, 0 for unknown.
func size(text string) int64 { return int64(positive(text, math.MaxInt)) }

// seconds is a length of time as podcasts write it: seconds, or H:MM:SS.
func seconds(text string) int {
	total := 0.0
	parts := strings.Split(strings.TrimSpace(text), ":")
	if len(parts) > 3 {
		return 0
	}
	for _, p := range parts {
		f, err := strconv.ParseFloat(p, 64)
		if err != nil || f < 0 || f > 1e7 {
			return 0
		}
		total = total*60 + f
	}
	return int(min(total, 1e9))
}

// addMedia appends the files of media:content, also in media:group.
func addMedia(list []feed.Enclosure, base *url.URL, x ext.Extensions) []feed.Enclosure {
	for _, f := range mediaElements(x, "content") {
		e := feed.Enclosure{
			URL: f.Attrs["url"], Type: f.Attrs["type"], Length: size(f.Attrs["fileSize"]),
			Title: child(f, "title"), Duration: seconds(f.Attrs["duration"]),
		}
		if e.Type == "" && guessType(link.Resolve(base, e.URL)) == "" && strings.EqualFold(f.Attrs["medium"], "image") {
			e.Type = "image/jpeg" // as nearly all are
		}
		list = addEnclosure(list, base, e)
	}
	return list
}

// picture is the one that stands for an entry: what its source names as that, else the
// first file that is an image, else the first real image of its text.
func picture(e *feed.Entry, base *url.URL, named ...string) string {
	for _, n := range named {
		if u := link.Resolve(base, n); u != "" {
			return u
		}
	}
	for i := range e.Enclosures {
		if strings.HasPrefix(e.Enclosures[i].Type, "image/") {
			return e.Enclosures[i].URL
		}
	}
	for _, text := range []string{e.Content, e.Summary, e.FullText} {
		if u := html.Picture(text); u != "" {
			return u
		}
	}
	return ""
}

// thumbnail is the widest of an entry's media:thumbnail elements.
func thumbnail(x ext.Extensions) (address string) {
	widest := -1
	for _, t := range mediaElements(x, "thumbnail") {
		if w := positive(t.Attrs["width"], math.MaxInt); w > widest {
			if u := cmp.Or(t.Attrs["url"], t.Value); u != "" {
				address, widest = u, w
			}
		}
	}
	return address
}

// showImage is the picture that the itunes module or Google's form of it names.
func showImage(x ext.Extensions) string {
	for _, prefix := range []string{"itunes", "googleplay"} {
		for _, i := range x[prefix]["image"] {
			if u := cmp.Or(i.Attrs["href"], i.Attrs["url"], i.Value); u != "" {
				return u
			}
		}
	}
	return ""
}

// podcast is what the itunes and podcast modules say of an entry, nil for nothing.
func podcast(x ext.Extensions, base *url.URL) *feed.Podcast {
	if len(x["itunes"]) == 0 && len(x["podcast"]) == 0 {
		return nil
	}
	p := &feed.Podcast{
		Episode: numeral(cmp.Or(value(x, "itunes", "episode"), value(x, "podcast", "episode"))),
		Season:  numeral(cmp.Or(value(x, "itunes", "season"), value(x, "podcast", "season"))),
	}
	switch kind := strings.ToLower(strings.TrimSpace(value(x, "itunes", "episodeType"))); kind {
	case "full", "trailer", "bonus":
		p.EpisodeType = kind
	}
	switch strings.ToLower(strings.TrimSpace(value(x, "itunes", "explicit"))) {
	case "true", "yes", "explicit":
		p.Explicit = "true"
	case "false", "no", "clean":
		p.Explicit = "false"
	}
	for _, t := range bounded(x["podcast"]["transcript"]) {
		if d := goesWith(t, base); d.URL != "" {
			p.Transcripts = append(p.Transcripts, d)
		}
	}
	for _, c := range x["podcast"]["chapters"] {
		if d := goesWith(c, base); d.URL != "" {
			p.Chapters = &d
			break
		}
	}
	if !p.Says() && seconds(value(x, "itunes", "duration")) == 0 {
		return nil
	}
	return p
}

// goesWith is the file that an element of the podcast module names.
func goesWith(x ext.Extension, base *url.URL) feed.PodcastFile {
	d := feed.PodcastFile{URL: link.Resolve(base, x.Attrs["url"]), Language: languageTag(x.Attrs["language"])}
	d.Type = cmp.Or(mediaType(x.Attrs["type"]), guessType(d.URL))
	return d
}

// numeral is a positive number, "" for what is none.
func numeral(s string) string {
	s = strings.TrimSpace(s)
	n, err := strconv.ParseUint(s, 10, 30)
	if err != nil || n == 0 {
		return ""
	}
	return strconv.FormatUint(n, 10)
}

// timed gives the file that the itunes module means its duration: the first that is
// played.
func timed(list []feed.Enclosure, x ext.Extensions) {
	d := seconds(value(x, "itunes", "duration"))
	for i := range list {
		if kind := list[i].Type; strings.HasPrefix(kind, "audio/") || strings.HasPrefix(kind, "video/") {
			list[i].Duration = cmp.Or(list[i].Duration, d)
			return
		}
	}
	if len(list) == 1 {
		list[0].Duration = cmp.Or(list[0].Duration, d)
	}
}
