//go:build !gofeedonly

package parse

// everydayApart says that everyday entries are read without gofeed. Programs built with
// the tag gofeedonly read all by it, for measurements.
const everydayApart = true
