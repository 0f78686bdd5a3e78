package config

const (
	anyPort = `(0|[1-9][0-9]{0,4})`
	anyHTTP = `[Hh][Tt][Tt][Pp][Ss]?://[^\s/?#@]+`
)

func serverSchema() *schema {
	d := defaults("", "").Server
	return object("How the wire is published.", map[string]*schema{
		"listen":   form("Where the pages and feeds are served: HOST:PORT, or unix:PATH.", `^\s*(unix:.+|[^/]*:`+anyPort+`)\s*$`).noSecret().or(d.Listen).examples("unix:topicwire.sock", "0.0.0.0:8080"),
		"admin":    form(`Where operators look: HOST:PORT on this machine only, or unix:PATH; "" turns it off.`, `^\s*(|unix:.+|(localhost|127(\.[0-9]{1,3}){3}|\[[0-9a-fA-F:.]+\]):`+anyPort+`)\s*$`).noSecret().or(d.Admin).examples("", "unix:admin.sock"),
		"url":      form("The public address: http or https, with at most a path. It stands in links, never in ids.", `^\s*`+anyHTTP+`(/[^\s?#]*)?\s*$`).or(d.URL).examples("https://wire.example.org"),
		"title":    text("The name of the whole wire.").or(d.Title),
		"timezone": zoneSchema(),
	})
}

func zoneSchema() *schema {
	s := form("The time zone in which the days, weeks and months of caps begin: a name of the IANA database.", `^\s*[A-Z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*\s*$`)
	s.Not = &schema{Enum: []string{"Local"}}
	return s.or("UTC").examples("UTC", "Asia/Tashkent", "Asia/Almaty", "Asia/Bishkek", "Asia/Dushanbe", "Asia/Ashgabat", "Europe/Moscow", "Europe/Berlin")
}

func storageSchema() *schema {
	d := defaults("", "").Storage
	return object("Where the wire is kept.", map[string]*schema{
		"path": text("The database file, relative to this file.").or(d.Path),
		"keep": span("How long entries stay that their source no longer has; at least 1d.", false).or(d.Keep).examples("30d", "1w"),
	})
}

func fetchSchema() *schema {
	d := defaults("", "").Fetch
	return object("How sources are visited.", map[string]*schema{
		"contact":       form("A mail address or page for publishers, sent in the User-Agent.", `^\s*[!-'*-\[\]-~]*\s*$`).noSecret().examples("desk@wire.example"),
		"interval":      span("How often a source is visited that sets no interval of its own; at least 15m.", false).or(d.Interval),
		"parallel":      integer("How many visits run at once.", 1, 1000).or(d.Parallel),
		"host_gap":      span("The time between two requests to one host, up to 1h.", true).or(d.HostGap),
		"allow_private": boolean("Whether loopback and private addresses may be fetched: for tests and intranets.").or(false),
		"republish":     ref("republish", "How much of each entry goes on to readers, of sources that say nothing else: full, summary or link.").or(d.Republish),
	})
}

func storiesSchema() *schema {
	likeness := func(description string) *schema {
		low, high := 0.0, 1.0
		return &schema{Description: description + " The preset's own otherwise.", Type: "number", Above: &low, Maximum: &high}
	}
	return object("When entries count as one report, and reports as one event.", map[string]*schema{
		"preset":               enum("balanced, or precise: fewer and surer stories.", Balanced, Precise).or(Balanced),
		"duplicate":            likeness("The likeness (cosine) of two texts from which they are one report."),
		"duplicate_with_title": likeness("The likeness of two texts from which they are one report where their titles are alike."),
		"title":                likeness("The likeness (Jaccard) from which two titles are alike."),
		"same_title":           likeness("The likeness of two texts from which they are one report where their titles are the same."),
		"story":                likeness("The likeness of a report to the nearest one of a story, from which it joins."),
		"story_mean":           likeness("The mean likeness of a report to the nearest ones of a story, from which it joins."),
		"max_age":              span("How old a story is that still takes reports; at least 1h. The preset's own otherwise.", false).examples("7d"),
		"max_entries":          integer("How many entries a story has at most. The preset's own otherwise.", 2, MaxStoryEntries),
	})
}

func sourcesSchema() *schema {
	one := object("A feed, or an OPML file with many.", map[string]*schema{
		"url":       form("An http or https address, or file: and a path. As written it is the source's identity.", `^\s*(`+anyHTTP+`([/?#][^\s<>"\\^`+"`"+`{|}]*)?|[Ff][Ii][Ll][Ee]:.+)\s*$`).noSecret().examples("https://www.example.org/rss", "file:samples/agency.xml"),
		"opml":      text("In place of url, an OPML file whose feeds all become sources.").examples("more-sources.opml"),
		"title":     text("The name readers see; the feed's own otherwise."),
		"tags":      listOf(text("A name of your own."), "Names of your own, for topics to choose sources by."),
		"language":  language("The language of the entries, a tag such as en, ru or uz-latn; what the entry or feed says otherwise."),
		"interval":  span("How often to visit this source; at least 15m.", false).examples("30m"),
		"republish": ref("republish", "How much of each entry goes on to readers: full, summary or link."),
		"publisher": text("The house that the feed is of: all feeds of one are one publisher. The domain of the feed's site otherwise.").examples("Gazeta.uz"),
		"headers":   headersSchema(),
	})
	one.If = &schema{Required: []string{"opml"}}
	one.Then = &schema{Not: &schema{AnyOf: []*schema{{Required: []string{"url"}}, {Required: []string{"title"}}, {Required: []string{"headers"}}}}}
	one.Else = &schema{Required: []string{"url"}}
	return listOf(one, "The feeds that are read.")
}

func headersSchema() *schema {
	return &schema{
		Description: "Request headers, sent to this origin only. A value may hold ${env:VAR} and ${file:PATH}.",
		Type:        "object", MinKeys: 1,
		Names:  form("The name of a header.", `^\s*[!#-'*+.0-9A-Z^-z|~-]+\s*$`),
		Others: &schema{Type: []string{"string", "number", "boolean"}},
	}
}
