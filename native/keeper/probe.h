/* What `keeper --probe` tries: probe.c runs the tries, the other files hold them. */
#ifndef NETRIG_PROBE_H
#define NETRIG_PROBE_H

/*
 * One try, run as root of a new user namespace with the namespaces of its row. 0, or -1 with errno and
 * *step, one word for what was refused.
 */
typedef int try_fn(const char **step);

/* probe_mounts.c */
try_fn probe_proc, probe_sysfs, probe_tmpfs, probe_overlay, probe_nested;

/* probe_links.c */
try_fn probe_veth, probe_bridge, probe_netem, probe_tbf, probe_redirect;

/* probe_sockets.c */
try_fn probe_packet, probe_nft_ingress, probe_nft_egress, probe_destroy, probe_tun;

#endif
