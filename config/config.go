package config

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"topicwire/feed"
	"topicwire/feed/link"
)

// MaxSize is how long a configuration file may be, in bytes.
const MaxSize = 4 << 20

// maxDepth bounds how deep lists and maps may nest.
const maxDepth = 64

// maxProblems bounds how many problems of one file are reported.
const maxProblems = 1000

// MinInterval is the shortest time between two visits of one source.
const MinInterval = 15 * time.Minute

// MinKeep is the shortest time for which entries are kept.
const MinKeep = 24 * time.Hour

// MaxLimit is how many entries a subscription document may hold.
const MaxLimit = 1000

// A Config is a configuration file without errors. Everything in it is shared
// and must not be changed.
type Config struct {
	File    string // as it was named to Load or Parse
	Server  Server
	Storage Storage
	Fetch   Fetch
	WebSub  WebSub
	Alarm   Alarm
	Reload  Reload
	Stories Stories
	Blocked link.Hosts    // whose entries are not stored, and that are not asked
	Sources []feed.Source // in the order of the file; OPML files are read
	Topics  []feed.Topic  // in the order of the file, then of the included files; lists are expanded
	// Icons are the bytes of the topics' icons, of those that have one.
	Icons map[feed.TopicID][]byte
	// Concepts are the lists with a kind, in the order of the files; the lists
	// that they use are expanded.
	Concepts []feed.Concept
	// Files are the paths of all files that were read or asked for: this one
	// first, then those it includes, its OPML files, pictures and secrets. Globs are
	// the include patterns that may match more files one day. A change of any
	// of them is a change of the configuration; see Watched.
	Files, Globs []string
}

// Server is how the wire is published.
type Server struct {
	Listen string // HOST:PORT, or unix: and an absolute path
	// Admin is where operators look: HOST:PORT with a loopback host, or unix:
	// and an absolute path; "" for nowhere. Never what Listen is.
	Admin string
	URL   string // the public address, http or https, without a slash at its end
	Title string
	// Timezone is where the days, weeks and months of caps begin, and of times on
	// pages; never nil.
	Timezone *time.Location
	Icon     Picture // of the whole wire; the zero value for none
	// SecurityTxt is what /.well-known/security.txt is to have (RFC 9116); nil for
	// none.
	SecurityTxt []byte
	// TrustedProxies are whose word on where a request came from counts.
	TrustedProxies []netip.Prefix
}

// Storage is where the wire is kept.
type Storage struct {
	Path string        // of the database, absolute if the configuration's folder is
	Keep time.Duration // how long entries stay that their source no longer has; at least MinKeep
	// Backup is where copies go, and Compact when the file is written anew.
	Backup  Backups
	Compact Compact
}

// Fetch is how sources are visited.
type Fetch struct {
	Contact      string        // an address for publishers, or ""
	Interval     time.Duration // of sources that set none; at least MinInterval
	Parallel     int           // visits at once, at least 1
	HostGap      time.Duration // between two requests to one host; 0 for none
	AllowPrivate bool          // loopback and private addresses may be fetched
	// Republish is how much of each entry goes on to readers, of sources that say
	// nothing else; never "".
	Republish feed.Republish
	// MaxNew is how many entries a document brings into feeds at most, of sources that
	// say nothing else.
	MaxNew int
}

// Load reads the configuration file at path, with secrets from the environment
// of the process and from files beside it. It returns all problems of the file,
// sorted by position; Config is nil when one of them is an error. A file that
// cannot be read is a problem without a line.
func Load(path string) (*Config, []feed.Problem) { return sound(Draft(path)) }

// Draft is Load for those who go on to check the rules of a file that has errors:
// its Config holds what could be read, and Files and Globs to wait for a change
// of, and is for nothing else. It is nil when the file could not be read.
func Draft(path string) (*Config, []feed.Problem) {
	abs, err := filepath.Abs(path)
	var data []byte
	if err == nil {
		data, err = readAtMost(path, MaxSize+1)
	}
	if err != nil {
		problems := ofFile(path, "the file cannot be read: "+bare(err).Error())
		if errors.Is(err, syscall.EISDIR) {
			problems[0].Hint = "name a file in it"
		}
		return nil, problems
	}
	return draft(path, data, filepath.Dir(abs), os.LookupEnv, theDisk)
}

// ofFile is an error of a file as a whole.
func ofFile(name, text string) []feed.Problem {
	return []feed.Problem{{Pos: feed.Pos{File: name}, Text: text}}
}

// sound keeps a draft without errors.
func sound(c *Config, problems []feed.Problem) (*Config, []feed.Problem) {
	if failed(problems) {
		return nil, problems
	}
	return c, problems
}

func failed(problems []feed.Problem) bool {
	return slices.ContainsFunc(problems, func(p feed.Problem) bool { return p.Severity == feed.Error })
}

// Parse reads a configuration from data as Load does. The name goes into
// positions. Relative paths start at dir, which should be absolute; env looks
// up what ${env:VAR} asks for, and nil knows no variable.
func Parse(name string, data []byte, dir string, env func(string) (string, bool)) (*Config, []feed.Problem) {
	return sound(draft(name, data, dir, env, theDisk))
}

func draft(name string, data []byte, dir string, env func(string) (string, bool), d disk) (*Config, []feed.Problem) {
	if len(data) > MaxSize {
		return nil, ofFile(name, "the file is longer than "+size(MaxSize))
	}
	if env == nil {
		env = func(string) (string, bool) { return "", false }
	}
	c, r := drafted(name, data, dir, env, d, false)
	if r.emptyGlobs > 0 && failed(r.problems) {
		// What a pattern for files did not bring may be what is missing elsewhere: then
		// that is the mistake, and what follows from it is none.
		if c2, r2 := drafted(name, data, dir, env, d, true); errorsIn(r2.problems)-r2.emptyGlobs < errorsIn(r.problems) {
			return c2, r2.problems
		}
	}
	return c, r.problems
}

// errorsIn counts the problems that are errors.
func errorsIn(problems []feed.Problem) (n int) {
	for i := range problems {
		if problems[i].Severity == feed.Error {
			n++
		}
	}
	return n
}

// drafted is draft, where a pattern for files must match some, or need not.
func drafted(name string, data []byte, dir string, env func(string) (string, bool), d disk, mustMatch bool) (*Config, *reader) {
	r := &reader{dir: dir, env: env, disk: d, known: map[string]bool{}, topicsAt: map[string]feed.Pos{}, mustMatch: mustMatch}
	main := r.open(name, filepath.Join(dir, filepath.Base(name)), data)
	c := &Config{File: name}
	r.within(main, func() {
		r.root = r.rootKeys(c)
		r.setDefaults()
		if root := r.tree(); root != nil {
			r.config(root, c)
		}
	})
	r.sort()
	c.Files, c.Globs = r.files, r.globs
	return c, r
}

// sort puts the problems in the order of the files and drops what repeats.
func (r *reader) sort() {
	order := map[string]int{}
	for i, d := range r.docs {
		order[d.file] = i
	}
	feed.SortBy(r.problems, func(a, b feed.Problem) int {
		return cmp.Or(cmp.Compare(order[a.Pos.File], order[b.Pos.File]), cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.Pos.Col, b.Pos.Col), cmp.Compare(a.Severity, b.Severity))
	})
	r.problems = slices.Compact(r.problems)
	if r.dropped > 0 {
		r.problems = append(r.problems, ofFile(r.docs[0].file, fmt.Sprint(r.dropped, " more problems are not shown"))...)
	}
}

// rootKeys are those of the file, which read into c, and below them all others.
func (r *reader) rootKeys(c *Config) *keys {
	section := func(ks *keys) kind {
		return kind{schema: ks.object().orEmpty(), below: ks}
	}
	sources := r.sourceKeys(&r.source, &r.listName)
	files := ref("text").says("A file or a pattern for files, relative to this one: * any run, ? one character, inside one folder.", "topics/*.yaml")
	return &keys{in: "the file", rows: []row{
		key("server http web", section(r.serverKeys(&c.Server)), "How the wire is published."),
		key("storage database db store", section(r.storageKeys(&c.Storage)), "Where the wire is kept."),
		key("fetch fetcher poll polling crawl", section(r.fetchKeys(&c.Fetch)), "How sources are visited."),
		key("websub pubsubhubbub pubsub push", section(r.websubKeys(&c.WebSub)), "How news travels at once, by WebSub hubs."),
		key("alarm alarms alert alerts notify", section(r.alarmKeys(&c.Alarm)), "Who is told of what needs a person."),
		key("reload reloading reloads", section(r.reloadKeys(&c.Reload)), "What a running server does with a changed configuration."),
		key("sources feeds feed subscriptions urls inputs", kind{schema: listOf(sourceSchema(sources)).orNone(), below: sources}, "The feeds that are read; [] for none yet."),
		key("blocked block blocklist deny denied banned", r.blockedInto(&c.Blocked),
			"Hosts that must not be heard of: their sources are not asked, and entries that link to them are not stored.", []string{"spam.example"}),
		key("lists vocabulary words keywords synonyms", kind{schema: ref("lists"), below: r.conceptKeys(&r.concept)},
			"Patterns that several topics share. A rule uses a list as $name, and so may another list. A list with a kind is a concept, by which stories meet across languages."),
		key("include includes import files", kind{schema: listOf(files)},
			"Files with more lists and topics. They hold nothing else, and include nothing themselves."),
		key("topics channels categories filters outputs rules", kind{schema: ref("topics"), below: r.topicKeys(&r.topic)},
			"The topics, by id. A topic without rules takes everything from its sources."),
		key("stories story clustering duplicates", section(r.storiesKeys(&c.Stories)),
			"When entries count as one report, and reports as one event."),
	}}
}

// config reads the whole tree. Sections are read in the order in which they
// need each other, not in the file's.
func (r *reader) config(root *node, c *Config) {
	at := r.read(root, r.root)
	if at == nil {
		return
	}
	r.server(r.section(at, "server"), &c.Server)
	r.storage(r.section(at, "storage"), &c.Storage)
	r.fetch(root, at, &c.Fetch)
	r.websub(r.section(at, "websub"), c)
	r.section(at, "alarm")
	r.section(at, "reload")
	r.stories(r.section(at, "stories"), &c.Stories)
	c.Sources = r.sources(root, at["sources"].value, &c.Fetch)
	r.blockSources(c)
	parts := append([]part{{r.document, at["lists"].value, at["topics"].value}}, r.include(at["include"].value)...)
	r.lists(parts)
	c.Concepts = r.concepts()
	if c.Topics = r.topics(parts, c.Sources); !r.someTopics && !r.lost("topics") {
		add := "add topics"
		if at["topics"].value == nil {
			add = "add topics:"
		}
		r.fail(cmp.Or(at["topics"].value, root), "no topics", add+"; one without rules takes everything, as in all: {}")
	}
	c.Icons = r.icons
	r.unusedLists()
}
