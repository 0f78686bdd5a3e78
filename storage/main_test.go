package storage_test

import (
	"flag"
	"os"
	"testing"
)

// TestMain draws fewer histories than rapid's hundred unless told otherwise: each
// is a few files. go test -run Drawn -rapid.checks=2000 looks further.
func TestMain(m *testing.M) {
	if err := flag.Set("rapid.checks", "30"); err != nil {
		panic(err)
	}
	flag.Parse()
	os.Exit(m.Run())
}
