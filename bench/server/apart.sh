#!/bin/sh
# Runs a benchmark as if its clients were on another machine, as root on Linux: sh bench/server/apart.sh fan-out.mjs …
#
# Over loopback the process that sends also does the receiving half of the kernel's work, which on a real network is the
# client's. Here a network of its own hands that half to the second core; hosts run on the first, readers on the second.
cd "$(dirname "$0")" || exit 2
exec unshare --net --mount sh -c '
  ip link set lo up && mount -t sysfs sysfs /sys && echo 2 > /sys/class/net/lo/queues/rx-0/rps_cpus &&
  exec node "$@" --pin' sh "$@"
