package storage

import (
	_ "embed"
	"runtime"

	"github.com/klauspost/compress/zstd"
)

// dictionary is what the texts of entries are compressed with: the commonest words of news
// in three languages, and the markup that publishers write, what is commonest last. A short
// text has little of its own that comes again. It is part of the format of files: what was
// packed with it is read with it. Another one gets another number, and this one stays.
//
//go:embed dictionary.txt
var dictionary []byte

const dictionaryID = 1

// newPacker compresses texts, for as many goroutines at once as there are processors.
//
// Entries are small and many: with the dictionary the level that is fastest takes as much
// time as the default one without it, and leaves as little of what publishers write.
func newPacker() (*zstd.Encoder, error) {
	return zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(runtime.GOMAXPROCS(0)),
		zstd.WithEncoderCRC(false), zstd.WithWindowSize(1<<16), zstd.WithLowerEncoderMem(true), zstd.WithEncoderDictRaw(dictionaryID, dictionary))
}

// newUnpacker reads texts that were packed with the dictionary or without any; concurrency
// is how many goroutines at once, 0 for as many as there are processors.
func newUnpacker(concurrency int) (*zstd.Decoder, error) {
	return zstd.NewReader(nil, zstd.WithDecoderConcurrency(concurrency), zstd.WithDecoderMaxMemory(64<<20), zstd.WithDecoderDictRaw(dictionaryID, dictionary))
}
