// SPDX-License-Identifier: GPL-2.0
/*
 * The processor's time stamp counter, where chance comes from a seed: real
 * time would come in by it. start_userspace() forbids it to processes.
 */

#include <linux/kernel.h>
#include <linux/timekeeping.h>
#include <linux/uaccess.h>
#include <kern_util.h>
#include <sysdep/ptrace.h>

#define TRAP_GP 13

/**
 * emulate_tsc() - count nanoseconds of this kernel's time as a processor's TSC
 * @regs: of a process that had a fault
 *
 * Under a seed rdtsc and rdtscp are forbidden to processes, and answered here.
 *
 * Return: whether it was one of the two.
 */
int emulate_tsc(struct uml_pt_regs *regs)
{
	unsigned char code[3] = { 0 };
	u64 tsc;
	int len;

	if (regs->faultinfo.trap_no != TRAP_GP ||
	    copy_from_user(code, (void __user *) UPT_IP(regs), 2) ||
	    code[0] != 0x0f)
		return 0;
	if (code[1] == 0x31) {
		len = 2;	/* rdtsc */
	} else if (code[1] == 0x01 &&
		   !get_user(code[2], (unsigned char __user *) UPT_IP(regs) + 2) &&
		   code[2] == 0xf9) {
		len = 3;	/* rdtscp: and that this is processor 0 */
		UPT_CX(regs) = 0;
	} else {
		return 0;
	}

	tsc = ktime_get_ns();
	UPT_AX(regs) = lower_32_bits(tsc);
	UPT_DX(regs) = upper_32_bits(tsc);
	UPT_IP(regs) += len;
	return 1;
}
