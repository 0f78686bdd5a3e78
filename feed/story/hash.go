package story

// FNV-1a.
const offset32, prime32 = 2166136261, 16777619

func hashOf(s string, salt uint32) uint32 {
	h := (uint32(offset32) ^ salt) * prime32
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * prime32
	}
	return mixed(h)
}

// mixed is a hash each bit of which is of all of h.
func mixed(h uint32) uint32 {
	h ^= h >> 16
	h *= 0x85ebca6b
	h ^= h >> 13
	h *= 0xc2b2ae35
	return h ^ h>>16
}
