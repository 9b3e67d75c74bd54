# Short names for those who have make; each is one line that works without it.
.PHONY: run fmt check test sim clients bench
run:
	./millrace serve
fmt:
	./mvnw -q -B spotless:apply
check:
	./mvnw -B -ntp verify
test: check
sim:
	./mvnw -q -B -pl millrace-simulation -am test -Dsim=$(SEED)
clients:
	clients/run
bench:
	bench/run
