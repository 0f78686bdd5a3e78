//go:build gofeedonly

package parse

const everydayApart = false
