// Package websub is WebSub (https://www.w3.org/TR/websub/): a hub for our own feeds.
//
// It stands on floor 3 and imports feed, storage, feed/fetch and feed/link. It renders
// nothing: what it delivers is asked for by path, and what it stores are changes that
// are handed to the writer.
package websub
