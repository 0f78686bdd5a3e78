// Package alarm says what is wrong with a service: it judges what is known of it, keeps
// what began and ended, and tells those who are to hear of it.
package alarm
