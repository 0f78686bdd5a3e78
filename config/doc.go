// Package config reads config.yaml: bytes to checked values that know where
// they stand in the file, and everything that is wrong with them, all at once.
//
// It stands on floor 2 and owns the YAML module. It imports feed and feed/opml only; it
// must not import the packages that use a configuration, and it does not
// understand patterns: rules are carried as feed.Rule trees with their
// positions, for feed/match to compile. Of patterns it knows one thing, that
// $name stands for a list. Besides the file it reads those that it includes, the
// OPML files that it names, and the secrets. Schema is the same knowledge for
// editors.
//
// A file is refused as a whole: any error leaves no Config. Texts are read as
// they stand in the file, so that 007, no and 1e3 stay what was written; YAML's
// types play no part. Anchors, aliases, merge keys, tags and second documents
// are refused, and with them every way of making a small file expand.
package config
