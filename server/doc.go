// Package server is the running service: it opens the store, owns the one
// writer, keeps the topics' rules and editions up to date, and starts and stops
// the poller and the public listener. It has the table of questions that commands
// ask, in its process or over the control socket.
//
// It stands on floor 4; only cmd imports it. Stopping goes in the order web,
// poll, writer, storage.
package server
