#!/bin/sh
# The way people do it by hand: a script of ip(8) that makes the namespaces, veth pairs and bridge ports of a lab of
# N hosts, and nothing else. Prints milliseconds. Run in namespaces of its own: unshare -rnm sh ip.sh 100
set -e
mount -t tmpfs tmpfs /run
start=$(date +%s%N)
ip link add name br0 type bridge
i=1
while [ "$i" -le "$1" ]; do
  ip netns add "h$i"
  ip link add name "p$i" type veth peer name eth0 netns "h$i"
  ip link set "p$i" master br0 up
  ip -n "h$i" link set lo up
  ip -n "h$i" addr add "10.0.$((i / 250)).$((i % 250 + 1))/16" dev eth0
  ip -n "h$i" link set eth0 up
  i=$((i + 1))
done
ip link set br0 up
end=$(date +%s%N)
echo "$(((end - start) / 1000000)).$(((end - start) / 1000 % 1000))"
