package fetch

import "testing"

func TestMostIdle(t *testing.T) {
	for _, tt := range []struct {
		kept  int
		files uint64
		want  int
	}{
		{1, 0, 64}, {1, 1024, 64}, {1, 256, 32}, {1, 64, 8}, {1, 4, 1}, {1, 1 << 63, 64},
		{64, 0, 512}, {64, 1 << 20, 512}, {64, 1024, 128}, {64, 64, 8},
	} {
		if got := mostIdle(tt.kept, tt.files); got != tt.want {
			t.Errorf("%d kept to a host, of %d files: %d, want %d", tt.kept, tt.files, got, tt.want)
		}
	}
}
