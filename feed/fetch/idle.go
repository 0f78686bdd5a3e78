package fetch

// mostIdle is how many connections are kept in all of those that keep so many to one
// host, in a process that may have files open; 0 for any number. An eighth of them at
// most: readers, requests under way and the store need theirs, and of what is kept to
// ask one host again little is asked twice. At least one is kept.
func mostIdle(kept int, files uint64) int {
	idle := max(64, 8*kept)
	if files > 0 && uint64(idle) > files/8 {
		idle = max(int(files/8), 1)
	}
	return idle
}
