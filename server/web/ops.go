package web

import (
	stdhtml "html"
	"net/http"
	"strconv"
	"strings"
	"time"

	"topicwire/feed"
	"topicwire/feed/publish"
)

// opsPath is where the feed of alarms is, without the ending of its format.
const opsPath = "/ops"

// ops answers for the operators' own feed: an entry for each alarm, which says when it
// began and when it was over.
func (a *admin) ops(w http.ResponseWriter, f publish.Format) int {
	ed := &feed.Edition{Path: opsPath, Topic: feed.Topic{
		ID: "ops", Title: a.o.Title + ": alarms", Description: "What needs a person", Language: "en", Reasons: feed.ReasonNone,
	}}
	for _, e := range a.o.Episodes() {
		it := a.episode(&e)
		ed.Entries = append(ed.Entries, it)
		if it.Changed.After(ed.Updated) {
			ed.Updated = it.Changed
		}
	}
	body, err := publish.Render(ed, f, publish.Site{Title: a.o.Title, URL: a.o.URL, Generator: a.shell.Generator})
	if err != nil {
		a.log.Error("the feed of alarms cannot be made", "error", err)
		return plain(w, http.StatusInternalServerError, "the feed cannot be made")
	}
	h := w.Header()
	h.Set("Content-Type", f.ContentType())
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) // the server drops it for HEAD; a failed write is the client's going away
	return http.StatusOK
}

// episode is an alarm as an entry. Its id is of this server alone: who looks after several
// reads their feeds side by side.
func (a *admin) episode(e *feed.Episode) feed.Item {
	since := e.Since.UTC().Truncate(time.Second)
	it := feed.Item{
		PublicID: feed.NameUUID("alarm", a.o.Public, string(e.Kind), e.Subject, since.Format(time.RFC3339)),
		Filed:    since, Changed: since,
		Source: feed.SourceInfo{ID: feed.SourceID(opsPath), Title: a.o.Title},
	}
	title, said := e.Text, []string{"Since " + says(since) + "."}
	if !e.Ended.IsZero() {
		it.Changed = e.Ended.UTC().Truncate(time.Second)
		title = "Over: " + title
		said = []string{"From " + says(since) + " to " + says(it.Changed) + "."}
	}
	if e.Hint != "" {
		said = append(said, "What to do: "+stdhtml.EscapeString(e.Hint)+".")
	}
	it.Entry.Entry = feed.Entry{
		ID: it.PublicID, Title: title, Content: "<p>" + strings.Join(said, "</p><p>") + "</p>",
		Published: since, Updated: it.Changed, Language: "en",
		Categories: []feed.Category{{Term: string(e.Kind)}},
	}
	it.Entry.Source, it.Entry.Seen = it.Source.ID, since
	return it
}

func says(t time.Time) string { return t.Format("2006-01-02 15:04:05 UTC") }

// opsFormat is the format of the feed of alarms at a path; ok is false for another path.
func opsFormat(path string) (f publish.Format, ok bool) {
	for _, f := range publish.Formats() {
		if path == opsPath+f.Ext() {
			return f, true
		}
	}
	return f, false
}

// An alarmRow is an alarm as the operators' page has it.
type alarmRow struct {
	Text, Hint string
	Since      moment
}

// alarmRows are the alarms that the page does not tell of by itself, the gravest first.
func (a *admin) alarmRows(times *calendar) (rows []alarmRow, rest int) {
	if a.o.Alarms == nil {
		return nil, 0
	}
	for _, al := range a.o.Alarms() {
		switch {
		case al.Kind == feed.AlarmConfiguration, al.Kind == feed.AlarmHeld:
		case len(rows) == shownProblems:
			rest++
		default:
			rows = append(rows, alarmRow{al.Text, al.Hint, times.At(al.Since)})
		}
	}
	return rows, rest
}
