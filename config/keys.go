package config

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// A row is all that is known of one key of a map of fixed shape: reading, hints,
// the schema for editors and the defaults come from it, and a test holds the
// tables of docs/configuration.md to it.
type row struct {
	name      string
	spellings string // the name and, behind it, what people write instead, in lower case
	or        string // what holds where the key is missing, as it would be written; "" for nothing
	kind
}

// A kind is what a key may hold.
type kind struct {
	schema *schema                    // what editors are told of it
	read   func(n *node, what string) // into its place; what names the key. nil where the map is read in another way
	below  *keys                      // of the maps in it, else nil
}

// key makes a row. The spellings are the key's name and, behind it, what people
// write instead; help is what an editor shows.
func key(spellings string, k kind, help string, examples ...any) row {
	name, _, _ := strings.Cut(spellings, " ")
	k.schema.says(help, examples...)
	return row{name, spellings, "", k}
}

// keyOr makes the row of a key with a default, which is written as in a file.
func keyOr(spellings, or string, k kind, help string, examples ...any) row {
	made := key(spellings, k, help, examples...)
	made.or, k.schema.Default = or, or
	if json.Valid([]byte(or)) { // a number, or true or false
		k.schema.Default = json.RawMessage(or)
	}
	return made
}

// keys are the rows of a map of fixed shape. Where there are several such maps,
// sources and topics, their kinds read one after the other into one value.
type keys struct {
	in    string // what the map is, as in "unknown key in …"
	home  string // the same as in "it belongs in …"; "" for in
	own   string // keys whose names tell that they belong here, wherever they are found
	later string // those of the design, not of this version, with blanks between them
	rows  []row
	homes map[string]string // where keys belong that are known elsewhere; nil for the usual
}

// row is the row of a key, nil where there is none.
func (ks *keys) row(name string) *row {
	if i := slices.IndexFunc(ks.rows, func(k row) bool { return k.name == name }); i >= 0 {
		return &ks.rows[i]
	}
	return nil
}

// spellings are the names of the keys, and what people write for them.
func (ks *keys) spellings() (names []string, meant map[string]string) {
	var options []string
	for _, k := range ks.rows {
		options = append(options, k.spellings)
	}
	return spellings(options...)
}

// tables are ks and all that are below.
func (ks *keys) tables() []*keys {
	tables := []*keys{ks}
	for _, k := range ks.rows {
		if k.below != nil && !slices.Contains(tables, k.below) {
			tables = append(tables, k.below.tables()...)
		}
	}
	return tables
}

// setDefaults reads the defaults of all keys.
func (r *reader) setDefaults() {
	for _, ks := range r.root.tables() {
		for _, k := range ks.rows {
			if k.or != "" {
				k.read(&node{Kind: yaml.ScalarNode, Value: k.or}, k.name)
			}
		}
	}
}

// A pair is a key of a map and its value; nil where the map does not have it.
type pair struct{ key, value *node }

// read reads the keys of a map of fixed shape into their places and reports the
// others. It gives where they stand, nil where n is no map.
func (r *reader) read(n *node, ks *keys) map[string]pair {
	return r.pairs(n, ks.in, ks, func(name string, _, v *node) {
		if k := ks.row(name); k.read != nil {
			k.read(v, name)
		}
	})
}

// section reads a section of the file, which may be missing or have no keys.
func (r *reader) section(root map[string]pair, name string) map[string]pair {
	n := root[name].value
	if unset(n) {
		return nil
	}
	return r.read(n, r.root.row(name).below)
}

// each visits the keys of a map of fixed shape and reports the others. It
// returns false where n is no map.
func (r *reader) each(n *node, ks *keys, visit func(key string, k, v *node)) bool {
	return r.pairs(n, ks.in, ks, visit) != nil
}

// entries visits the keys of a map whose keys are the operator's names.
func (r *reader) entries(n *node, what string, visit func(key string, k, v *node)) bool {
	return r.pairs(n, what, nil, visit) != nil
}

// pairs visits the keys of a map, each once, and gives where they stand. It
// gives nil for what is no map, and for one without keys where they are the
// operator's names, for which ks is nil.
func (r *reader) pairs(n *node, what string, ks *keys, visit func(key string, k, v *node)) map[string]pair {
	need := "keys with values"
	if ks == nil {
		need = "names with values"
	}
	switch {
	case !r.sound(n):
		return nil
	case n.Kind != yaml.MappingNode:
		r.wrong(n, what, need)
		return nil
	case ks == nil && len(n.Content) == 0:
		r.fail(n, what+" is empty")
		return nil
	}
	at := make(map[string]pair, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		name, ok := r.key(k, what)
		first, again := at[name]
		switch {
		case !ok:
		case ks != nil && ks.row(name) == nil:
			r.unknown(k, name, ks)
		case again:
			r.fail(k, "key "+quote(name)+" is here a second time", firstIn(first.key.Line))
		default:
			at[name] = pair{k, v}
			visit(name, k, v)
		}
	}
	return at
}

func (r *reader) key(k *node, in string) (string, bool) {
	name := strings.TrimSpace(k.Value)
	switch {
	case !r.sound(k):
	case k.Kind != yaml.ScalarNode || null(k) && k.Value == "":
		r.wrong(k, "a key of "+in, "a text")
	case name == "":
		r.fail(k, "a key of "+in+" is empty")
	default:
		return name, true
	}
	return "", false
}

func (r *reader) unknown(k *node, name string, ks *keys) {
	if r.full() {
		r.dropped++
		return
	}
	if slices.Contains(strings.Fields(ks.later), name) {
		r.fail(k, "key "+quote(name)+" is not yet supported in "+ks.in, "remove it")
		return
	}
	known, meant := ks.spellings()
	byLetters := nearest(name, slices.Sorted(maps.Keys(meant)))
	r.fail(k, "unknown key "+quote(name)+" in "+ks.in, cmp.Or(didYouMean(name, known, meant), r.home(name, ks), didYouMean(byLetters, nil, meant), "known are "+strings.Join(known, ", ")))
}

// home is a hint where a key belongs that is found in another map, or "".
func (r *reader) home(name string, in *keys) string {
	var homes []string
	for _, ks := range r.root.tables() {
		if in.homes == nil && slices.Contains(strings.Fields(ks.own), name) {
			homes = append(homes, cmp.Or(ks.home, ks.in))
		}
	}
	if home := cmp.Or(in.homes[name], strings.Join(homes, ", or in ")); home != "" {
		return "it belongs in " + home
	}
	return ""
}
