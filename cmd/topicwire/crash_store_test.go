package main

import (
	"errors"
	"fmt"
	"io"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"topicwire/feed"
	"topicwire/storage"
)

// asStore makes the test binary be a program that does nothing but store: changes
// one after the other, each told on its output once it is stored. Its value is how it is
// broken, as a control.
const asStore = "TOPICWIRE_AS_STORE"

// How a store may be broken.
const (
	wholeStore = "whole"
	noSync     = "nosync" // it does not wait for the disk
	early      = "early"  // it tells before it stores
	deaf       = "deaf"   // it takes no notice of errors
)

// storeProcess is that program, over a file: changes from first on, n of them.
func storeProcess(broken, path string, first, n int) *exec.Cmd {
	c := process(path, strconv.Itoa(first), strconv.Itoa(n))
	c.Env = append(c.Env, asStore+"="+broken)
	return c
}

func runStore(broken string, args []string, stdout, stderr io.Writer) int {
	// Injected faults are counted by thread.
	runtime.LockOSThread()
	first, err1 := strconv.Atoi(args[1])
	n, err2 := strconv.Atoi(args[2])
	db, err := storage.Open(args[0], storage.Options{NoSync: broken == noSync})
	if err := errors.Join(err, err1, err2); err != nil {
		fmt.Fprintln(stderr, err)
		return exitFailed
	}
	failed := 0
	for i := first; i < first+n; i++ {
		if err := storeOne(db, broken, i, stdout, stderr); err != nil {
			fmt.Fprintln(stderr, err)
			failed = exitPartly
		}
	}
	if err := db.Close(); err != nil {
		fmt.Fprintln(stderr, err)
		return exitFailed
	}
	return failed
}

// storeOne stores a change; it tries four times, as the poller tries again.
func storeOne(db *storage.DB, broken string, i int, stdout, stderr io.Writer) (err error) {
	failed := false
	for range 4 {
		var c feed.Change
		if c, err = storeChange(db, i); err != nil {
			return err
		}
		if broken == early {
			fmt.Fprintf(stdout, "stored %d\n", i)
		}
		var res storage.Result
		res, err = db.Apply([]feed.Change{c})
		if _, refused := errors.AsType[*feed.Refusal](err); refused && failed {
			err = nil // it was stored though it was said to have failed
		}
		failed = err != nil
		if _, visit := c.(*feed.Visit); visit && err == nil && !slices.Contains(res.Topics, "t") {
			return fmt.Errorf("visit %d is stored, and nobody shows it", i)
		}
		switch {
		case err == nil && broken == early:
			return nil
		case err == nil || broken == deaf:
			ids, err := storeIDs(db, i)
			if broken != deaf && err != nil {
				return err
			}
			fmt.Fprintf(stdout, "stored %d%s\n", i, ids)
			return nil
		}
		fmt.Fprintf(stderr, "%d: %v\n", i, err)
	}
	return err
}

var storeBegan = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)

func storeSource(i int) feed.SourceID {
	return feed.SourceID(fmt.Sprintf("https://s%d.example/feed", i%5))
}

// storeChange is the change of a number: mostly a visit that brings three entries.
func storeChange(db *storage.DB, i int) (feed.Change, error) {
	at := storeBegan.Add(time.Duration(i) * time.Minute)
	switch {
	case i%7 == 5 && i > 5:
		var group feed.GroupKey
		err := db.View(func(r *storage.Reader) (err error) {
			before := i - 1
			if before%11 == 7 {
				before--
			}
			of, ok, err := r.EntryOf(storeSource(before), storeEntry(before, 0))
			if group = of.Group; err == nil && !ok {
				err = fmt.Errorf("there is no entry that decision %d could hide", i)
			}
			return err
		})
		return &feed.Decision{At: at, Kind: feed.DecisionHide, Topic: "t", By: "sweep", Note: strconv.Itoa(i), Groups: []feed.GroupKey{group}}, err
	case i%11 == 7:
		return &feed.Claim{At: at, Sources: []feed.SourceID{storeSource(i)}, Next: []time.Time{at.Add(time.Hour)}, Why: strconv.Itoa(i)}, nil
	}
	v := &feed.Visit{At: at, Source: storeSource(i), Next: at.Add(time.Hour), HTTP: 200, Why: strconv.Itoa(i), Validators: &feed.Validators{ETag: strconv.Itoa(i)}, Document: &feed.Reading{Body: uint64(i) + 1}}
	for k := range 3 {
		e := feed.Entry{ID: storeEntry(i, k), Title: fmt.Sprintf("Report %d of %d", k, i), Link: fmt.Sprintf("https://x.example/%d/%d", i, k), Raw: feed.Raw(i*10 + k + 1), Published: at}
		e.Canonical = e.Link
		// What does not pack well, so that pages are written.
		for j := range 30 {
			e.Summary += strconv.FormatUint(uint64(i*31+k*7+j)*0x9E3779B97F4A7C15, 36)
		}
		v.Document.Window = append(v.Document.Window, e.Raw)
		v.Document.Entries = append(v.Document.Entries, feed.Reported{Entry: e, Matches: []feed.Match{{Topic: "t"}}})
	}
	return v, nil
}

func storeEntry(i, k int) string { return fmt.Sprintf("e%d-%d", i, k) }

// storeIDs is how the entries of a change are filed.
func storeIDs(db *storage.DB, i int) (ids string, err error) {
	if c, err := storeChange(db, i); err != nil {
		return "", err
	} else if _, visit := c.(*feed.Visit); !visit {
		return "", nil
	}
	err = db.View(func(r *storage.Reader) error {
		known, err := publicIDs(r)
		for k := range 3 {
			ids += " " + known[storeEntry(i, k)]
		}
		return err
	})
	return ids, err
}

// publicIDs is the public id and filed time of each entry that leads a group of t.
func publicIDs(r *storage.Reader) (map[string]string, error) {
	filed, err := r.Filed("t", 1<<20)
	ids := make(map[string]string, len(filed))
	for i := range filed {
		if len(filed[i].Entries) > 0 {
			ids[filed[i].Entries[0].ID] = fmt.Sprintf("%s@%d", filed[i].PublicID, filed[i].Membership.Filed.UnixMilli())
		}
	}
	return ids, err
}

// storeHolds checks that a file has what the program told of.
func storeHolds(told []string) func(*storage.Reader) error {
	return func(r *storage.Reader) error {
		decided := make(map[string]bool)
		ids, err := publicIDs(r)
		err = errors.Join(err, r.Decisions(func(d feed.Decided) bool { decided[d.Note] = true; return true }))
		if err != nil {
			return err
		}
		for _, line := range told {
			words := strings.Fields(line)
			i, err := strconv.Atoi(words[1])
			if err != nil {
				return err
			}
			switch {
			case i%7 == 5 && i > 5:
				if !decided[words[1]] {
					return fmt.Errorf("decision %d was told of and is gone", i)
				}
			case i%11 == 7:
				s, err := r.Schedule(storeSource(i))
				if err != nil || s.Next.Before(storeBegan.Add(time.Duration(i)*time.Minute)) {
					return fmt.Errorf("claim %d was told of and is gone: %v, %v", i, s.Next, err)
				}
			default:
				for k := range 3 {
					if _, ok, err := r.EntryOf(storeSource(i), storeEntry(i, k)); err != nil || !ok {
						return fmt.Errorf("entry %d of visit %d was told of and is gone (%v)", k, i, err)
					}
					if len(words) > 2 && ids[storeEntry(i, k)] != words[2+k] {
						return fmt.Errorf("entry %d of visit %d was filed as %s, and is now as %q", k, i, words[2+k], ids[storeEntry(i, k)])
					}
				}
			}
		}
		return nil
	}
}
