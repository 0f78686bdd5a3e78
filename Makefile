# Topicwire needs Go and nothing else; the targets are what one types often.

.PHONY: help build release test package-test crash-test tools lint bench fuzz golden

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' Makefile

build: ## the binary ./topicwire
	CGO_ENABLED=0 go build -trimpath -o topicwire ./cmd/topicwire

release: ## what people install, into dist/: CONTRIBUTING.md
	cd packaging && CGO_ENABLED=0 GOGC=400 go run -trimpath -gcflags=all=-dwarf=false . # compiled as the program is, so that both share what is compiled

# Tests that count memory, or have processes killed in number, run without the race
# detector: it takes many times as much of both.
plain := ^Test(Crash|MemoryOf)

test: tools lint ## everything a change must pass
	@echo 'tests: with a cold cache they compile for minutes before the first line'
	go test $$(if [ "$$(go env CGO_ENABLED)" = 1 ]; then echo -race; fi) -skip '$(plain)' -timeout 30m ./...
	go test -run '$(plain)' -timeout 30m ./cmd/topicwire ./server/poll ./storage
	cd packaging && go test -timeout 10m ./...

package-test: tools ## the packages on a bare Debian, which debootstrap makes in $TOPICWIRE_CHROOT
	@[ -n "$$TOPICWIRE_CHROOT" ] || { echo "TOPICWIRE_CHROOT names no folder" >&2; exit 1; }
	[ -x "$$TOPICWIRE_CHROOT/usr/bin/dpkg" ] || debootstrap --variant=minbase stable "$$TOPICWIRE_CHROOT"
	cd packaging && go test -count 1 -v -run 'Deb|Image' ./...

crash-test: tools ## the sweeps of docs/reliability.md, about a quarter of an hour, or TOPICWIRE_CRASH_ROUNDS=1
	TOPICWIRE_CRASH_ROUNDS=$${TOPICWIRE_CRASH_ROUNDS:-20} go test ./cmd/topicwire -run '^TestCrash' -count 1 -v -timeout 3h

# Functions that only tests call: the one way in that they share with the
# program. All else that no program reaches is dead.
for_tests := \
	config/config.go:.*:.(Load|Parse|sound)$$

lint: ## vet, staticcheck and dead code
	@echo 'lint: with a cold cache it compiles the program and its tools first, a few minutes'
	go vet ./...
	go tool staticcheck ./...
	go vet -tags man ./cmd/topicwire
	staticcheck=$$(go tool -n staticcheck) && cd packaging && go vet ./... && "$$staticcheck" ./...
	@found=$$(go tool deadcode ./...) || exit 1; \
	dead=$$(echo "$$found" | grep -vE -e '^$$' $(patsubst %,-e '%',$(for_tests))) || exit 0; \
	echo "$$dead"; exit 1

bench: ## all benchmarks, five runs of each
	go test -run '^$$' -bench . -benchmem -count 5 ./...

fuzz: ## every fuzz target for a minute, or FUZZTIME=10s
	@for dir in $$(grep -rl --include='*_test.go' '^func Fuzz' . | xargs -rn1 dirname | sort -u); do \
		for target in $$(grep -hoE '^func Fuzz[A-Za-z0-9]+' $$dir/*_test.go | cut -c6-); do \
			go test $$dir -run '^$$' -fuzz "^$$target$$" -fuzztime $${FUZZTIME:-1m} -fuzzminimizetime 10x || exit 1; \
		done; \
	done

golden: ## write the golden files anew, in the packages that have some
	@for dir in $$(grep -rl --include='*_test.go' '("update"' . | xargs -rn1 dirname | sort -u); do \
		echo go test $$dir -update; go test $$dir -update || exit 1; \
	done

# Without xmllint, a browser, promtool, proxies, or the feed readers that subscribe in a test, the tests that
# use them are skipped and say so; without a C compiler there is no race detector, and the
# tests run without it.
tools:
	@missing=; need() { command -v $$1 >/dev/null || missing="$$missing $$2"; }; \
	need xmllint libxml2-utils; need newsboat newsboat; need sfeed_update sfeed; need curl curl; need r2e rss2email; need chromium chromium; need promtool prometheus; \
	[ "$$(uname -s)" != Linux ] || { need strace strace; need systemd-analyze systemd; }; \
	PATH="$$PATH:/usr/sbin" need nginx nginx-light; need caddy caddy; \
	/usr/bin/python3 -c 'import feedparser' 2>/dev/null || missing="$$missing python3-feedparser"; \
	[ "$$(go env CGO_ENABLED)" = 1 ] || missing="$$missing gcc libc6-dev"; \
	need rpm rpm; need rpm2cpio rpm2cpio; \
	[ -n "$$missing" ] || exit 0; \
	echo "installing what tests use:$$missing"; \
	root=; [ "$$(id -u)" = 0 ] || root='sudo -n'; left=; \
	if command -v apt-get >/dev/null && $$root apt-get update -qq; then \
		for package in $$missing; do \
			$$root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$package >/dev/null || left="$$left $$package"; \
		done; \
	else left=$$missing; fi; \
	[ -z "$$left" ] || echo "not installed:$$left; what needs it is skipped" >&2
