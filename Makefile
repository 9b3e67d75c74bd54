# Short names for those who have make; each is one line that works without it.
.PHONY: run fmt check test clients bench
run:
	./millrace serve
fmt:
	./mvnw -q -B spotless:apply
check:
	./mvnw -B -ntp verify
test: check
clients:
	clients/run
bench:
	bench/run
