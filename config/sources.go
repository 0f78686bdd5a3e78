package config

import (
	"cmp"
	"net/url"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"topicwire/feed"
	"topicwire/feed/link"
	"topicwire/feed/opml"
)

// sourceKeys are those of an item of sources: a feed, or a list of feeds.
func (r *reader) sourceKeys(s *feed.Source, list *string) *keys {
	address := form("^\\s*(" + anySource + "([/?#][^\\s<>\"\\\\^`{|}]*)?|[Ff][Ii][Ll][Ee]:.+)\\s*$").noSecret()
	return &keys{in: "a source", own: "opml tags interval republish max_new headers", later: "user password", rows: []row{
		key("url link href feed address xmlurl uri file", kind{schema: address, read: func(n *node, what string) {
			if found, ok := parsing(r, r.text, r.sourceURL)(n, what); ok {
				s.ID, s.File, s.Pos = found.ID, found.File, r.pos(n)
				r.login(n, s)
			}
		}},
			"An http or https address, or file: and a path. As written it is the source's identity.", "https://www.example.org/rss", "file:samples/agency.xml"),
		key("opml list import include", into(list, ref("text"), r.text), "In place of url, an OPML file whose feeds all become sources.", "more-sources.opml"),
		key("title name label", r.textInto(&s.Title), "The name readers see; the feed's own otherwise."),
		key("tags tag labels category categories folder", listInto(r, &s.Tags, ref("text").says("A name of your own."), "a tag", r.text),
			"Names of your own, for topics to choose sources by."),
		key("language lang", r.languageInto(&s.Language),
			"The language of the entries, a tag such as en, ru or uz-latn; what the entry or feed says otherwise."),
		key("interval refresh every ttl period", r.durationInto(&s.Interval, MinInterval, maxInterval),
			"How often to visit this source; at least 15m.", "30m"),
		key("republish license licence content", r.amountInto(&s.Republish), "How much of each entry goes on to readers: full, summary or link."),
		key("max_new max_entries burst", r.wholeInto(&s.MaxNew, 1, maxNew), "How many entries one visit brings into feeds at most; the rest is filed as past.", 1000),
		key("publisher house owner outlet", r.textInto(&s.Publisher),
			"The house that the feed is of: all feeds of one are one publisher. The domain of the feed's site otherwise.", "Gazeta.uz"),
		key("max_silence silence alarm quiet", r.durationInto(&s.MaxSilence, time.Hour, maxKeep),
			"After how long without a new entry there is an alarm; at least 1h. The source's own rhythm decides otherwise.", "2d"),
		key("headers header http_headers", into(&s.Header, headersSchema(), r.headers),
			"Request headers, sent to this origin only. A value may hold ${env:VAR} and ${file:PATH}."),
	}}
}

// sourceSchema is that of an item: what a list cannot have belongs to one feed.
func sourceSchema(ks *keys) *schema {
	s := ks.object().says("A feed, or an OPML file with many.")
	s.If, s.Else = needs("opml"), needs("url")
	s.Then = &schema{Not: &schema{AnyOf: []*schema{needs("url"), needs("title"), needs("headers")}}}
	return s
}

// sources reads the list of sources. Those with an error are left out.
// Where they say nothing else they pass on as much, and bring as many entries at once, as
// fetch says.
func (r *reader) sources(root, n *node, f *Fetch) []feed.Source {
	if n == nil && r.cut["sources"] {
		return nil
	}
	if unset(n) {
		r.fail(cmp.Or(n, root), "no sources", "add a list of feeds under sources:")
		return nil
	}
	if n.Kind == yaml.SequenceNode && len(n.Content) == 0 {
		return nil // [] says that there are none yet
	}
	items := r.items(n, "sources")
	found := make([]sourceItem, 0, len(items))
	seen := make(map[string]seenSource, len(items))
	ks := r.root.row("sources").below
	for _, item := range items {
		r.source, r.listName = feed.Source{Republish: f.Republish, MaxNew: f.MaxNew}, ""
		if item.Kind == yaml.ScalarNode && !null(item) && r.sound(item) {
			r.wrong(item, ks.in, "keys with values", "write - url: "+link.Masked(strings.TrimSpace(item.Value)))
			continue
		}
		at := r.read(item, ks)
		list := at["opml"].value
		if at != nil && (list == nil && r.oneFeed(item, ks, at, &r.source, seen) || list != nil && r.onlyLists(at) && r.listName != "") {
			found = append(found, sourceItem{r.source, list, r.listName})
		}
	}
	r.allSources = len(found) == len(items) && len(r.broken) == 0 && !r.cut["sources"]
	return r.expand(found, seen)
}

// A seenSource is where a URL was, and how it was written.
type seenSource struct {
	id   feed.SourceID
	line int
}

// oneFeed reports whether an item that names no list is a source of its own.
func (r *reader) oneFeed(n *node, ks *keys, at map[string]pair, s *feed.Source, seen map[string]seenSource) bool {
	url := at["url"].value
	switch {
	case url == nil:
		// A key that means an address is reported already.
		_, meant := ks.spellings()
		for i := 0; i < len(n.Content); i += 2 {
			name := n.Content[i].Value
			if to := meant[strings.ToLower(name)]; name == "url" || to == "url" || to == "opml" {
				return false
			}
		}
		r.fail(n, "a source needs a url or an opml")
		return false
	case s.ID == "":
		return false
	case s.File != "" && at["headers"].value != nil:
		r.warn(at["headers"].value, "headers of a file: source are not used")
	}
	return r.unique(url, s, seen)
}

// onlyLists reports what an item with opml cannot have, as it belongs to one
// feed. It returns false for an item that is both.
func (r *reader) onlyLists(at map[string]pair) bool {
	if at["url"].value != nil {
		r.fail(at["opml"].value, "a source has a url or an opml, not both", "make two items of them")
		return false
	}
	for _, name := range []string{"title", "headers"} {
		if n := at[name].value; n != nil {
			r.fail(n, name+" cannot be set for all feeds of an OPML file", "add an item with the url of the feed it is for; that one wins")
		}
	}
	return true
}

// sourceURL is what the address of a source decides: ID, and File.
func (r *reader) sourceURL(_, text string) (s feed.Source, wrong, hint string) {
	s.ID = feed.SourceID(text)
	switch {
	case text == "file:":
		wrong = "file: needs a path"
	case len(text) > 5 && strings.EqualFold(text[:5], "file:"):
		path, ok := filePath(text[5:])
		if !ok {
			wrong, hint = "source "+quote(text)+" names no file of this machine", "file: and a path, as in file:samples/agency.xml"
		}
		s.File = r.path(path)
	default:
		_, wrong, hint = httpURL("source", text)
	}
	return s, wrong, hint
}

// login warns of a user or password in an address: it is sent, and never shown, but
// whoever may read the configuration has it.
func (r *reader) login(n *node, s *feed.Source) {
	if u, err := url.Parse(string(s.ID)); err == nil && s.File == "" && u.User != nil {
		r.warn(n, "source "+shown(s.ID)+" holds a user name or password", `better: headers: {Authorization: "Basic ${file:PATH}"}`)
	}
}

// shown is the address of a source in a message.
func shown(id feed.SourceID) string { return quote(link.Masked(string(id))) }

// filePath is the path of a file: address. After file:// it is percent-encoded
// and absolute (RFC 8089 §2); otherwise it stands as it is.
func filePath(rest string) (string, bool) {
	if !strings.HasPrefix(rest, "//") {
		return rest, !strings.ContainsRune(rest, 0)
	}
	path, err := url.PathUnescape(strings.TrimPrefix(rest[2:], "localhost"))
	return path, err == nil && strings.HasPrefix(path, "/") && !strings.ContainsRune(path, 0)
}

// unique refuses an address that is there already, and warns of one that
// differs from another in ways that seldom matter.
func (r *reader) unique(n *node, s *feed.Source, seen map[string]seenSource) bool {
	here, key, exact := seenSource{s.ID, n.Line}, sameAddress(s), "="+string(s.ID)
	first, alike := seen[key]
	second, again := seen[exact] // of several spellings
	switch {
	case again || alike && first.id == s.ID:
		r.fail(n, "source "+shown(s.ID)+" is here a second time", firstIn(cmp.Or(second.line, first.line)))
		return false
	case alike:
		seen[exact] = here
		r.warn(n, "source "+shown(s.ID)+" looks like "+shown(first.id), firstIn(first.line))
	default:
		seen[key] = here
	}
	return true
}

// sameAddress is equal for sources of one file, and for addresses that almost
// always name one feed.
func sameAddress(s *feed.Source) string {
	if s.File != "" {
		return "file:" + s.File
	}
	return opml.AddressKey(string(s.ID))
}
