package feed

import "testing"

func TestWorksTellHowFarTheyAre(t *testing.T) {
	Tell(t.Context(), 1, 2) // nobody asked
	var done, total int64
	ctx := Telling(t.Context(), func(d, n int64) { done, total = d, n })
	if Tell(ctx, 1, 2); done != 1 || total != 2 {
		t.Errorf("%d of %d", done, total)
	}
	for _, w := range []Work{WorkRefiling, WorkRetention, WorkPreview, WorkVerify, WorkBuild, WorkBackup, WorkCompact} {
		if w.Says() == string(w) {
			t.Errorf("%s says nothing", w)
		}
	}
}
