//go:build !linux

package storage

import bolt "go.etcd.io/bbolt"

// Release gives back memory where the system lets it; here it does nothing.
func (db *DB) Release() error { return nil }

// Relieve is Release.
func (db *DB) Relieve() error { return db.Release() }

func (db *DB) relieved(write func() error) error { return write() }

func (db *DB) relieve(*bolt.Tx) {}
