package websub

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"hash"
	"net/http"
	"strings"
)

// genuine reports whether a body is signed with a secret (WebSub §8): the header
// X-Hub-Signature is method=signature, of sha1, sha256, sha384 or sha512. Hubs sign
// what they send; some do before they compress it.
func genuine(secret string, h http.Header, body []byte) bool {
	method, signature, ok := strings.Cut(h.Get("X-Hub-Signature"), "=")
	if !ok {
		return false
	}
	var hashes func() hash.Hash
	switch strings.ToLower(strings.TrimSpace(method)) {
	case "sha1":
		hashes = sha1.New
	case "sha256":
		hashes = sha256.New
	case "sha384":
		hashes = sha512.New384
	case "sha512":
		hashes = sha512.New
	default:
		return false
	}
	given, err := hex.DecodeString(strings.TrimSpace(signature))
	if err != nil {
		return false
	}
	mac := hmac.New(hashes, []byte(secret))
	mac.Write(body)
	return hmac.Equal(given, mac.Sum(nil))
}
