"""A lab of N hosts on one switch in Mininet; prints milliseconds up and down. Run as root in a network namespace of
its own: unshare -nm python3 mininet-lab.py 100"""
import sys
import time

from mininet.net import Mininet
from mininet.nodelib import LinuxBridge
from mininet.topo import SingleSwitchTopo

start = time.monotonic()
net = Mininet(topo=SingleSwitchTopo(int(sys.argv[1])), switch=LinuxBridge, controller=None)
net.start()
up = time.monotonic() - start
start = time.monotonic()
net.stop()
print(f"{up * 1000:.3f} {(time.monotonic() - start) * 1000:.3f}")
