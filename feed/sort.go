package feed

import "slices"

// SortBy is slices.SortStableFunc for the short lists of large values that people are
// shown. The code of slices comes once more for each type of value, of 6 to 28 KB; this
// sorts places in the list, which are of one type.
func SortBy[T any](list []T, compare func(a, b T) int) {
	order := make([]int, len(list))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return compare(list[i], list[j]) })
	was := slices.Clone(list)
	for i, from := range order {
		list[i] = was[from]
	}
}
