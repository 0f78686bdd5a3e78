package parse

import (
	"reflect"

	"topicwire/feed"
)

// weight is how many bytes the texts and lists of an entry take.
func weight(e *feed.Entry) int {
	n := len(e.ID) + len(e.Link) + len(e.Canonical) + len(e.Title) + len(e.Summary) + len(e.Content) + len(e.FullText) +
		len(e.Language) + len(e.Rights) + len(e.Image) + len(e.Comments)
	n += bytesOf(e.Categories) + bytesOf(e.Enclosures) + bytesOf(e.Links) + bytesOf(e.Authors) + bytesOf(e.Contributors) + bytesOf(e.Places)
	for i := range e.Categories {
		c := &e.Categories[i]
		n += len(c.Term) + len(c.Scheme) + len(c.Label)
	}
	for i := range e.Enclosures {
		f := &e.Enclosures[i]
		n += len(f.URL) + len(f.Type) + len(f.Title)
	}
	for i := range e.Links {
		l := &e.Links[i]
		n += len(l.URL) + len(l.Type) + len(l.Title)
	}
	for _, people := range [...][]feed.Person{e.Authors, e.Contributors} {
		for i := range people {
			n += len(people[i].Name) + len(people[i].URI) + len(people[i].Email)
		}
	}
	for i := range e.Places {
		n += len(e.Places[i].Coordinates)
	}
	if p := e.Podcast; p != nil {
		n += bytesOf(p.Transcripts)
		for i := range p.Transcripts {
			n += len(p.Transcripts[i].URL) + len(p.Transcripts[i].Type)
		}
	}
	if o := e.Origin; o != nil {
		n += len(o.ID) + len(o.Title) + len(o.Link) + len(o.Self)
	}
	return n
}

// bytesOf is what the elements of a list take, besides the texts that they refer to.
func bytesOf[T any](list []T) int {
	return cap(list) * int(reflect.TypeFor[T]().Size())
}
